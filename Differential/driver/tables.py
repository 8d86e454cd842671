"""Whether docs/compatibility.md says something of every key that yamlgraph itself declares."""

from __future__ import annotations

import re

from yamlgraph.constants import NodeType
from yamlgraph.models.graph_schema import EdgeConfig, GraphConfigSchema
from yamlgraph.models.node_schema import NodeConfig
from yamlgraph.tools.manifest import PythonRuntime, ShellRuntime
from yamlgraph.tools.manifest import GraphRuntime as GraphTool

from .cases import HOME

# Read from the raw mapping, and in no model.
GRAPH_KEYS = {
    "state", "checkpointer", "exports", "config", "variables", "inputs", "prompts_relative", "prompts_dir", "provider", "model",
}
TOOL_KEYS = {"shell": {"working_dir", "env", "success_codes"}, "python": set(), "graph": set()}


def missing() -> list[str]:
    """What has no row: `where: key`."""
    tables = _tables((HOME.parent / "docs" / "compatibility.md").read_text())
    node_types = {str(kind.value) for kind in NodeType}
    nodes = set().union(*(tables.get(f"### {kind}", set()) for kind in node_types), tables["### Every node"])
    documented = {heading.removeprefix("### ") for heading in tables} | tables["### Other node types"]
    found = [f"node type: {kind}" for kind in sorted(node_types - documented)]
    found += [f"graph: {key}" for key in sorted(_keys(GraphConfigSchema) | GRAPH_KEYS) if key not in tables["### Graph"]]
    found += [f"node: {key}" for key in sorted(_keys(NodeConfig)) if key not in nodes]
    found += [f"edge: {key}" for key in sorted(_keys(EdgeConfig) | {"type"}) if key not in tables["### Edges"]]
    for name, model in (("shell", ShellRuntime), ("python", PythonRuntime), ("graph", GraphTool)):
        known = tables[f"#### Tool `{name}`"] | tables["#### Every tool"]
        found += [f"tool {name}: {key}" for key in sorted(_keys(model) | TOOL_KEYS[name]) if key not in known]
    return found


def _keys(model: type) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def _tables(text: str) -> dict[str, set[str]]:
    """The words in backquotes in the first column below each heading."""
    tables: dict[str, set[str]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line
        elif line.startswith("| `"):
            tables.setdefault(heading, set()).update(re.findall(r"`([^`]+)`", line.split(" | ")[0]))
    return tables
