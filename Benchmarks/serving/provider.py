"""A provider on loopback that streams the same tokens to everybody, a token to each stream in every tick.

    python provider.py TOKENS SECONDS_BETWEEN

Prints its port and serves OpenAI's chat completions until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys


def event(delta: dict[str, str], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "test-model", "choices": [choice]}
    return chunk(f"data: {json.dumps(body)}\n\n".encode())


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def token(index: int) -> str:
    return f"word{index % 10} "


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class Stream(asyncio.Protocol):
    open: set[Stream] = set()
    tokens: list[bytes] = []
    end = event({}, "stop") + chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.received = b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator:
            return
        if b"expect: 100-continue" in head.lower() and not body:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
        )
        if len(body) < length:
            return
        self.received = body[length:]
        self.position = 0
        self.transport.write(HEAD)
        Stream.open.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        Stream.open.discard(self)

    def advance(self) -> None:
        if self.position < len(Stream.tokens):
            self.transport.write(Stream.tokens[self.position])
            self.position += 1
        else:
            Stream.open.discard(self)
            self.transport.write(Stream.end)


async def main() -> None:
    count, pause = int(sys.argv[1]), float(sys.argv[2])
    Stream.tokens = [event({"content": token(index)}) for index in range(count)]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Stream, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, lambda: sys.stdin.buffer.read1(1024) or ended.set())
    while not ended.is_set():
        for stream in list(Stream.open):
            stream.advance()
        await asyncio.sleep(pause)


if __name__ == "__main__":
    asyncio.run(main())
