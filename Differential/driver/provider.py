"""A provider on loopback whose answers are a function of the request alone.

It speaks OpenAI's chat completions and Anthropic's messages, whole and streamed. Each tool under test has a side of its
own, the first part of the path, under which its requests are recorded; so both can be asked at the same time.

What a prompt wants for an answer stands in its last user message, without braces, so that templates leave it alone:

    [[say: text]]            this text; ‹ and › stand for braces, ¶ for a line break
    [[fields: a=1, b=x]]     an object with these fields; the others come from the schema of the request
    [[call: add a=1 b=2]]    a tool call; several in one round are parallel, [[next]] begins the next round
    [[fail: 400]]            this status
    [[fail: 400 x2]]         this status for the first two requests with the same messages on one side
    [[fail: 400 for m1]]     this status for one model
    [[wait: 0.2]]            a pause before the answer, in seconds
    [[tokens: 10000]]        so many words

Without one, the answer is made of a digest of the model and all messages, so that two systems get the same text exactly
where they asked the same question; with a schema in the request it is an object that fits it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    """What a side asked for, whatever the protocol."""

    model: str
    messages: list[tuple[str, str]]
    temperature: float | None = None
    max_tokens: int | None = None
    schema: dict | None = None
    tools: list[dict] = field(default_factory=list)
    rounds: int = 0

    @property
    def question(self) -> str:
        return next((text for role, text in reversed(self.messages) if role == "user"), "")

    @property
    def digest(self) -> str:
        parts = [self.model, *(f"{role}\x1f{text}" for role, text in self.messages)]
        return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()

    def record(self) -> dict[str, Any]:
        """What is compared between the two sides."""
        return {
            "model": self.model,
            "messages": [list(message) for message in self.messages],
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "schema": self.schema is not None,
            "tools": sorted(tool["name"] for tool in self.tools),
        }


@dataclass
class Answer:
    text: str = ""
    calls: list[tuple[str, dict]] = field(default_factory=list)
    status: int = 200
    wait: float = 0


class Provider:
    """The server; `requests(side)` gives what was asked since `forget(side)`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[str, list[Request]] = {}
        self._seen: Counter[tuple[str, str]] = Counter()
        provider = self

        class Handler(_Handler):
            owner = provider

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, side: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{side}"

    def forget(self, side: str) -> None:
        with self._lock:
            self._requests[side] = []
            for key in [key for key in self._seen if key[0] == side]:
                del self._seen[key]

    def requests(self, side: str) -> list[dict[str, Any]]:
        with self._lock:
            return [request.record() for request in self._requests.get(side, [])]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, side: str, request: Request) -> Answer:
        with self._lock:
            self._requests.setdefault(side, []).append(request)
            times = self._seen[side, request.digest]
            self._seen[side, request.digest] += 1
        return make_answer(request, times)


# MARK: - Answers

_directive = re.compile(r"\[\[(\w+)(?::\s*(.*?))?\]\]", re.DOTALL)


def make_answer(request: Request, times: int = 0) -> Answer:
    answer = Answer()
    rounds: list[list[tuple[str, dict]]] = [[]]
    said: str | None = None
    fields: dict[str, Any] | None = None
    for kind, text in _directive.findall(request.question):
        if kind == "wait":
            answer.wait += float(text)
        elif kind == "fail":
            answer.status = _failure(text, request.model, times) or answer.status
        elif kind == "next":
            rounds.append([])
        elif kind == "call":
            rounds[-1].append(_call(text))
        elif kind == "tokens":
            said = " ".join(f"word{index % 10}" for index in range(int(text)))
        elif kind == "say":
            said = text.replace("‹", "{").replace("›", "}").replace("¶", "\n")
        elif kind == "fields":
            fields = _fields(text)
    if answer.status != 200:
        return answer
    if request.tools and request.rounds < len(rounds):
        answer.calls = rounds[request.rounds]
        if answer.calls:
            return answer
    if said is not None:
        answer.text = said
    elif request.schema is not None or fields is not None:
        sampled = sample(request.schema or {"type": "object"}, request.digest)
        answer.text = json.dumps({**sampled, **(fields or {})}, ensure_ascii=False)
    else:
        results = " ".join(text for role, text in request.messages if role == "tool")
        words = re.sub(r"\s+", " ", _directive.sub("", request.question)).strip()
        answer.text = f"{request.digest[:6]}: {words[:60]}" + (f" ({results[:60]})" if results else "")
    return answer


def _failure(text: str, model: str, times: int) -> int | None:
    status, _, rest = text.partition(" ")
    if rest.startswith("x"):
        return int(status) if times < int(rest[1:]) else None
    if rest.startswith("for "):
        return int(status) if rest[4:] == model else None
    return int(status)


def _value(text: str) -> Any:
    try:
        return json.loads(text.replace("‹", "{").replace("›", "}"))
    except ValueError:
        return text


def _fields(text: str) -> dict[str, Any]:
    pairs = (part.partition("=") for part in text.split(", "))
    return {name.strip(): _value(value.strip()) for name, _, value in pairs}


def _call(text: str) -> tuple[str, dict]:
    name, *arguments = text.split()
    pairs = (argument.partition("=") for argument in arguments)
    return name, {key: _value(value.replace("_", " ")) for key, _, value in pairs}


def sample(schema: dict, seed: str, path: str = "$") -> Any:
    """A value that fits a schema, the same for the same seed."""
    number = int(hashlib.sha256(f"{seed}{path}".encode()).hexdigest()[:8], 16)
    if "$ref" in schema or "$defs" in schema:
        schema = _resolved(schema, schema)
    for alternatives in ("anyOf", "oneOf"):
        if alternatives in schema:
            some = [option for option in schema[alternatives] if option.get("type") != "null"]
            return sample({**some[0], "$defs": schema.get("$defs", {})}, seed, path)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][number % len(schema["enum"])]
    kind = schema.get("type", "string")
    if isinstance(kind, list):
        kind = next(name for name in kind if name != "null")
    low, high = _bounds(schema, kind)
    if kind == "object":
        definitions = schema.get("$defs", {})
        return {
            name: sample({**value, "$defs": definitions}, seed, f"{path}.{name}")
            for name, value in schema.get("properties", {}).items()
        }
    if kind == "array":
        count = max(schema.get("minItems", 2), min(2, schema.get("maxItems", 2)))
        items = {**schema.get("items", {}), "$defs": schema.get("$defs", {})}
        return [sample(items, seed, f"{path}[{index}]") for index in range(count)]
    if kind == "integer":
        return int(low) + number % (int(high) - int(low) + 1)
    if kind == "number":
        return round(low + (high - low) * (number % 101) / 100, 4)
    if kind == "boolean":
        return number % 2 == 0
    if kind == "null":
        return None
    text = f"text {number % 1000}"
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def _bounds(schema: dict, kind: str) -> tuple[float, float]:
    step = 1 if kind == "integer" else 0.01
    low = schema.get("minimum", schema.get("exclusiveMinimum", -step) + step)
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 10 + step) - step)
    return low, max(low, high)


def _resolved(schema: dict, root: dict) -> dict:
    definitions = root.get("$defs", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    return {**definitions.get(name, {}), **rest, "$defs": definitions}


# MARK: - Protocols


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that gave up is no fault of anybody: it lost a race or reached its time-out.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    owner: Provider
    protocol_version = "HTTP/1.1"
    # Else the second write of an answer waits for an acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        side = self.path.strip("/").partition("/")[0]
        is_anthropic = self.path.endswith("/messages")
        request = _anthropic_request(body) if is_anthropic else _openai_request(body)
        answer = self.owner.answer(side, request)
        if answer.wait:
            time.sleep(answer.wait)
        if answer.status != 200:
            error = {"type": "error", "error": {"type": "refused", "message": "the test asked for a failure"}}
            self._send(answer.status, "application/json", json.dumps(error).encode())
        elif body.get("stream"):
            events = (_anthropic_events if is_anthropic else _openai_events)(request, answer)
            self._send(200, "text/event-stream", "".join(events).encode())
        else:
            whole = (_anthropic_whole if is_anthropic else _openai_whole)(request, answer)
            self._send(200, "application/json", json.dumps(whole).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            # The client gave up: a time-out or a race that another candidate won.
            self.close_connection = True


def _result(text: str) -> str:
    """What a tool gave; the words of its errors are each system's own."""
    return "Error" if text.startswith("Error") else text


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(part.get("text") or _text(part.get("content", "")) for part in content)
    return content or ""


def _openai_request(body: dict) -> Request:
    messages = []
    for message in body["messages"]:
        role = "system" if message["role"] == "developer" else message["role"]
        text = _text(message.get("content")) + _calls_text(message.get("tool_calls"))
        messages.append((role, _result(text) if role == "tool" else text))
    form = body.get("response_format") or {}
    schema = form.get("json_schema", {}).get("schema")
    rounds = sum(1 for message in body["messages"] if message.get("tool_calls"))
    return Request(
        model=body["model"],
        messages=messages,
        temperature=body.get("temperature"),
        max_tokens=body.get("max_completion_tokens", body.get("max_tokens")),
        schema=schema,
        tools=[tool["function"] for tool in body.get("tools", [])],
        rounds=rounds,
    )


def _calls_text(calls: list[dict] | None) -> str:
    """Tool calls in the form that is compared: arguments as JSON with sorted keys."""
    parts = []
    for call in calls or []:
        arguments = json.loads(call["function"]["arguments"] or "{}")
        parts.append(f"<{call['function']['name']} {json.dumps(arguments, sort_keys=True)}>")
    return "".join(parts)


def _anthropic_request(body: dict) -> Request:
    messages = [("system", _text(body["system"]))] if body.get("system") else []
    rounds = 0
    for message in body["messages"]:
        content = message["content"]
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
        text = "".join(part["text"] for part in parts if part["type"] == "text")
        uses = [part for part in parts if part["type"] == "tool_use"]
        text += "".join(f"<{use['name']} {json.dumps(use['input'], sort_keys=True)}>" for use in uses)
        rounds += 1 if uses else 0
        results = [part for part in parts if part["type"] == "tool_result"]
        messages.extend(("tool", _result(_text(result.get("content")))) for result in results)
        if text or not results:
            messages.append((message["role"], text))
    form = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    return Request(
        model=body["model"],
        messages=messages,
        temperature=body.get("temperature"),
        max_tokens=body.get("max_tokens"),
        schema=form.get("schema"),
        tools=body.get("tools", []),
        rounds=rounds,
    )


def _usage(request: Request, answer: Answer) -> tuple[int, int]:
    return sum(len(text.split()) for _, text in request.messages), len(answer.text.split())


def _identity(request: Request, index: int = 0) -> str:
    return f"{request.digest[:12]}{request.rounds}{index}"


def _openai_calls(request: Request, answer: Answer) -> list[dict]:
    return [
        {
            "index": index,
            "id": f"call_{_identity(request, index)}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for index, (name, arguments) in enumerate(answer.calls)
    ]


def _openai_whole(request: Request, answer: Answer) -> dict:
    read, written = _usage(request, answer)
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
    if answer.calls:
        message["tool_calls"] = _openai_calls(request, answer)
    reason = "tool_calls" if answer.calls else "stop"
    return {
        "id": f"chatcmpl-{_identity(request)}",
        "object": "chat.completion",
        "created": 0,
        "model": request.model,
        "choices": [{"index": 0, "message": message, "finish_reason": reason, "logprobs": None}],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }


def _openai_events(request: Request, answer: Answer) -> list[str]:
    read, written = _usage(request, answer)
    frame = {"id": f"chatcmpl-{_identity(request)}", "object": "chat.completion.chunk", "created": 0, "model": request.model}

    def event(delta: dict, reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return f"data: {json.dumps({**frame, 'choices': [choice]})}\n\n"

    events = [event({"role": "assistant", "content": ""})]
    events += [event({"content": piece}) for piece in re.findall(r"\s*\S+\s*$|\s*\S+", answer.text)]
    if answer.calls:
        events.append(event({"tool_calls": _openai_calls(request, answer)}))
    events.append(event({}, "tool_calls" if answer.calls else "stop"))
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    events.append(f"data: {json.dumps({**frame, 'choices': [], 'usage': usage})}\n\n")
    return [*events, "data: [DONE]\n\n"]


def _anthropic_whole(request: Request, answer: Answer) -> dict:
    read, written = _usage(request, answer)
    content: list[dict] = [{"type": "text", "text": answer.text}] if answer.text else []
    for index, (name, arguments) in enumerate(answer.calls):
        content.append({"type": "tool_use", "id": f"toolu_{_identity(request, index)}", "name": name, "input": arguments})
    return {
        "id": f"msg_{_identity(request)}",
        "type": "message",
        "role": "assistant",
        "model": request.model,
        "content": content,
        "stop_reason": "tool_use" if answer.calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": read, "output_tokens": written},
    }


def _anthropic_events(request: Request, answer: Answer) -> list[str]:
    whole = _anthropic_whole(request, answer)

    def event(kind: str, **values: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **values})}\n\n"

    events = [event("message_start", message={**whole, "content": [], "stop_reason": None})]
    for index, part in enumerate(whole["content"]):
        if part["type"] == "text":
            events.append(event("content_block_start", index=index, content_block={"type": "text", "text": ""}))
            delta = {"type": "text_delta", "text": part["text"]}
        else:
            events.append(event("content_block_start", index=index, content_block={**part, "input": {}}))
            delta = {"type": "input_json_delta", "partial_json": json.dumps(part["input"])}
        events.append(event("content_block_delta", index=index, delta=delta))
        events.append(event("content_block_stop", index=index))
    stop = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    events.append(event("message_delta", delta=stop, usage={"output_tokens": whole["usage"]["output_tokens"]}))
    return [*events, event("message_stop")]
