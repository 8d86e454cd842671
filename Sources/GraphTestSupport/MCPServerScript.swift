/// A server of the Model Context Protocol in Python, for tests: it does what it should, and by name what it should not.
///
/// Its first argument is how it behaves from the start: `mute` answers nothing,
/// `old` and `future` speak other versions, `pages` and `circle` list tools in
/// pieces, `chatty` prints between messages, `deaf` does not end with its
/// input, and `bare` has no tools.
package enum MCPServerScript {
  /// The program.
  package static let text = #"""
    import json, os, signal, sys, threading, time

    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    lock = threading.Lock()
    heard = []
    state = {"calls": 0, "grown": False, "held": []}

    def write(text):
        with lock:
            sys.stdout.write(text)
            sys.stdout.flush()

    def send(message):
        write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")

    def log(text):
        if "MCP_LOG" in os.environ:
            with open(os.environ["MCP_LOG"], "a") as file:
                file.write(text + "\n")

    def schema(required=(), **properties):
        return {"type": "object", "properties": properties, "required": list(required)}

    text = {"type": "string"}
    integer = {"type": "integer"}

    def tools():
        if mode == "bare":
            return []
        found = [
            {"name": "echo", "description": "Says a text again.", "inputSchema": schema(["text"], text=text)},
            {"name": "add", "description": "Adds.", "inputSchema": schema(["a", "b"], a=integer, b=integer),
             "outputSchema": schema(["sum"], sum=integer)},
        ]
        found.append({"name": "lie", "inputSchema": schema(), "outputSchema": schema(["sum"], sum=integer)})
        for name in ["fail", "picture", "wait", "crash", "noise", "strangers", "huge", "count", "names", "ask", "grow",
                     "dotted.name", "stuck"]:
            found.append({"name": name, "inputSchema": {"type": "object"}})
        if state["grown"]:
            found.append({"name": "grown", "inputSchema": {"type": "object"}})
        return found

    def said(*texts):
        return {"content": [{"type": "text", "text": text} for text in texts]}

    def call(id, name, arguments):
        state["calls"] += 1
        log("call " + name)
        if name == "echo":
            return said(arguments["text"])
        if name == "add":
            total = arguments["a"] + arguments["b"]
            return {**said(json.dumps({"sum": total})), "structuredContent": {"sum": total}}
        if name == "lie":
            return {**said("lie"), "structuredContent": {"sum": "many"}}
        if name == "fail":
            return {**said("no luck"), "isError": True}
        if name == "picture":
            return {"content": [{"type": "text", "text": "a dot"},
                                {"type": "image", "mimeType": "image/png", "data": "AAAA", "annotations": {}},
                                {"type": "resource_link", "uri": "file:///a", "name": "a"},
                                {"type": "resource", "resource": {"uri": "file:///b", "text": "inside"}}]}
        if name == "wait":
            state["held"].append(id)
            if len(state["held"]) == int(arguments.get("until", 1 << 30)):
                for number, held in enumerate(reversed(state["held"])):
                    send({"id": held, "result": said(str(number))})
            return None
        if name == "stuck":
            log("stuck")
            time.sleep(1000)
        if name == "crash":
            print("it broke", file=sys.stderr, flush=True)
            os._exit(3)
        if name == "noise":
            write("debug: working\n\n{\"half\n[1, 2]\n")
            return said("quiet")
        if name == "strangers":
            send({"id": 4711, "result": said("not yours")})
            send({"id": None, "result": said("nobody's")})
            send({"id": "x", "result": said("text")})
            return said("yours")
        if name == "huge":
            send({"id": id, "result": said("x" * (17 << 20))})
            return None
        if name == "count":
            return said(str(state["calls"]))
        if name == "names":
            return said("\n".join(sorted(os.environ)))
        if name == "grow":
            state["grown"] = True
            send({"method": "notifications/tools/list_changed"})
            send({"method": "notifications/message", "params": {"level": "info", "data": "grown"}})
            send({"method": "notifications/progress", "params": {"progressToken": 1, "progress": 1}})
            return said("bigger")
        if name == "grown":
            return said("new")
        if name == "ask":
            send({"id": "p", "method": "ping"})
            send({"id": "s", "method": "sampling/createMessage", "params": {}})
            threading.Thread(target=answered, args=(id,)).start()
            return None
        return said("called " + name)

    def answered(id):
        while len(heard) < 2:
            time.sleep(0.001)
        send({"id": id, "result": said(json.dumps(heard))})

    def hello(parameters):
        version = {"old": "2024-11-05", "future": "2099-01-01"}.get(mode, parameters["protocolVersion"])
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": {"name": "test", "version": "1"}}

    def page(parameters):
        found = tools()
        if mode == "circle":
            return {"tools": found[:1], "nextCursor": "again"}
        if mode != "pages":
            return {"tools": found}
        start = int((parameters or {}).get("cursor", 0))
        return {"tools": found[start:start + 3], **({"nextCursor": str(start + 3)} if start + 3 < len(found) else {})}

    if mode == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    log("pid " + str(os.getpid()))
    if mode == "chatty":
        write("Welcome!\n")
        print("starting", file=sys.stderr, flush=True)
    for line in sys.stdin:
        message = json.loads(line)
        method, id, parameters = message.get("method"), message.get("id"), message.get("params")
        if mode == "mute":
            print("thinking", file=sys.stderr, flush=True)
            continue
        if method is None:
            heard.append(message)
        elif method == "initialize":
            send({"id": id, "result": hello(parameters)})
        elif method == "tools/list":
            send({"id": id, "result": page(parameters)})
        elif method == "tools/call":
            result = call(id, parameters["name"], parameters.get("arguments", {}))
            if result is not None:
                send({"id": id, "result": result})
        elif id is None:
            log(method)
        else:
            send({"id": id, "error": {"code": -32601, "message": "no such method"}})
    log("end of input")
    if mode == "deaf":
        while True:
            time.sleep(1000)

    """#
}
