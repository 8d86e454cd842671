"""Serves a graph of one model node to many clients at once, here and with FastAPI and SynapseKit, one after the other.

What is measured is the server's process: its CPU time and the most memory it held, and the time from the first
connection to the last token. The provider and the clients are processes of their own and the same for both. A row is
the least of some runs of each, taken in turn.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
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


def measure(server: list[str], port: int, folder: Path, clients: int, tokens: int, pause: float) -> Usage:
    source = subprocess.Popen(
        [sys.executable, HERE / "provider.py", str(tokens), str(pause)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert source.stdout and source.stdin
    variables = {
        **os.environ, "OPENAI_BASE_URL": f"http://127.0.0.1:{int(source.stdout.readline())}/v1",
        "OPENAI_API_KEY": "not-a-key", "OPENAI_MODEL": "test-model", "PROVIDER": "openai",
    }
    with (folder / "server.txt").open("w") as log:
        # A process begins with the memory of the one it was forked from; a shell is small.
        process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@"', "sh", *server], cwd=folder, env=variables, stdout=log, stderr=log
        )
    try:
        wait_for(port)
        length = sum(len(provider.token(index)) for index in range(tokens))
        arguments = [str(port), str(clients), str(length)]
        elapsed = subprocess.run(
            [sys.executable, HERE / "clients.py", *arguments], check=True, stdout=subprocess.PIPE, timeout=600
        )
    finally:
        process.send_signal(signal.SIGTERM)
        _, _, spent = os.wait4(process.pid, 0)
        process.returncode = 0
        source.stdin.close()
        source.wait()
    return Usage(spent.ru_utime + spent.ru_stime, float(elapsed.stdout), spent.ru_maxrss / 1024)


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
    return 0


sys.exit(main())
