/// The program that a Python worker runs: it answers one request a line until there are no more.
///
/// It is a string of this program, so that nothing has to be found at run time.
enum PythonWorkerScript {
  static let text = #"""
    import sys, os, json, math

    def run():
        requests = os.fdopen(3, "rb")
        answers = os.fdopen(4, "wb", 0)
        for descriptor in (3, 4):
            os.set_inheritable(descriptor, False)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
        try:
            import faulthandler
            faulthandler.enable()
        except Exception:
            pass
        if sys.path and sys.path[0] == "":
            del sys.path[0]
        import threading
        threading.Thread(target=watch, daemon=True).start()
        worker = Worker()
        for line in requests:
            try:
                answer = {"value": worker.answer(json.loads(line))}
            except Failure as failure:
                answer = failure.answer
            except BaseException as error:
                answer = worker.raised(error)
            for stream in (sys.stdout, sys.stderr):
                try:
                    stream.flush()
                except Exception:
                    pass
            text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
            rest = memoryview(text.encode("utf-8", "replace") + b"\n")
            while rest:
                rest = rest[answers.write(rest):]

    def watch():
        # Nobody waits for an answer any more once the program is gone, however it went.
        import select
        poll = select.poll()
        poll.register(3, 0)
        while not poll.poll():
            pass
        os._exit(0)

    class State(dict):
        """The state of a call. What is large is read when somebody looks at it; each call has values of its own."""

        def __init__(self, small, large):
            dict.__init__(self, small)
            for key in large:
                dict.__setitem__(self, key, None)
            self.unread = dict(large)

        def read(self, key):
            text = self.unread.pop(key, None)
            if text is not None:
                dict.__setitem__(self, key, json.loads(text))

        def whole(self):
            for key in list(self.unread):
                self.read(key)
            return self

        def __getitem__(self, key):
            self.read(key)
            return dict.__getitem__(self, key)

        def __setitem__(self, key, value):
            self.unread.pop(key, None)
            dict.__setitem__(self, key, value)

        def __delitem__(self, key):
            dict.__delitem__(self, key)
            self.unread.pop(key, None)

        def __iter__(self):
            # Also tells 'dict(state)' and '**state' to ask for each value.
            return dict.__iter__(self)

        def get(self, key, default=None):
            self.read(key)
            return dict.get(self, key, default)

        def pop(self, key, *default):
            self.read(key)
            return dict.pop(self, key, *default)

        def popitem(self):
            return dict.popitem(self.whole())

        def setdefault(self, key, default=None):
            self.read(key)
            return dict.setdefault(self, key, default)

        def update(self, *more, **named):
            for key, value in dict(*more, **named).items():
                self[key] = value

        def clear(self):
            self.unread.clear()
            dict.clear(self)

        def items(self):
            return dict.items(self.whole())

        def values(self):
            return dict.values(self.whole())

        def copy(self):
            return dict(self.whole().items())

        def __eq__(self, other):
            return dict.__eq__(self.whole(), other.whole() if isinstance(other, State) else other)

        def __ne__(self, other):
            return not self == other

        __hash__ = None

        def __repr__(self):
            return dict.__repr__(self.whole())

        def __or__(self, other):
            return self.copy() | other

        def __ror__(self, other):
            return other | self.copy()

        def __ior__(self, other):
            self.update(other)
            return self

        def __reduce__(self):
            return (dict, (self.copy(),))

    class Failure(Exception):
        def __init__(self, kind, message):
            self.answer = {"kind": kind, "message": message}

    class Worker:
        def __init__(self):
            self.functions = {}
            self.files = {}
            self.loop = None
            self.root = ""
            self.large = {}

        def answer(self, request):
            self.root = request["root"]
            os.environ["GRAPH_IDEMPOTENCY_KEY"] = request["key"]
            if "state" in request:
                # First of all, as the other side takes it that this is known from here on.
                self.large = {**{key: self.large[key] for key in request["same"]}, **request["large"]}
            function = self.function(request)
            if "state" in request:
                result = function(State(request["state"], self.large))
            else:
                result = function(**request["arguments"])
            if hasattr(result, "__await__"):
                result = self.wait(result)
            return plain(result, "result", 0)

        def wait(self, awaitable):
            import asyncio
            async def outer():
                return await awaitable
            if self.loop is None:
                self.loop = asyncio.new_event_loop()
                asyncio.set_event_loop(self.loop)
            return self.loop.run_until_complete(outer())

        def function(self, request):
            key = (request.get("path") or request["module"], request["function"])
            function = self.functions.get(key)
            if function is None:
                for folder in request["folders"]:
                    if folder not in sys.path:
                        sys.path.insert(0, folder)
                try:
                    module = self.file(request["path"]) if "path" in request else self.module(request["module"])
                except BaseException as error:
                    answer = self.raised(error)
                    answer["kind"] = "import"
                    failure = Failure("import", "")
                    failure.answer = answer
                    raise failure from error
                function = getattr(module, request["function"], None)
                if function is None:
                    raise Failure("missing", "")
                if not callable(function):
                    raise Failure("uncallable", type(function).__name__)
                self.functions[key] = function
            return function

        def module(self, name):
            import importlib
            return importlib.import_module(name)

        def file(self, path):
            module = self.files.get(path)
            if module is None:
                import importlib.util
                stem = os.path.splitext(os.path.basename(path))[0]
                # Under its own name where that is free, so that other modules import the same one.
                name = stem
                taken = getattr(sys, "stdlib_module_names", ())
                while name in sys.modules or name in taken:
                    name += "_"
                spec = importlib.util.spec_from_file_location(name, path)
                module = importlib.util.module_from_spec(spec)
                sys.modules[name] = module
                try:
                    spec.loader.exec_module(module)
                except BaseException:
                    del sys.modules[name]
                    raise
                self.files[path] = module
            return module

        def raised(self, error):
            try:
                message = str(error)
            except BaseException:
                message = ""
            answer = {"kind": "raised", "type": type(error).__name__, "message": message[:2000]}
            place = self.place(error)
            if place:
                answer["place"] = place
            return answer

        def place(self, error):
            if isinstance(error, SyntaxError) and error.filename:
                return "%s:%s" % (self.shown(error.filename), error.lineno)
            last = None
            step = error.__traceback__
            while step is not None:
                code = step.tb_frame.f_code
                file = code.co_filename
                if code.co_filename != "<string>" and not file.startswith("<frozen"):
                    if last is None or file.startswith(self.root + "/") or not last[0].startswith(self.root + "/"):
                        last = (file, step.tb_lineno, code.co_name)
                step = step.tb_next
            return None if last is None else "%s:%d in %s" % (self.shown(last[0]), last[1], last[2])

        def shown(self, file):
            return file[len(self.root) + 1:] if file.startswith(self.root + "/") else file

    def plain(value, path, depth):
        kind = type(value)
        if value is None or kind is str or kind is bool:
            return value
        if depth > 200:
            raise Failure("result", "%s is nested too deeply, or holds itself" % path)
        if kind is int:
            if -(2 ** 63) <= value < 2 ** 63:
                return value
            raise Failure("result", "%s is an int of more than 64 bits" % path)
        if kind is float:
            if math.isfinite(value):
                return value
            raise Failure("result", "%s is %r, which JSON does not have" % (path, value))
        if isinstance(value, dict):
            result = {}
            for key, item in value.items():
                if not isinstance(key, str):
                    raise Failure("result", "%s has a key of type %s; keys are str" % (path, type(key).__name__))
                result[str(key)] = plain(item, "%s[%s]" % (path, json.dumps(key)), depth + 1)
            return result
        if isinstance(value, (list, tuple)):
            return [plain(item, "%s[%d]" % (path, place), depth + 1) for place, item in enumerate(value)]
        import enum
        if isinstance(value, enum.Enum):
            return plain(value.value, path, depth + 1)
        for base in (str, int, float):
            if isinstance(value, base):
                return plain(base(value), path, depth + 1)
        # Models of pydantic, arrays and numbers of numpy, dataclasses.
        for name, options in (("model_dump", {"mode": "json"}), ("tolist", {})):
            method = getattr(value, name, None)
            if method is not None and not isinstance(value, type):
                return plain(method(**options), path, depth + 1)
        if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
            fields = {name: getattr(value, name) for name in value.__dataclass_fields__}
            return plain(fields, path, depth + 1)
        raise Failure("result", "%s is of type %s, which is no JSON value" % (path, kind.__name__))

    run()
    """#
}
