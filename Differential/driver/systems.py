"""The two systems that are compared: each runs a graph in a folder and says how it ended."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .provider import Provider

MODEL = "test-model"


@dataclass
class Run:
    """How a run ended.

    `status` is `ok`, `errors` (it went to its end but recorded errors), `failed`, `invalid` (it was refused before
    anything ran) or `interrupted`.
    """

    status: str
    state: dict[str, Any] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    questions: list[Any] = field(default_factory=list)
    error: str = ""


def environment(provider: Provider, side: str) -> dict[str, str]:
    """The environment of a side: all providers that both know lead to the one on loopback."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    url = provider.url(side)
    return {
        **inherited,
        "PROVIDER": "openai",
        "OPENAI_MODEL": MODEL,
        "OPENAI_API_KEY": "not-a-key",
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_API_BASE": f"{url}/v1",
        "ANTHROPIC_API_KEY": "not-a-key",
        "ANTHROPIC_MODEL": "claude-haiku-4-5",
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_API_URL": url,
        "LMSTUDIO_MODEL": MODEL,
        "LMSTUDIO_BASE_URL": f"{url}/v1",
        "MISTRAL_API_KEY": "not-a-key",
        "MISTRAL_MODEL": MODEL,
        "MISTRAL_BASE_URL": f"{url}/v1",
        # A retry of the executor may come at once; how long pauses are is not compared.
        "LLM_RETRY_DELAY": "0",
        "LLM_RETRY_MAX_DELAY": "0",
        "LOG_LEVEL": "ERROR",
        "LANGSMITH_TRACING": "false",
        "PYTHONHASHSEED": "0",
    }


class Yamlgraph:
    """yamlgraph in one process that lives as long as it answers in time."""

    side = "yamlgraph"

    def __init__(self, provider: Provider, log: Path) -> None:
        self._provider = provider
        self._log = log
        self._process: subprocess.Popen | None = None

    def run(self, folder: Path, graph: str, values: dict, answers: list, thread: str | None = None) -> Run:
        self._provider.forget(self.side)
        line = self._ask({"folder": str(folder), "graph": graph, "input": values, "answers": answers, "thread": thread})
        answer = json.loads(line) if line else {"status": "failed", "error": "no answer within 60 seconds"}
        return Run(
            status=answer["status"],
            state=answer.get("state", {}),
            requests=self._provider.requests(self.side),
            questions=answer.get("questions", []),
            error=answer.get("error", ""),
        )

    def _ask(self, request: dict) -> str:
        if self._process is None:
            worker = Path(__file__).with_name("worker.py")
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, str(worker)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                    env=environment(self._provider, self.side), text=True, bufsize=1,
                )
        process = self._process
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], 60)
        line = process.stdout.readline() if ready else ""
        if not line:
            self.close()
        return line

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Graph:
    """The command `graph`, one process a run."""

    side = "graph"

    def __init__(self, provider: Provider, program: Path) -> None:
        self._program = program
        self._provider = provider
        self._environment = environment(provider, self.side)

    def run(self, folder: Path, graph: str, values: dict, answers: list, thread: str | None = None) -> Run:
        """Runs a graph; one that asks is run again from its start with one answer more, as long as there are any."""
        (folder / "input.json").write_text(json.dumps(values))
        command = [str(self._program), "run", graph, "--json", "--var-file", "input.json"]
        if thread:
            command += ["--thread", thread]
        questions: list[Any] = []
        given: list[dict[str, Any]] = []
        while True:
            run, asked = self._run_once(folder, [*command, *self._answers(folder, given)])
            questions = questions[: len(given)] + [question["payload"] for question in asked]
            run.questions = questions
            if run.status != "interrupted" or not asked or len(given) == len(answers):
                return run
            given.append({asked[0]["id"]: answers[len(given)]})

    @staticmethod
    def _answers(folder: Path, given: list[dict[str, Any]]) -> list[str]:
        if not given:
            return []
        (folder / "answers.json").write_text(json.dumps(given))
        return ["--answers", "answers.json"]

    def _run_once(self, folder: Path, command: list[str]) -> tuple[Run, list[dict[str, Any]]]:
        self._provider.forget(self.side)
        done = self._call(command, folder)
        requests = self._provider.requests(self.side)
        if done is None:
            return Run("failed", error="no answer within 60 seconds", requests=requests), []
        message = " ".join(done.stderr.split())[:600]
        try:
            result = json.loads(done.stdout)
        except ValueError:
            # A run that began prints its result, whatever comes of it.
            return Run("invalid", requests=requests, error=message), []
        status = {"completed": "ok"}.get(result["status"], result["status"])
        errors = [error for error in result["state"].get("errors") or [] if not error.get("tolerated")]
        if status == "ok" and errors:
            status = "errors"
        return Run(status, result["state"], requests, [], message or str(result["errors"])), result.get("interrupts", [])

    def _call(self, command: list[str], folder: Path) -> subprocess.CompletedProcess | None:
        try:
            return subprocess.run(
                command, cwd=folder, env=self._environment, capture_output=True, text=True, timeout=60,
                stdin=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        pass
