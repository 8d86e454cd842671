"""What of two runs is compared, and what is left out on purpose."""

from __future__ import annotations

import json
import math
from typing import Any

from .systems import Run

# Written by the engines themselves, each in its own way; docs/compatibility.md has their table.
BOOKKEEPING = {"current_step", "thread_id", "started_at", "completed_at", "errors", "messages", "__interrupt__"}

# yamlgraph asks with this temperature where nobody names one; here the provider's own default counts.
DEFAULT_TEMPERATURE = 0.7
# What each side sends to Anthropic where nobody names a limit, which that protocol demands.
DEFAULT_MAX_TOKENS = {1024, 4096, 8192, 32000, 64000}

# What a `tool_call` writes.
ENVELOPE = {"task_id", "tool", "success", "result", "error"}

# What an agent writes to `tool_results_key` of each call.
CALL = {"tool", "args", "output", "success"}


def differences(theirs: Run, ours: Run, ignored_keys: set[str] = frozenset()) -> dict[str, str]:
    """The parts in which two runs differ, each with a line that shows how."""
    found: dict[str, str] = {}
    if theirs.status != ours.status:
        found["status"] = f"{theirs.status} ({theirs.error}) | {ours.status} ({ours.error})"
    if theirs.status in ("ok", "errors", "interrupted") and ours.status in ("ok", "errors", "interrupted"):
        if line := _state_difference(state(theirs.state, ignored_keys), state(ours.state, ignored_keys)):
            found["state"] = line
    if line := _multiset_difference(prompts(theirs), prompts(ours)):
        found["prompts"] = line
    if theirs.questions != ours.questions:
        found["questions"] = f"{_short(theirs.questions)} | {_short(ours.questions)}"
    return found


def state(values: dict[str, Any], ignored_keys: set[str] = frozenset()) -> dict[str, Any]:
    """The state without bookkeeping; a key that is null and one that is not there are the same."""
    kept = {}
    for key, value in values.items():
        if key.startswith("_") or key in BOOKKEEPING or key in ignored_keys or key.endswith("_failures"):
            continue
        if (value := _value(value)) is not None:
            kept[key] = value
    return kept


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        # A map there marks each result with its index, and wraps what is no object to have a place for it.
        if set(value) == {"_map_index", "value"}:
            return _value(value["value"])
        kept = {key: _value(item) for key, item in value.items() if key != "_map_index"}
        # The words of an error are each system's own.
        if kept.keys() == ENVELOPE:
            kept["error"] = bool(kept["error"])
        if kept.keys() == CALL and not kept["success"]:
            kept["output"] = ""
        return kept
    return value


def prompts(run: Run) -> list[str]:
    """The requests of a run in a form that can be compared, sorted: their order is that of parallel calls."""
    lines = []
    for request in run.requests:
        kept = dict(request)
        if kept["temperature"] == DEFAULT_TEMPERATURE:
            kept["temperature"] = None
        if kept["max_tokens"] in DEFAULT_MAX_TOKENS:
            kept["max_tokens"] = None
        lines.append(json.dumps(kept, ensure_ascii=False, sort_keys=True))
    return sorted(lines)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return type(one) is type(other) and (one == other or math.isclose(one, other, rel_tol=1e-12))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    return one == other


def _state_difference(theirs: dict, ours: dict) -> str:
    lines = []
    for key in sorted(theirs.keys() | ours.keys()):
        if not _equal(theirs.get(key), ours.get(key)):
            lines.append(f"{key}: {_short(theirs.get(key))} | {_short(ours.get(key))}")
    return "; ".join(lines)


def _multiset_difference(theirs: list[str], ours: list[str]) -> str:
    only_theirs, only_ours = list(theirs), list(ours)
    for line in theirs:
        if line in only_ours:
            only_ours.remove(line)
            only_theirs.remove(line)
    if not only_theirs and not only_ours:
        return ""
    return f"{len(theirs)} | {len(ours)} requests; only there {_short(only_theirs[:2])}; only here {_short(only_ours[:2])}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:399] + "…"
