import GraphNodes
import GraphTestSupport
import Testing

/// What functions of Python do with the state, as their text shows it.
@Suite(.timeLimit(.minutes(5)))
struct PythonFollowingTests {
  private static let node = "type: python, tool: t, state_key: out"

  /// What is found of a graph whose node calls `f` of a file.
  private func findings(_ source: String, node: String = node, state: String = "out: any, n: int") throws -> [String] {
    try TemporaryFolder([
      "g.yaml": toolGraph("type: python, path: t.py, function: f", node: node, state: state), "t.py": source,
    ]).findings()
  }

  @Test(arguments: [
    ("return {'outt': 1}", "GR0423: the function of 't' returns 'outt', which is no key of the state"),
    (
      "if state['n']: return {'n': 1}\n  return {\n    'n': 2,\n    'm': {'o': [3]},\n  }",
      "GR0423: the function of 't' returns 'm', which is no key of the state"
    ),
    (
      "return {'n': state['m']}",
      "GR0221: the function of 't' uses 'm', which is no key of the state and not given under 'variables'"
    ),
    (
      "try:\n    m = int(state['m'])\n  except ValueError:\n    return {'n': 0}\n  return {'n': m}",
      "GR0221: the function of 't' uses 'm', which is no key of the state and not given under 'variables'"
    ),
    (
      "x = f\"{state['m']}\"\n  return {'n': len(x)}",
      "GR0221: the function of 't' uses 'm', which is no key of the state and not given under 'variables'"
    ),
  ])
  func `Keys that there are not are found`(body: String, finding: String) throws {
    #expect(try findings("def f(state):\n  \(body)\n") == [finding])
  }

  @Test(arguments: [
    // Made in another way, or given on.
    "return dict(outt=1)", "r = {}\n  r['outt'] = 1\n  return r", "return {**state, 'n': 1}",
    "return {k: 1 for k in state}", "return {'a' + 'b': 1}", "return g(state)", "return state | {'outt': 1}",
    "return {'n': 1} if state else {'outt': 1}", "yield {'outt': 1}",
    // Asked for first, made before, or not always read.
    "return {'n': state.get('m', 1)}", "if 'm' in state: return {'n': state['m']}",
    "return {'n': state['m'] if 'm' in state else 1}", "state['m'] = 1\n  return {'n': state['m']}",
    "if state['n']:\n    return {'n': state['m']}\n  return {'n': 1}", "return {'n': state['n'] or state['m']}",
    "if state['n']: return {'n': 1}\n  return {'n': state['m']}",
    "try:\n    return {'n': state['m']}\n  except KeyError:\n    return {'n': 1}",
    "try:\n    return {'n': state['m']}\n  except:\n    return {'n': 1}",
    // What another function returns is its own affair.
    "def g():\n    return {'outt': 1}\n  return {'n': 1}", "g = lambda: {'outt': 1}\n  return {'n': 1}",
    "'''return {'outt': 1}'''\n  return {'n': 1}  # return {'outt': 1}",
    // A result that is no dict goes to the node's key, and none to nowhere.
    "return 1", "return [{'outt': 1}]", "return", "pass", "return {}",
    "return {'current_step': 'x', 'n': 1}",
    // What a context makes of a missing key is its own affair, and a type reads nothing.
    "with suppress(KeyError):\n    return {'n': state['m']}\n  return {'n': 1}",
    "with open('x') as f, suppress(KeyError):\n    return {'n': state['m']}\n  return {'n': 1}",
    "state['m']: int = 1\n  return {'n': state['m']}",
  ])
  func `What may be right is left alone`(body: String) throws {
    #expect(try findings("def f(state):\n  \(body)\n") == [])
  }

  @Test(arguments: [
    // Given another meaning behind it.
    "f = wrap(f)", "f: object = wrap(f)", "g, f = f, g", "if True:\n  f = wrap(f)", "import f", "from g import *",
    "from g import h as f", "def f(state):\n  return {'n': 1}", "class f: pass", "globals()['f'] = wrap(f)",
    "def g():\n  global f\n  f = wrap(f)",
  ])
  func `Of a function whose name is given away nothing is known`(behind: String) throws {
    #expect(try findings("def f(state):\n  return {'outt': state['m']}\n\n\(behind)\n") == [])
  }

  @Test(arguments: [
    "x = f({})", "assert f == f", "TOOLS = [\n  f,\n]", "h(f, x=1)", "# f = 1", "def g(x=f): pass",
    "def g():\n  f = 1\n  return f", "class A:\n  f = 1",
  ])
  func `A function that is only used behind it is known`(behind: String) throws {
    #expect(
      try findings("def f(state):\n  return {'outt': 1}\n\n\(behind)\n") == [
        "GR0423: the function of 't' returns 'outt', which is no key of the state"
      ])
  }

  @Test func `A file that is opened decides nothing`() throws {
    #expect(
      try findings("def f(state):\n  with open(state['m']) as f:\n    return {'n': f.read()}\n") == [
        "GR0221: the function of 't' uses 'm', which is no key of the state and not given under 'variables'"
      ])
  }

  @Test func `Values that variables give need no key`() throws {
    let source = "def f(state):\n  return {'n': state['m']}\n"
    #expect(try findings(source, node: "type: python, tool: t, state_key: out, variables: {m: 1}") == [])
    for gap in ["", "\n", "# A comment.\n\n", "  # A comment.\n"] {
      #expect(try findings("@wrap\n\(gap)def f(state):\n  return {'outt': state['m']}\n") == [])
      #expect(try findings("@wrap(\n  1,\n  2)\n\(gap)def f(state):\n  return {'outt': state['m']}\n") == [])
    }
  }

  @Test func `A key that a function returns and somebody reads comes into being`() throws {
    let graph = """
      tools:
        t: {type: python, path: t.py, function: f}
      nodes:
        a: {type: python, tool: t}
        b: {type: passthrough, output: {twice: "{state.m * 2}"}}
      edges: [{from: START, to: a}, {from: a, to: b}, {from: b, to: END}]

      """
    let folder = try TemporaryFolder(["g.yaml": graph, "t.py": "def f(state):\n  return {'m': 2}\n"])
    #expect(folder.findings() == [])
  }

  @Test func `A function that takes more than the state is not called with it alone`() throws {
    let source = "def f(text, word, *, case=False):\n  return 1\n"
    #expect(
      try findings(source) == [
        "GR0424: tool 't' takes 'text' and 'word', and is given the state alone; call it with a node of type 'tool'"
      ])
    #expect(try findings("def f(state, case=False, *more, **rest):\n  return 1\n") == [])
  }

  @Test(arguments: [
    ("text: str", "names", "GR0559: the argument 'text' of tool 't' must be str, not list"),
    ("text: 'list[str]'", "text", "GR0559"), ("text: int", "text", "GR0559"), ("text: dict", "n", "GR0559"),
  ])
  func `Arguments are compared with annotations`(parameter: String, key: String, finding: String) throws {
    let found = try findings(
      "def f(\(parameter)):\n  return 1\n", node: "type: tool, tool: t, variables: {text: '{state.\(key)}'}",
      state: "names: 'list[str]', text: str, n: int, flag: bool")
    #expect(found.count == 1 && found[0].hasPrefix(finding), "\(found)")
  }

  @Test(arguments: [
    ("text: float", "n"), ("text: int", "flag"), ("text: bool", "n"), ("text: 'str | None'", "text"),
    ("text: Path", "text"), ("text: object", "n"), ("text", "names"), ("text: Sequence[str]", "names"),
  ])
  func `What Python takes as well is left alone`(parameter: String, key: String) throws {
    let found = try findings(
      "def f(\(parameter)):\n  return 1\n", node: "type: tool, tool: t, variables: {text: '{state.\(key)}'}",
      state: "names: 'list[str]', text: str, n: int, flag: bool")
    #expect(found == [])
  }
}
