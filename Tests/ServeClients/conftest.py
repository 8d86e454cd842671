"""Starts 'graph serve' for the tests, with graphs in a folder of its own."""

import os
import pathlib
import re
import signal
import subprocess

import pytest

GRAPHS = {
    "hello": """\
name: hello
state: {query: {type: str, description: What is asked.}}
nodes: {answer: {type: llm, user: "Answer: {state.query}", stream: true, state_key: text}}
edges: [{from: START, to: answer}, {from: answer, to: END}]
""",
    "chat": """\
name: chat
state: {prompt: str}
nodes: {answer: {type: llm, user: "{state.prompt}", stream: true, state_key: text}}
edges: [{from: START, to: answer}, {from: answer, to: END}]
""",
    "talk": """\
name: talk
state: {messages: list}
nodes: {count: {type: passthrough, output: {text: "{len(state.messages)} messages"}}}
edges: [{from: START, to: count}, {from: count, to: END}]
""",
    "trip": """\
name: trip
checkpointer: sqlite
state: {place: str, days: int?}
serve: {chat_input: place}
nodes:
  ask: {type: interrupt, message: "How many days in {state.place}?", resume_key: days}
  plan: {type: passthrough, output: {text: "{state.days} days in {state.place}"}}
edges: [{from: START, to: ask}, {from: ask, to: plan}, {from: plan, to: END}]
""",
}


PACKAGE = pathlib.Path(__file__).resolve().parents[2]


def shown(language: str) -> str:
    """The one block of a language that docs/serving.md shows."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", (PACKAGE / "docs/serving.md").read_text(), re.M | re.S)
    assert len(blocks) == 1
    return blocks[0]


class Server:
    """A 'graph serve' that runs."""

    def __init__(self, root: pathlib.Path, *arguments: str, environment: dict[str, str] | None = None):
        if root != PACKAGE:
            (root / "graphs").mkdir(exist_ok=True)
            for name, text in GRAPHS.items():
                (root / "graphs" / f"{name}.yaml").write_text(text)
        self.process = subprocess.Popen(
            [os.environ["GRAPH"], "serve", "--offline", "--port", "0", *arguments],
            cwd=root, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})
        self.said = ""
        while " at http://" not in self.said:
            line = self.process.stderr.readline()
            assert line, self.said
            self.said += line
        self.port = int(re.search(r" at http://127\.0\.0\.1:(\d+)", self.said).group(1))
        self.url = f"http://127.0.0.1:{self.port}"

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


@pytest.fixture
def start(tmp_path):
    """Starts servers, and ends them behind the test."""
    servers = []

    def start(*arguments, environment=None, folder=tmp_path) -> Server:
        servers.append(Server(folder, *arguments, environment=environment))
        return servers[-1]

    yield start
    for server in servers:
        assert server.end() == 0
