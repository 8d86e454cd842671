"""The process that runs graphs with yamlgraph: one line of JSON in, one out, for as long as it is asked.

A run goes the way of `yamlgraph graph run`: the same loading, initial state, configuration and tally of errors; but it
answers interrupts from a list, and gives back the state instead of printing it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from argparse import Namespace
from pathlib import Path
from typing import Any

# Whatever yamlgraph, its libraries or Python tools of a graph print must not come between the lines.
_channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

from langgraph.checkpoint.memory import MemorySaver  # noqa: E402
from langgraph.types import Command  # noqa: E402
from yamlgraph.cli import graph_run_helpers as helpers  # noqa: E402
from yamlgraph.cli.graph_commands import _reject_unknown_vars  # noqa: E402
from yamlgraph.compile.graph_loader import (  # noqa: E402
    compile_graph,
    get_checkpointer_for_graph,
    load_graph_config,
)
from yamlgraph.storage.export import _serialize_state  # noqa: E402
from yamlgraph.utils import prompts  # noqa: E402

_arguments = Namespace(
    thread=None, recursion_limit=None, max_concurrency=None, timeout=None, token_usage=False, timing=False,
    share_trace=False,
)


def run(graph: str, values: dict, answers: list, thread: str | None) -> dict[str, Any]:
    questions: list[Any] = []
    try:
        config = load_graph_config(graph)
        compiled = compile_graph(config)
        checkpointer = get_checkpointer_for_graph(config)
        if checkpointer is None and answers:
            checkpointer = MemorySaver()
        app = compiled.compile(checkpointer=checkpointer)
        _reject_unknown_vars(app, Path(graph), values, error_stream=sys.stderr)
    except SystemExit:
        return {"status": "invalid", "error": "unknown inputs"}
    except Exception as error:
        return {"status": "invalid", "error": _brief(error)}
    try:
        # A checkpointer needs a thread, and one that no other case uses.
        name = thread or (f"case-{id(app)}" if checkpointer is not None else None)
        arguments = Namespace(**{**vars(_arguments), "thread": name})
        state, settings, *_ = helpers._build_run_config(arguments, config, dict(values))
        remaining = list(answers)
        result = app.invoke(state, config=settings)
        while "__interrupt__" in result:
            questions.append(result["__interrupt__"][0].value)
            if not remaining:
                return {"status": "interrupted", "state": _state(result), "questions": questions}
            result = app.invoke(Command(resume=remaining.pop(0)), config=settings)
        tally = helpers.compute_tally(result.get("errors"), 0)
        status = "errors" if tally.error_count else "ok"
        error = "; ".join(f"{first.node}: {first.message}" for first in tally.first)
        return {"status": status, "state": _state(result), "questions": questions, "error": error}
    except (Exception, SystemExit) as error:
        return {"status": "failed", "error": _brief(error), "questions": questions}


def _state(result: dict) -> Any:
    return json.loads(json.dumps(_serialize_state(result), default=str))


def _brief(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:600]


def serve() -> None:
    modules = set(sys.modules)
    path = list(sys.path)
    for line in sys.stdin:
        request = json.loads(line)
        folder = Path(request["folder"])
        os.chdir(folder)
        # Taken from the working folder when the module is imported.
        prompts.PROMPTS_DIR = folder / "prompts"
        try:
            answer = run(request["graph"], request["input"], request["answers"], request.get("thread"))
        except BaseException:
            answer = {"status": "failed", "error": traceback.format_exc()}
        # The tools of the next case may have modules of the same names.
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            origin = getattr(sys.modules[name], "__file__", None)
            if origin and Path(origin).is_relative_to(folder):
                del sys.modules[name]
        print(json.dumps(answer), file=_channel, flush=True)


if __name__ == "__main__":
    serve()
