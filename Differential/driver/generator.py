"""Random graphs whose meaning is the same on both sides, from a seed.

A graph is a row of blocks (a node, branches and their join, conditions, a loop, a router, a map, a subgraph) over a
state in which every key has a value. What the two systems mean differently on purpose is left out: it stands in
docs/compatibility.md, and hand-written cases show it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .cases import Case

INTEGERS = ["n0", "n1", "n2"]
FLOATS = ["f0", "f1"]
TEXTS = ["s0", "s1", "s2"]
LISTS = ["l0", "l1"]
FLAGS = ["b0"]
OBJECT = "d0"

PYTHON = '''
def plus(state):
    return {"n0": state["n0"] + 1, "l1": state["l1"][-3:] + [state["n0"]]}

def describe(state):
    return f"{state['s0'][:20]} {state['n1']} {state['f0']:.3f}"

def measure(state):
    item = state["item"]
    return {"out": {"text": str(item), "kind": type(item).__name__, "n": state["n1"]}}

def short(state):
    return {"out": f"<{state['item']}>"}
'''

CHILD = """
version: "1.0"
name: child
state: {word: str, number: int, text: str, result: int}
nodes:
  first: {type: passthrough, output: {text: "child of {state.word} and {state.number}"}}
  second: {type: passthrough, output: {result: "{state.number + 1}"}}
edges: [{from: START, to: first}, {from: first, to: second}, {from: second, to: END}]
"""


@dataclass
class Block:
    """Some nodes with one way in and one way out; `exits` are the nodes from which control leaves."""

    nodes: dict[str, Any]
    entry: str
    exits: list[str]
    edges: list[dict[str, Any]] = field(default_factory=list)
    prompts: dict[str, Any] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    # Conditions of the edges from the one exit; the last one always holds and leads to what is next.
    conditions: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    # A reached limit ends every later condition in yamlgraph, so that nothing may follow.
    is_last: bool = False


class GeneratedCase(Case):
    blocks: list[Block]
    values: dict[str, Any]


def generate(seed: int) -> GeneratedCase:
    generator = Generator(random.Random(seed))
    blocks = []
    for number in range(generator.random.randint(1, 6)):
        blocks.append(generator.block(number))
        if blocks[-1].is_last:
            break
    return assemble(f"generated/{seed}", blocks, generator.values())


def smaller(case: GeneratedCase) -> Iterator[GeneratedCase]:
    """Cases with a part less."""
    for index in range(len(case.blocks)):
        if len(case.blocks) > 1:
            yield assemble(case.name, case.blocks[:index] + case.blocks[index + 1 :], case.values)
    for index, block in enumerate(case.blocks):
        for name, node in block.nodes.items():
            for key in node.get("output", {}):
                if len(node["output"]) > 1:
                    less = {**node, "output": {k: v for k, v in node["output"].items() if k != key}}
                    changed = Block(**{**vars(block), "nodes": {**block.nodes, name: less}})
                    yield assemble(case.name, [*case.blocks[:index], changed, *case.blocks[index + 1 :]], case.values)


def assemble(name: str, blocks: list[Block], values: dict[str, Any]) -> GeneratedCase:
    nodes: dict[str, Any] = {}
    prompts: dict[str, Any] = {}
    limits: dict[str, int] = {}
    edges: list[dict[str, Any]] = [{"from": "START", "to": blocks[0].entry}]
    ignored: list[str] = []
    for index, block in enumerate(blocks):
        nodes.update(block.nodes)
        prompts.update(block.prompts)
        limits.update(block.limits)
        ignored += block.ignored
        edges += block.edges
        after = blocks[index + 1].entry if index + 1 < len(blocks) else "END"
        for condition, target in block.conditions:
            edges.append({"from": block.exits[0], "to": target or after, "condition": condition})
        if not block.conditions:
            edges += [{"from": exit, "to": after} for exit in block.exits]
    state: dict[str, Any] = {
        **{key: "int" for key in INTEGERS}, **{key: "float" for key in FLOATS}, **{key: "str" for key in TEXTS},
        **{key: "list" for key in LISTS}, **{key: "bool" for key in FLAGS}, OBJECT: "dict", "unset": "str",
        "log": {"type": "list", "reducer": "add"}, "total": {"type": "int", "reducer": "add"},
    }
    graph: dict[str, Any] = {"state": state, "config": {"recursion_limit": 500}, "nodes": nodes, "edges": edges}
    used = {node.get("tool") or (node.get("node") or {}).get("tool") for node in nodes.values()} - {None}
    if used:
        path = "tools_generated.py"
        graph["tools"] = {tool: {"type": "python", "path": path, "function": tool} for tool in sorted(used)}
    if limits:
        graph["loop_limits"] = limits
    files = {"tools_generated.py": PYTHON, "child.yaml": CHILD}
    case = GeneratedCase(name=name, graph=graph, prompts=prompts, files=files, input=values, ignore=ignored)
    case.blocks, case.values = blocks, values
    return case


class Generator:
    def __init__(self, random: random.Random) -> None:
        self.random = random

    def values(self) -> dict[str, Any]:
        pick = self.random
        floats = [0.5, 0.1, 2.0, -1.25, 1e-7, 3.141592653589793, 100000.0, 1e16, 0.30000000000000004]
        texts = ["abc", "Ada Lovelace", "it's", "naïve 日本", "a, b", "two  spaces", "x" * 30, "done", "{plain}"]
        items: list[Any] = [1, 2, "x", "y z", 2.5, "é"]
        return {
            **{key: pick.randint(-5, 12) for key in INTEGERS},
            **{key: pick.choice(floats) for key in FLOATS},
            **{key: pick.choice(texts) for key in TEXTS},
            **{key: [pick.choice(items) for _ in range(pick.randint(1, 4))] for key in LISTS},
            **{key: pick.random() < 0.5 for key in FLAGS},
            OBJECT: {"k": pick.choice(texts), "deep": {"x": pick.randint(0, 9), "list": [1, 2]}},
        }

    def block(self, number: int) -> Block:
        kinds = [
            self.line, self.line, self.model, self.model, self.branches, self.conditional, self.conditional,
            self.loop, self.limited_loop, self.router, self.map, self.python, self.subgraph,
        ]
        return self.random.choice(kinds)(f"step{number}")

    # MARK: - Blocks

    def line(self, name: str) -> Block:
        return Block({name: self.passthrough()}, name, [name])

    def model(self, name: str) -> Block:
        node, prompts = self.ask(name)
        return Block({name: node}, name, [name], prompts=prompts)

    def python(self, name: str) -> Block:
        node: dict[str, Any] = {"type": "python", "tool": "plus"}
        if self.random.random() < 0.5:
            node = {"type": "python", "tool": "describe", "state_key": f"{name}_out"}
        return Block({name: node}, name, [name])

    def subgraph(self, name: str) -> Block:
        node = {
            "type": "subgraph", "graph": "child.yaml",
            "input_mapping": {self.random.choice(TEXTS): "word", self.random.choice(INTEGERS): "number"},
            "output_mapping": {self.random.choice(TEXTS): "text", self.random.choice(INTEGERS): "result"},
        }
        return Block({name: node}, name, [name])

    def branches(self, name: str) -> Block:
        """Side by side, with names in the order of the file, which is that of yamlgraph's writes as well."""
        keys = [INTEGERS, FLOATS, TEXTS, LISTS]
        nodes: dict[str, Any] = {}
        for index in range(self.random.randint(2, 4)):
            # Each branch has a kind of key of its own: two writers of one key are an error on both sides.
            output = {self.random.choice(keys[index]): None}
            output = {key: self.value(key) for key in output}
            if self.random.random() < 0.5:
                output["log"] = [f"{name}{index}"]
            if self.random.random() < 0.3:
                output["total"] = index
            nodes[f"{name}_{index}"] = {"type": "passthrough", "output": output}
        entry, join = f"{name}_in", f"{name}_join"
        edges = [{"from": entry, "to": list(nodes)}]
        edges += [{"from": branch, "to": join} for branch in nodes]
        row = {entry: self.passthrough(), **nodes, join: self.passthrough()}
        return Block(row, entry, [join], edges)

    def conditional(self, name: str) -> Block:
        choice = f"{name}_if"
        branches = [f"{name}_{index}" for index in range(self.random.randint(1, 3))]
        nodes = {choice: self.passthrough(), **{branch: self.passthrough() for branch in branches}}
        edges = [{"from": choice, "to": branch, "condition": self.condition()} for branch in branches]
        other = f"{name}_else"
        nodes[other] = self.passthrough()
        edges.append({"from": choice, "to": other, "condition": self.always()})
        return Block(nodes, choice, [*branches, other], edges)

    def loop(self, name: str) -> Block:
        """A loop that ends by itself; its counter is set before it."""
        before, step, body = f"{name}_a", f"{name}_b", f"{name}_c"
        key = self.random.choice(INTEGERS)
        rounds = self.random.randint(1, 5)
        counted = {"type": "passthrough", "output": {key: f"{{state.{key} + 1}}"}}
        others = [other for other in INTEGERS if other != key]
        nodes: dict[str, Any] = {before: {"type": "passthrough", "output": {key: 0}}, step: counted}
        prompts: dict[str, Any] = {}
        if self.random.random() < 0.3:
            nodes[body], prompts = self.ask(body)
        else:
            nodes[body] = self.passthrough(set(others) | set(FLOATS) | set(TEXTS) | {"log"})
        edges = [
            {"from": before, "to": step},
            {"from": step, "to": body, "condition": f"{key} < {rounds}"},
            {"from": body, "to": step},
        ]
        limits = {step: rounds + self.random.randint(1, 3)} if self.random.random() < 0.5 else {}
        return Block(nodes, before, [step], edges, prompts, limits, conditions=[(f"{key} >= {rounds}", "")])

    def limited_loop(self, name: str) -> Block:
        step, body = f"{name}_a", f"{name}_b"
        nodes = {step: self.passthrough({"log", "total", *TEXTS}), body: self.passthrough({"log", *FLOATS})}
        edges = [
            {"from": step, "to": body, "condition": self.always()},
            {"from": body, "to": step},
        ]
        limit = {step: self.random.randint(1, 4)}
        return Block(nodes, step, [step], edges, limits=limit, conditions=[("n0 == 98765", "END")], is_last=True)

    def router(self, name: str) -> Block:
        key, targets = f"{name}_kind", [f"{name}_{index}" for index in range(self.random.randint(2, 3))]
        routes = {f"route{index}": target for index, target in enumerate(targets)}
        chosen = self.random.choice([*routes, "nothing"])
        node = {
            "type": "router", "prompt": name, "route_field": "kind", "routes": routes, "state_key": key,
            "default_route": self.random.choice(targets),
        }
        prompt = {
            "user": f"Classify {{s0}} [[fields: kind={chosen}]]",
            "schema": {"name": "Kind", "fields": {"kind": {"type": "str", "description": "kind"}}},
        }
        nodes = {name: node, **{target: self.passthrough() for target in targets}}
        edges = [{"from": name, "to": targets, "type": "conditional"}]
        # What a router leaves in the state differs on purpose.
        return Block(nodes, name, targets, edges, {name: prompt}, ignored=[key])

    def map(self, name: str) -> Block:
        kind = self.random.choice(["python", "python", "llm", "schema"])
        prompts: dict[str, Any] = {}
        if kind == "python":
            sub: dict[str, Any] = {"type": "python", "tool": self.random.choice(["measure", "short"]), "state_key": "out"}
        else:
            sub = {"type": "llm", "prompt": name, "state_key": f"{name}_line"}
            names: set[str] = set()
            prompts[name] = {"user": "Write about {item} " + self.simple_text(names)}
            # Without them, the inner node there sees its item only.
            if names:
                sub["variables"] = {key: f"{{state.{key}}}" for key in sorted(names)}
            if kind == "schema":
                prompts[name]["schema"] = self.schema()
        lists: list[Any] = ["{state.l0}", "{state.d0.deep.list}", [1, "two", 3.5]]
        # The second list may hold objects, whose text differs on purpose.
        over = self.random.choice([*lists, "{state.l1}"] if kind == "python" else lists)
        node = {"type": "map", "over": over, "as": "item", "node": sub, "collect": f"{name}_all"}
        return Block({name: node}, name, [name], prompts=prompts)

    # MARK: - Nodes

    def passthrough(self, keys: set[str] | None = None) -> dict[str, Any]:
        every = {*INTEGERS, *FLOATS, *TEXTS, *LISTS, *FLAGS, "log", "total"}
        possible = sorted(keys if keys is not None else every)
        chosen = self.random.sample(possible, self.random.randint(1, min(3, len(possible))))
        return {"type": "passthrough", "output": {key: self.value(key) for key in chosen}}

    def value(self, key: str) -> Any:
        pick = self.random
        if key == "log":
            return pick.choice([["x"], [1, "y"], []])
        if key == "total":
            return pick.randint(0, 5)
        if key in FLAGS:
            return pick.choice([True, False])
        if key in INTEGERS:
            one, other = pick.choice(INTEGERS), pick.choice(INTEGERS)
            return pick.choice([
                f"{{state.{one} + {pick.randint(0, 9)}}}", f"{{state.{one} - {pick.randint(0, 9)}}}",
                f"{{state.{one} + state.{other}}}", f"{{state.{one} - state.{other}}}", f"{{state.{one} * 2}}",
                f"{{state.{one}}}", "{state.d0.deep.x}", pick.randint(-9, 9),
            ])
        if key in FLOATS:
            one, other = pick.choice(FLOATS), pick.choice(INTEGERS)
            return pick.choice([
                f"{{state.{one} + 0.1}}", f"{{state.{one} * 0.5}}", f"{{state.{one} - state.{other}}}",
                f"{{state.{other} / 4}}", f"{{state.{one} / 3}}", f"{{state.{one} * state.{pick.choice(FLOATS)}}}", 0.25,
            ])
        if key in LISTS:
            text, number = pick.choice(TEXTS), pick.choice(INTEGERS)
            values = [
                f"{{state.{key} + [state.{number}]}}", f"{{state.{key} + ['x y']}}", f"{{state.{key} + [state.{text}]}}",
                "{state.d0.deep.list}", [1, "two"], f"{{state.{key}}}",
            ]
            # The text of objects and of true differs on purpose, and only the first list is written as text.
            if key != "l0":
                values += [[1, {"a": [None, True]}], f"{{state.{key} + {{'t': state.{text}, 'n': state.{number}}}}}"]
            return pick.choice(values)
        some = pick.choice([*INTEGERS, *FLOATS, "s1", "d0.k"])
        return pick.choice([
            f"t {{state.{some}}}", f"n={{state.{pick.choice(INTEGERS)}}}, f={{state.{pick.choice(FLOATS)}}}.",
            "plain", f"{{state.{pick.choice(TEXTS)}}}", f"({{state.{pick.choice(INTEGERS)}}})",
        ])

    def ask(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        pick = self.random
        node: dict[str, Any] = {"type": "llm", "prompt": name, "state_key": f"{name}_answer"}
        if pick.random() < 0.3:
            node["temperature"] = pick.choice([0, 0.2, 1.0])
        if pick.random() < 0.2:
            node["max_tokens"] = pick.choice([10, 500])
        if pick.random() < 0.2:
            node["model"] = "other-model"
        names: set[str] = set()
        prompt: dict[str, Any] = {}
        if pick.random() < 0.5:
            prompt["system"] = self.text(names)
        prompt["user"] = self.text(names)
        if pick.random() < 0.6:
            names |= {"n0"}
            node["variables"] = {key: f"{{state.{key}}}" for key in sorted(names)}
        kind = pick.random()
        if kind < 0.25:
            prompt["schema"] = self.schema()
        elif kind < 0.4:
            node["parse_json"] = True
            answer = pick.choice(["‹\"a\": [1, 2.50, null]›", "[1, \"x\"] ", "¶```json¶‹\"b\": true›¶```", "Yes: ‹\"c\": 1e3›."])
            prompt["user"] += f" [[say: {answer}]]"
        return node, {name: prompt}

    def schema(self) -> dict[str, Any]:
        types = ["str", "int", "float", "bool", "list[str]", "list[int]", "dict[str, int]"]
        fields: dict[str, Any] = {}
        for index in range(self.random.randint(1, 4)):
            kind = self.random.choice(types)
            fields[f"x{index}"] = {"type": kind, "description": f"field {index}"}
            if kind == "int" and self.random.random() < 0.5:
                fields[f"x{index}"]["constraints"] = {"ge": 1, "le": 6}
            if kind == "float" and self.random.random() < 0.5:
                fields[f"x{index}"]["constraints"] = {"ge": 0, "le": 1}
        return {"name": "Answer", "fields": fields}

    # MARK: - Text

    def text(self, names: set[str]) -> str:
        return self.jinja_text(names) if self.random.random() < 0.5 else self.simple_text(names)

    def simple_text(self, names: set[str]) -> str:
        pieces = ["Write.", "What about", "100%", "-", "naïve", "\n", "'quoted'"]
        formats = {"n0": ["{n0}", "{n0:05d}", "{n0:>6}"], "f0": ["{f0}", "{f0:.2f}"], "s0": ["{s0}", "{s0:<10}|"],
                   "l0": ["{l0}"], "s1": ["{s1}"], "n1": ["{n1}"]}
        parts = []
        for _ in range(self.random.randint(1, 5)):
            if self.random.random() < 0.5:
                name = self.random.choice(sorted(formats))
                names.add(name)
                parts.append(self.random.choice(formats[name]))
            else:
                parts.append(self.random.choice(pieces))
        return " ".join(parts)

    def jinja_text(self, names: set[str]) -> str:
        pieces = {
            "n0": ["{{ n0 }}", "{{ n0 + 1 }}", "{% if n0 > 3 %}many{% elif n0 == 3 %}three{% else %}few{% endif %}",
                   "{{ '%05d' % n0 }}", "{{ n0 is odd }}", "{% for i in range(n0) %}{{ i }}{% endfor %}", "{{ n0 / 2 }}"],
            "f0": ["{{ f0 }}", "{{ f0 | round(2) }}", "{{ f0 | int }}", "{{ '%.3f' | format(f0) }}"],
            "s0": ["{{ s0 | upper }}", "{{ s0[1:4] }}", "{{ s0 | replace('a', 'b') | title }}", "{{ s0 | length }}",
                   "{{ s0 | wordcount }}", "{{ s0.split() | join('/') }}", "{{ s0 | truncate(9) }}", "{{ s0 | tojson }}"],
            "l0": ["{{ l0 | join('|') }}", "{{ l0 }}", "{{ l0 | length }}", "{{ l0[-1] }}", "{{ l0 | tojson }}",
                   "{% for x in l0 %}{{ loop.index }}:{{ x }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}",
                   "{%- for x in l0 -%}{{ x | string | capitalize }};{%- endfor %}", "{{ l0 | first ~ '!' }}"],
            "d0": ["{{ d0.k }}", "{{ d0['deep'].x }}", "{{ d0 | tojson }}", "{% for k, v in d0.items() %}{{ k }}{% endfor %}",
                   "{{ d0.missing | default('none') }}"],
            "b0": ["{{ 'yes' if b0 else 'no' }}", "{{ b0 }}", "{{ b0 and n0 }}"],
            "": ["plain", "{# comment #}", "{% set y = 3 %}{{ y * 2 }}", "{% raw %}{{ raw }}{% endraw %}", "\n", "  x  "],
        }
        parts = []
        for _ in range(self.random.randint(1, 4)):
            name = self.random.choice(sorted(pieces))
            if name:
                names.add(name)
            if name == "b0":
                names.add("n0")
            parts.append(self.random.choice(pieces[name]))
        return " ".join([*parts, "{{ 1 }}"])

    # MARK: - Conditions

    def always(self) -> str:
        return "n0 < 0 or n0 >= 0"

    def condition(self) -> str:
        parts = [self.comparison() for _ in range(self.random.choice([1, 1, 2, 3]))]
        text = parts[0]
        for part in parts[1:]:
            text += self.random.choice([" and ", " or "]) + part
        return text

    def comparison(self) -> str:
        pick = self.random
        operator = pick.choice(["<", "<=", ">", ">=", "==", "!="])
        prefix = pick.choice(["", "state."])
        return pick.choice([
            f"{prefix}{pick.choice(INTEGERS)} {operator} {pick.randint(-5, 12)}",
            f"{prefix}{pick.choice(INTEGERS)} {operator} {pick.choice(INTEGERS)}",
            f"{prefix}{pick.choice(FLOATS)} {operator} {pick.choice([0.5, -1.25, 2, 100000.0])}",
            f"{prefix}{pick.choice(TEXTS)} {pick.choice(['==', '!='])} '{pick.choice(['abc', 'done', 'plain', 'a, b'])}'",
            f"{prefix}{pick.choice(TEXTS)} {operator} 'm'",
            f"{prefix}{pick.choice(FLAGS)} {pick.choice(['==', '!='])} {pick.choice(['true', 'false', 'True'])}",
            f"{prefix}d0.deep.x {operator} {pick.randint(0, 9)}",
            f"{prefix}unset {pick.choice(['==', '!='])} null",
            f"{prefix}d0.missing {pick.choice(['==', '!='])} {pick.choice(['null', '3'])}",
        ])
