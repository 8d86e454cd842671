"""Serves a graph of one model node to many clients at once, here and with FastAPI and SynapseKit, one after the other.

What is measured is the server's process: its CPU time and the most memory it held, and the time from the first
connection to the last token. The provider and the clients are processes of their own and the same for both. A row is
the least of some runs of each, taken in turn.

The last table is about the way from the log of a run to a socket: a run of 100,000 tokens has come to its end, and one
client reads its events from the beginning.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import provider

HERE = Path(__file__).parent
GRAPH = "name: answer\nstate: {question: str}\nnodes:\n  answer: {user: '{question}', stream: true}\n" + (
    "edges: [{from: START, to: answer}, {from: answer, to: END}]\n"
)


@dataclass
class Usage:
    seconds: float
    elapsed: float
    megabytes: float


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server does not listen")


@contextlib.contextmanager
def provided(tokens: int, pause: float) -> Iterator[dict[str, str]]:
    """A provider of so many tokens, as the variables of the environment that lead to it."""
    source = subprocess.Popen(
        [sys.executable, HERE / "provider.py", str(tokens), str(pause)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert source.stdout and source.stdin
    try:
        yield {
            **os.environ, "OPENAI_BASE_URL": f"http://127.0.0.1:{int(source.stdout.readline())}/v1",
            "OPENAI_API_KEY": "not-a-key", "OPENAI_MODEL": "test-model", "PROVIDER": "openai",
        }
    finally:
        source.stdin.close()
        source.wait()


def start(server: list[str], port: int, folder: Path, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    with (folder / "server.txt").open("w") as log:
        # A process begins with the memory of the one it was forked from; a shell is small.
        process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@"', "sh", *server], cwd=folder, env=variables, stdout=log, stderr=log
        )
    wait_for(port)
    return process


def measure(server: list[str], port: int, folder: Path, clients: int, tokens: int, pause: float) -> Usage:
    with provided(tokens, pause) as variables:
        process = start(server, port, folder, variables)
        try:
            length = sum(len(provider.token(index)) for index in range(tokens))
            arguments = [str(port), str(clients), str(length)]
            elapsed = subprocess.run(
                [sys.executable, HERE / "clients.py", *arguments], check=True, stdout=subprocess.PIPE, timeout=600
            )
        finally:
            process.send_signal(signal.SIGTERM)
            _, _, spent = os.wait4(process.pid, 0)
            process.returncode = 0
    return Usage(spent.ru_utime + spent.ru_stime, float(elapsed.stdout), spent.ru_maxrss / 1024)


def nanoseconds(process: int) -> int:
    """The CPU time of a process, thread by thread, as its whole is counted in hundredths of a second."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def framed(program: str, folder: Path, tokens: int, times: int) -> dict[str, tuple[float, float]]:
    """Milliseconds of CPU that a server needs to send a run's tokens to one client, and their megabytes, by views."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    results: dict[str, tuple[float, float]] = {}
    with provided(tokens, 0) as variables:
        process = start([program, "serve", "answer.yaml", "--port", str(port), "--quiet"], port, folder, variables)
        try:
            order = urllib.request.Request(
                f"{address}/graphs/answer/runs", json.dumps({"input": {"question": "why"}}).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(order) as answer:
                run = json.load(answer)["run"]
            for view in ("text", "tokens"):
                spent = []
                for _ in range(times):
                    before = nanoseconds(process.pid)
                    with urllib.request.urlopen(f"{address}/runs/{run}/events?stream={view}") as answer:
                        body = answer.read()
                    spent.append(nanoseconds(process.pid) - before)
                    # One id for each token, one before the first, and one for the end.
                    if (count := body.count(b"\nid: ")) != tokens + 2:
                        raise SystemExit(f"the client got {count} ids: {body[:300]!r}")
                results[view] = (min(spent) / 1e6, len(body) / 1e6)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="Benchmarks/serve.sh", description=__doc__)
    parser.add_argument("--program", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--times", type=int, default=3, help="how often each is run (3)")
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "answer.yaml").write_text(GRAPH)
    program = str(options.program.resolve())
    print("| clients × tokens | FastAPI and SynapseKit 2.0.1 | graph serve | ratio of CPU |\n|---|---|---|---|")
    for clients, tokens, pause in ((1, 10_000, 0), (100, 100, 0.01), (1_000, 100, 0.01)):
        theirs, ours = [], []
        for _ in range(options.times):
            port = free_port()
            command = [sys.executable, str(HERE / "peer.py"), str(port)]
            theirs.append(measure(command, port, folder, clients, tokens, pause))
            port = free_port()
            command = [program, "serve", "answer.yaml", "--port", str(port), "--max-runs", "5000", "--quiet"]
            ours.append(measure(command, port, folder, clients, tokens, pause))
        one, other = (min(usages, key=lambda usage: usage.seconds) for usages in (theirs, ours))
        print(
            f"| {clients:,} × {tokens:,} | {one.seconds:.2f} s CPU, {one.elapsed:.2f} s, {one.megabytes:.0f} MB "
            f"| {other.seconds:.2f} s CPU, {other.elapsed:.2f} s, {other.megabytes:.0f} MB "
            f"| {one.seconds / other.seconds:.0f} |",
            flush=True,
        )
    print("\n| 100,000 tokens of a run to one client, as | CPU of the server | sent |\n|---|---|---|")
    for view, (milliseconds, megabytes) in framed(program, folder, 100_000, 3 * options.times).items():
        print(f"| `{view}` | {milliseconds:.0f} ms | {megabytes:.1f} MB |", flush=True)
    return 0


sys.exit(main())
