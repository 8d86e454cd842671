"""The mutants of the examples, given to yamlgraph's `validate` and `lint`, and the table of docs/mutation.md.

`swift test` writes the mutants with what the compiler here says of them; see scripts/mutation.sh. yamlgraph gets the same
files without `stream: true`, a key that its release no longer knows. Only mutants of graphs that it accepts as they are
can be compared, and a mutant counts as caught there when anything at all is said that is not said of the original.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

STREAM = re.compile(r"^ *stream: true *(#.*)?\n", re.MULTILINE)
LINE = re.compile(r"\bline (\d+)")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


class Yamlgraph:
    """`validate` and `lint` of yamlgraph in this process, in a copy of the project."""

    def __init__(self, root: Path, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        for top in ("graphs", "prompts"):
            shutil.copytree(root / top, folder / top, ignore=shutil.ignore_patterns("__pycache__"))
        for path in folder.rglob("*.yaml"):
            path.write_text(without_stream(path.read_text()))
        os.chdir(folder)
        # Taken from the working folder when the modules are imported.
        from yamlgraph.cli import graph_validate, helpers
        from yamlgraph.linter import graph_linter

        self._validate, self._helpers, self._linter = graph_validate, helpers, graph_linter
        self._originals: dict[str, tuple[set[str], bool]] = {}

    def accepts(self, graph: str) -> bool:
        """Whether a graph as it is has no errors there."""
        return not self._original(graph)[1]

    def new_findings(self, mutant: dict[str, Any]) -> set[str] | None:
        """What is said of a mutant and not of the original; nil when without `stream` they are the same file."""
        path = Path(mutant["path"])
        original = path.read_text() if path.suffix == ".yaml" else None
        if mutant["text"] is None:
            content = path.read_bytes()
            path.unlink()
        else:
            content = path.read_bytes()
            text = without_stream(mutant["text"])
            if text == original:
                return None
            path.write_text(text)
        try:
            found: set[str] = set()
            for graph in mutant["graphs"]:
                found |= self._findings(graph)[0] - self._original(graph)[0]
            return found
        finally:
            path.write_bytes(content)

    def _original(self, graph: str) -> tuple[set[str], bool]:
        if graph not in self._originals:
            self._originals[graph] = self._findings(graph)
        return self._originals[graph]

    def _findings(self, graph: str) -> tuple[set[str], bool]:
        found: set[str] = set()
        is_bad = False
        try:
            config = self._helpers.require_graph_config(graph)
            errors, warnings = self._validate._validate_required_fields(config)
            nodes = config.get("nodes", {})
            names = set(nodes.keys()) | {"START", "END"}
            errors += self._validate._validate_edges(config.get("edges", []), names)
            errors += self._validate._validate_subgraph_nodes(nodes)
            warnings += self._validate._validate_nodes(nodes)
            found |= set(errors) | set(warnings)
            is_bad = bool(errors)
        except Exception as error:
            found.add(f"validate: {error}")
            is_bad = True
        try:
            for issue in self._linter.lint_graph(graph, Path.cwd()).issues:
                found.add(f"{issue.code}: {issue.message} {issue.fix or ''}")
                is_bad = is_bad or issue.severity == "error"
        except Exception as error:
            found.add(f"lint: {error}")
            is_bad = True
        return found, is_bad


def without_stream(text: str) -> str:
    return STREAM.sub("", text)


class Tally:
    """The counts of some mutants, on all graphs and on those that both tools accept."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, mutant: dict[str, Any], theirs: set[str] | None) -> None:
        counts = self.counts
        counts["mutants"] += 1
        if mutant["outcome"] == "equivalent":
            counts["equivalent"] += 1
            return
        is_caught = mutant["outcome"] == "caught"
        counts["caught"] += is_caught
        counts["right line"] += is_caught and mutant["right_line"]
        counts["alone"] += is_caught and len(mutant["findings"]) == 1
        if mutant["misspelling"]:
            counts["misspellings"] += 1
            counts["offered"] += mutant["offered"]
        if theirs is None:
            return
        counts["shared"] += 1
        counts["shared caught"] += is_caught
        counts["shared right line"] += is_caught and mutant["right_line"]
        counts["their caught"] += bool(theirs)
        first, last = mutant["lines"]
        named = (int(number) for text in theirs for number in LINE.findall(text))
        counts["their right line"] += any(first <= number <= last for number in named)

    def cells(self) -> list[str]:
        counts = self.counts
        mistakes = counts["mutants"] - counts["equivalent"]
        return [
            f"{counts['mutants']:,}", f"{counts['equivalent']:,}", share(counts["caught"], mistakes),
            share(counts["right line"], counts["caught"]), share(counts["offered"], counts["misspellings"]),
            share(counts["alone"], counts["caught"]),
            f"{counts['shared']:,}", share(counts["shared caught"], counts["shared"]),
            share(counts["their caught"], counts["shared"]),
        ]


def share(part: int, whole: int) -> str:
    if whole == 0:
        return "–"
    # Not all is never written as all.
    percent = 100 * part / whole
    return "100 %" if part == whole else f"{min(percent, 99.9):.1f} %"


HEADER = [
    "mutants", "no change", "caught", "right line", "right word", "alone", "of both", "caught here", "caught by yamlgraph",
]


def table(first: str, tallies: Iterable[tuple[str, Tally]]) -> list[str]:
    lines = [f"| {first} | " + " | ".join(HEADER) + " |", "|---" * (len(HEADER) + 1) + "|"]
    return lines + [f"| {name} | " + " | ".join(tally.cells()) + " |" for name, tally in tallies]


def tallies(
    mutants: list[tuple[dict[str, Any], set[str] | None]], key: Callable[[dict[str, Any]], str]
) -> list[tuple[str, Tally]]:
    found: dict[str, Tally] = {}
    for mutant, theirs in mutants:
        found.setdefault(key(mutant), Tally()).add(mutant, theirs)
    return list(found.items())


def report(mutants: list[tuple[dict[str, Any], set[str] | None]], accepted: list[str]) -> str:
    total = Tally()
    for mutant, theirs in mutants:
        total.add(mutant, theirs)
    groups = tallies(mutants, lambda mutant: mutant["group"])
    lines = table("about", [*groups, ("**all**", total)])
    names = ", ".join(f"`{Path(graph).stem}`" for graph in accepted)
    counts = total.counts
    lines += [
        "",
        f"yamlgraph 0.6.5 accepts {len(accepted)} of the graphs without errors: {names}. Of the {counts['shared']:,} "
        f"mistakes in them it reports {counts['their caught']:,}, {counts['their right line']:,} of them with the number of "
        f"the right line; `graph validate` reports {counts['shared caught']:,}, "
        f"{counts['shared right line']:,} of them in the right line.",
    ]
    for group, _ in groups:
        rows = tallies([pair for pair in mutants if pair[0]["group"] == group], lambda mutant: mutant["kind"])
        lines += ["", f"### {group}", "", *table("kind", rows)]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutation.sh", description=__doc__)
    parser.add_argument("--mutants", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--document", type=Path, help="the document whose table is written; it is printed without one")
    options = parser.parse_args()
    mutants = [json.loads(line) for line in options.mutants.read_text().splitlines()]
    document = options.document.resolve() if options.document else None
    yamlgraph = Yamlgraph(Path.cwd(), options.folder.resolve())
    graphs = sorted({graph for mutant in mutants for graph in mutant["graphs"]})
    accepted = [graph for graph in graphs if yamlgraph.accepts(graph)]
    pairs = []
    for mutant in mutants:
        is_shared = mutant["graphs"] and all(graph in accepted for graph in mutant["graphs"])
        pairs.append((mutant, yamlgraph.new_findings(mutant) if is_shared else None))
    text = report(pairs, accepted)
    if document is None:
        print(text)
        return 0
    before, _, rest = document.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    document.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
