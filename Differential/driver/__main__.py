"""Compares the two systems; the status is 1 when something differs that is not listed, or is listed and does not."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from . import comparison, tables
from .cases import Case, dump, expected_differences, hand_written
from .generator import generate, smaller
from .provider import Provider
from .systems import Graph, Run, Yamlgraph


class Session:
    """Both systems, ready to run cases below one folder."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.folder = folder
        self.provider = Provider()
        self.yamlgraph = Yamlgraph(self.provider, folder / "yamlgraph.log")
        self.graph = Graph(self.provider, program)

    def run(self, case: Case) -> tuple[Run, Run]:
        folder = self.folder / "cases" / case.name
        there, here = case.write(folder)
        theirs = self.yamlgraph.run(folder, there, case.input, case.answers)
        return theirs, self.graph.run(folder, here, case.input, case.answers)

    def differences(self, case: Case) -> dict[str, str]:
        theirs, ours = self.run(case)
        found = comparison.differences(theirs, ours, set(case.ignore))
        if (theirs.status == ours.status == "invalid") != case.refused:
            found["refusal"] = f"{theirs.error} | {ours.error}"
        for key, value in case.expect.items():
            if ours.state.get(key) != value:
                found["expectation"] = f"{key} is {ours.state.get(key)!r} here, not {value!r} ({ours.error})"
        return found

    def close(self) -> None:
        self.yamlgraph.close()
        self.provider.close()


def compare_hand_written(session: Session, only: str, verbose: bool) -> bool:
    listed = expected_differences()
    cases = hand_written()
    good = True
    if unknown := listed.keys() - {case.name for case in cases}:
        print(f"differences.yaml lists cases that do not exist: {', '.join(sorted(unknown))}")
        good = False
    table: dict[str, Counter[str]] = {}
    for case in cases:
        if only not in case.name:
            continue
        found = session.differences(case)
        expected = listed[case.name].parts if case.name in listed else set()
        outcome = "same" if not found else "listed" if set(found) == expected else "differs"
        if expected and not found:
            outcome = "differs"
            print(f"{case.name}: is listed as different, and is not")
        table.setdefault(case.name.partition("/")[0], Counter())[outcome] += 1
        if outcome == "differs":
            good = False
            for part in expected - found.keys():
                print(f"{case.name}: '{part}' is listed as different, and is not")
        if outcome == "differs" or verbose:
            for part, line in found.items():
                print(f"{case.name}: {part}: {line}")
    print(f"{'subject':<16}{'same':>8}{'listed':>8}{'differs':>9}")
    for subject, counts in table.items():
        print(f"{subject:<16}{counts['same']:>8}{counts['listed']:>8}{counts['differs']:>9}")
    total = sum(table.values(), Counter())
    print(f"{'all':<16}{total['same']:>8}{total['listed']:>8}{total['differs']:>9}")
    return good


def compare_generated(session: Session, seed: int, count: int) -> bool:
    good, statuses = True, Counter()
    for number in range(seed, seed + count):
        case = generate(number)
        theirs, ours = session.run(case)
        statuses[theirs.status] += 1
        found = comparison.differences(theirs, ours, set(case.ignore))
        if not found:
            continue
        good = False
        case, found = shrink(session, case, found)
        print(f"seed {number} differs:")
        for part, line in found.items():
            print(f"  {part}: {line}")
        print(f"--- input: {case.input}")
        for name, prompt in case.prompts.items():
            print(f"--- prompts/{name}.yaml\n{dump(prompt)}", end="")
        print(f"--- graph.yaml\n{dump(case.graph)}---")
    ended = ", ".join(f"{number} {status}" for status, number in sorted(statuses.items()))
    print(f"{count} generated graphs from seed {seed} ({ended}): {'no difference' if good else 'differences'}")
    return good


def shrink(session: Session, case: Case, found: dict[str, str]) -> tuple[Case, dict[str, str]]:
    """Takes parts of a case away as long as it differs in the same parts."""
    tries = 0
    shrunk = True
    while shrunk and tries < 300:
        shrunk = False
        for candidate in smaller(case):
            tries += 1
            now = session.differences(candidate)
            if now.keys() == found.keys():
                case, found, shrunk = candidate, now, True
                break
    return case, found


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/differential.sh", description=__doc__)
    parser.add_argument("--program", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--only", default="", metavar="TEXT", help="the hand-written cases whose names hold TEXT, or 'generated' for the others")
    parser.add_argument("--count", type=int, default=200, help="how many graphs are generated (200)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first generated graph (1)")
    parser.add_argument("--verbose", action="store_true", help="show listed differences as well")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    session = Session(options.program.resolve(), options.folder.resolve())
    try:
        good = True
        if undocumented := tables.missing():
            print(f"docs/compatibility.md has no row for {', '.join(undocumented)}")
            good = False
        if options.only != "generated":
            good = compare_hand_written(session, options.only, options.verbose)
        if options.count and options.only in ("", "generated"):
            good = compare_generated(session, options.seed, options.count) and good
    finally:
        session.close()
    print(f"{'done' if good else 'DIFFERENCES'} in {time.monotonic() - start:.0f} s")
    return 0 if good else 1


sys.exit(main())
