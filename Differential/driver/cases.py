"""The graphs that are compared: hand-written ones by subject, and the list of differences that are meant."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HOME = Path(__file__).resolve().parent.parent


@dataclass
class Case:
    """One graph with what belongs to it.

    `line` is short for the edges of nodes in a row, from START to END.

    `form: "0.4"` marks a graph in the documented 0.4 form, which no release of yamlgraph runs: it gets the same graph
    in the form of 0.6.5, without `stream` and with the `route_field` that 0.4 found by itself.
    """

    name: str
    graph: dict[str, Any] | str
    prompts: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    input: dict[str, Any] = field(default_factory=dict)
    answers: list[Any] = field(default_factory=list)
    # What the state here has to hold, for what yamlgraph does otherwise.
    expect: dict[str, Any] = field(default_factory=dict)
    ignore: list[str] = field(default_factory=list)
    # Both refuse it before a run, and that is the point of the case.
    refused: bool = False
    form: str = "0.6.5"
    # Replaces keys of the graph for yamlgraph, where the two need different words for one thing.
    there: dict[str, Any] = field(default_factory=dict)
    line: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.graph, dict):
            self.graph = {"version": "1.0", "name": self.name.rpartition("/")[2], **self.graph}
            if self.line:
                names = ["START", *self.line.split(), "END"]
                self.graph["edges"] = [{"from": one, "to": next} for one, next in zip(names, names[1:])]

    def input_text(self) -> str:
        return json.dumps(self.input)

    def write(self, folder: Path) -> tuple[str, str]:
        """Writes the files of the case and gives the names of the graph for yamlgraph and for us."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        # Ends the search for prompts and `.env` files.
        (folder / "pyproject.toml").touch()
        for name, prompt in self.prompts.items():
            _write(folder / "prompts" / f"{name}.yaml", prompt)
        for name, content in self.files.items():
            _write(folder / name, content)
        _write(folder / "graph.yaml", self.graph)
        if self.form != "0.4" and not self.there:
            return "graph.yaml", "graph.yaml"
        assert isinstance(self.graph, dict)
        _write(folder / "there.yaml", {**_released_form(self.graph, self.prompts), **self.there})
        return "there.yaml", "graph.yaml"


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else dump(content))


def dump(content: Any) -> str:
    return yaml.dump(content, sort_keys=False, allow_unicode=True, width=110, Dumper=_Dumper)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _released_form(graph: dict[str, Any], prompts: dict[str, Any]) -> dict[str, Any]:
    graph = copy.deepcopy(graph)
    for node in graph["nodes"].values():
        node.pop("stream", None)
        if node.get("type") == "router" and "route_field" not in node:
            fields = (prompts.get(node["prompt"], {}).get("schema") or {}).get("fields", {})
            node["route_field"] = next((name for name in ("intent", "tone") if name in fields), "intent")
    return graph


def hand_written() -> list[Case]:
    cases = []
    for path in sorted((HOME / "cases").glob("*.yaml")):
        for name, content in (yaml.safe_load(path.read_text()) or {}).items():
            cases.append(Case(name=f"{path.stem}/{name}", **content))
    return cases


@dataclass
class ExpectedDifference:
    parts: set[str]
    why: list[str]


def expected_differences() -> dict[str, ExpectedDifference]:
    """Case to what differs in it; `why` names an entry of docs/compatibility.md."""
    entries = yaml.safe_load((HOME / "differences.yaml").read_text())
    return {entry["case"]: ExpectedDifference(set(entry["parts"]), entry["why"]) for entry in entries}
