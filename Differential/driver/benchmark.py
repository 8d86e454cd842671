"""The same work in both systems, one after the other: CPU seconds and peak memory of whole processes.

A row is the least of some runs of each, taken in turn, so that what else the machine does meets both. Memory is the
most that the process itself held; the CPU time of processes that it started and waited for is counted in.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cases import Case
from .provider import Provider
from .systems import environment

PYTHON_TOOL = "def square(state):\n    return {'out': state['item'] * state['item']}\n"


@dataclass
class Work:
    """One row: a graph, and the command line of each side for it."""

    name: str
    case: Case
    theirs: Callable[[str], list[list[str]]]
    ours: Callable[[str], list[list[str]]]
    # What takes yamlgraph half a minute is measured once.
    is_slow: bool = False


def row(count: int, node: dict[str, Any]) -> dict[str, Any]:
    names = [f"node{index}" for index in range(count)]
    edges = [{"from": one, "to": other} for one, other in zip(["START", *names], [*names, "END"])]
    return {"nodes": {name: dict(node) for name in names}, "edges": edges}


def passthrough(count: int) -> Case:
    graph = row(count, {"type": "passthrough", "output": {"n": "{state.n + 1}"}})
    return Case("row", {"state": {"n": "int"}, "config": {"recursion_limit": 2 * count + 10}, **graph}, input={"n": 0})


def models(count: int) -> Case:
    names = [f"node{index}" for index in range(count)]
    graph = row(count, {"type": "llm", "prompt": "ask"})
    for name in names:
        graph["nodes"][name]["state_key"] = f"{name}_answer"
    return Case("models", {"state": {"topic": "str"}, **graph}, {"ask": {"user": "About {topic}"}}, input={"topic": "x"})


def loop(count: int) -> Case:
    graph = {
        "state": {"n": "int"},
        "config": {"recursion_limit": 2 * count + 10},
        "nodes": {"step": {"type": "passthrough", "output": {"n": "{state.n + 1}"}}},
        "edges": [
            {"from": "START", "to": "step"},
            {"from": "step", "to": "step", "condition": f"n < {count}"},
            {"from": "step", "to": "END", "condition": f"n >= {count}"},
        ],
    }
    return Case("loop", graph, input={"n": 0})


def mapped(count: int) -> Case:
    node = {
        "type": "map", "over": "{state.items}", "as": "item", "collect": "results", "max_items": count,
        "node": {"type": "python", "tool": "square", "state_key": "out"},
    }
    tools = {"square": {"type": "python", "path": "tools.py", "function": "square"}}
    graph = {"state": {"items": "list"}, "tools": tools, "nodes": {"each": node}}
    return Case("map", graph, files={"tools.py": PYTHON_TOOL}, input={"items": list(range(count))}, line="each")


def streamed(count: int) -> Case:
    graph = {"state": {"topic": "str"}, "nodes": {"a": {"type": "llm", "prompt": "ask", "state_key": "answer", "stream": True}}}
    prompts = {"ask": {"user": f"{{topic}} [[tokens: {count}]]"}}
    return Case("stream", graph, prompts, input={"topic": "x"}, line="a", form="0.4")


def works(program: str) -> list[Work]:
    yamlgraph = [sys.executable, "-m", "yamlgraph.cli"]
    compile_all = "import sys; from yamlgraph.compile.graph_loader import load_and_compile as c; c(sys.argv[1]).compile()"

    def theirs(*arguments: str) -> Callable[[str], list[list[str]]]:
        return lambda graph: [[*yamlgraph, "graph", arguments[0], graph, *arguments[1:]]]

    def ours(*arguments: str) -> Callable[[str], list[list[str]]]:
        return lambda graph: [[program, arguments[0], graph, *arguments[1:]]]

    run, given = ("run", "--json"), ("--var-file", "input.json")
    both = (theirs(*run, *given), ours(*run, *given))
    lint = lambda graph: [*theirs("validate")(graph), *theirs("lint")(graph)]  # noqa: E731
    return [
        Work("`validate`, a graph of one node", passthrough(1), theirs("validate"), ours("validate")),
        Work("`validate` and `lint`, 1,000 llm nodes", models(1_000), lint, ours("validate"), is_slow=True),
        Work(
            "compile 1,000 llm nodes", models(1_000), lambda graph: [[sys.executable, "-c", compile_all, graph]],
            ours("validate"),
        ),
        Work("run, a graph of one node", passthrough(1), *both),
        Work("run, 1,000 passthrough nodes in a row", passthrough(1_000), *both),
        Work("run, 100 rounds of a loop", loop(100), *both),
        Work("run, 1,000 rounds of a loop", loop(1_000), *both),
        Work("run, map over 1,000 items with a Python function", mapped(1_000), *both),
        Work("run, map over 4,000 items with a Python function", mapped(4_000), *both),
        Work("run, 10,000 tokens, provider to output", streamed(10_000), theirs("run", "--stream", *given), ours("run", *given)),
    ]


@dataclass
class Usage:
    seconds: float = 0
    megabytes: float = 0


def adopt_orphans() -> None:
    """Makes this process the parent of children whose own parent ends, so that it can wait for them."""
    set_child_subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(set_child_subreaper, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def measure(commands: list[list[str]], folder: Path, variables: dict[str, str]) -> Usage:
    usage = Usage()
    for command in commands:
        spent, code = run(command, folder, variables)
        if code != 0:
            message = (folder / "errors.txt").read_text()[-800:] + (folder / "output.txt").read_text()[-800:]
            raise SystemExit(f"{' '.join(command)} in {folder} ended with {code}:\n{message}")
        usage.seconds += spent.ru_utime + spent.ru_stime
        usage.megabytes = max(usage.megabytes, spent.ru_maxrss / 1024)
    return usage


def run(command: list[str], folder: Path, variables: dict[str, str]) -> tuple[Any, int]:
    """Runs a command and says what it used.

    The peak memory of a process counts from its fork, when it was a copy of its parent. So a shell, which is small,
    starts the command and ends, and this process waits for the command in its place.
    """
    shell = subprocess.run(
        ["/bin/sh", "-c", '"$@" >output.txt 2>errors.txt & echo $!', "sh", *command], cwd=folder, env=variables,
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True,
    )
    identity = int(shell.stdout)
    _, status, spent = os.wait4(identity, 0)
    return spent, os.waitstatus_to_exitcode(status)


def least(usages: list[Usage]) -> Usage:
    return min(usages, key=lambda usage: usage.seconds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="Benchmarks/compare.sh", description=__doc__)
    parser.add_argument("--program", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--only", default="", metavar="TEXT", help="the rows whose names hold TEXT")
    parser.add_argument("--times", type=int, default=5, help="how often each is run (5)")
    options = parser.parse_args()
    folder = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    adopt_orphans()
    provider = Provider()
    print("| work | yamlgraph 0.6.5 | graph | ratio |\n|---|---|---|---|")
    for index, work in enumerate(works(str(options.program.resolve()))):
        if options.only not in work.name:
            continue
        place = folder / str(index)
        there, here = work.case.write(place)
        (place / "input.json").write_text(work.case.input_text())
        theirs, ours = [], []
        for _ in range(1 if work.is_slow else options.times):
            theirs.append(measure(work.theirs(there), place, environment(provider, "yamlgraph")))
            ours += [measure(work.ours(here), place, environment(provider, "graph")) for _ in range(3)]
        one, other = least(theirs), least(ours)
        print(
            f"| {work.name} | {one.seconds:.2f} s, {one.megabytes:.0f} MB "
            f"| {other.seconds * 1000:.0f} ms, {other.megabytes:.0f} MB | {one.seconds / other.seconds:.0f} |",
            flush=True,
        )
    provider.close()
    return 0


sys.exit(main())
