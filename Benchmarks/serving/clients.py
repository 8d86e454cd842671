"""Clients that all read one stream of server-sent events at the same time.

    python clients.py PORT CLIENTS TEXT_LENGTH

Prints the seconds from the first connection to the last end, and fails unless each client got as much text as it should.
"""

from __future__ import annotations

import asyncio
import sys
import time

REQUEST = b"GET /graphs/answer/stream?question=why HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n\r\n"


class Client(asyncio.Protocol):
    def __init__(self, port: int) -> None:
        self.port = port
        self.parts: list[bytes] = []
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(REQUEST % self.port)

    def data_received(self, data: bytes) -> None:
        self.parts.append(data)
        if b"[DONE]" in data or b"[DONE]" in b"".join(self.parts[-2:]):
            self.transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def text_length(self) -> int:
        head, _, body = b"".join(self.parts).partition(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise SystemExit(f"a client was answered: {head[:300]!r} {body[:300]!r}")
        if b"transfer-encoding: chunked" in head.lower():
            body = unchunked(body)
        lines = [line for line in body.split(b"\n") if line.startswith(b"data: ") and line != b"data: [DONE]"]
        return sum(len(line) - len(b"data: ") for line in lines)


def unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        parts.append(rest[:length])
        body = rest[length + 2 :]
    return b"".join(parts)


async def main() -> None:
    port, count, length = (int(argument) for argument in sys.argv[1:])
    loop = asyncio.get_running_loop()
    begin = time.monotonic()
    pairs = await asyncio.gather(
        *(loop.create_connection(lambda: Client(port), "127.0.0.1", port) for _ in range(count))
    )
    await asyncio.gather(*(client.ended for _, client in pairs))
    seconds = time.monotonic() - begin
    for _, client in pairs:
        if client.text_length() != length:
            raise SystemExit(f"a client got {client.text_length()} bytes of text, not {length}")
    print(f"{seconds:.3f}")


if __name__ == "__main__":
    asyncio.run(main())
