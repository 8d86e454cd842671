import GraphCompiler
import GraphDiagnostics
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// What graph files say about failures, checks and limits: their mistakes, and what the engine is given.
@Suite(.timeLimit(.minutes(10))) struct PolicyTests {
  @Test(
    arguments: [
      Mistake(
        "GR0106", "'on_error' cannot be 'skp'; it is one of 'fail', 'skip', 'retry', 'fallback'", fixIt: "skip",
        bad: graph(nodes: "a: {type: step, on_error: 1️⃣skp}"), good: graph(nodes: "a: {type: step, on_error: skip}")),
      Mistake(
        "GR0183", "with 'on_error: fallback', node 'a' needs 'fallback' with another provider or model",
        bad: graph(nodes: "a: {user: hello, on_error: 1️⃣fallback}"),
        good: graph(nodes: "a: {user: hello, on_error: fallback, fallback: {provider: scripted}}")),
      Mistake(
        "GR0183", "with 'on_error: fallback', node 'a' needs 'fallback' with another provider or model",
        bad: graph("defaults: {on_error: fallback}", nodes: "1️⃣a: {user: hello}"),
        good: graph("defaults: {on_error: fallback}", nodes: "a: {user: hello, fallback: {model: m}}")),
      Mistake(
        "GR0184", "'fallback' names no other model; it needs 'provider' or 'model'",
        bad: graph(nodes: "a: {user: hello, 1️⃣fallback: {temperature: 1}}"),
        good: graph(nodes: "a: {user: hello, fallback: {temperature: 1, model: m}}")),
      Mistake(
        "GR0185", "node 'a' of type 'step' asks no model that another one could stand in for",
        bad: graph(nodes: "a: {type: step, 1️⃣fallback: {model: m}}"), good: graph(nodes: "a: {type: step}")),
      Mistake(
        "GR0185", "node 'a' of type 'step' asks no model that another one could stand in for",
        bad: graph(nodes: "a: {type: step, on_error: 1️⃣fallback}"),
        good: graph("defaults: {on_error: fallback}", nodes: "a: {type: step}")),
      Mistake(
        "GR0126", "there is no provider 'scriptd'", fixIt: "scripted",
        bad: graph(nodes: "a: {user: hello, fallback: {provider: 1️⃣scriptd}}"),
        good: graph(nodes: "a: {user: hello, fallback: {provider: scripted}}")),
      Mistake(
        "GR0101", "unknown key 'provder' in 'fallback'", fixIt: "provider",
        bad: graph(nodes: "a: {user: hello, fallback: {1️⃣provder: scripted}}"),
        good: graph(nodes: "a: {user: hello, fallback: {provider: scripted}}")),
      // Guards
      Mistake(
        "GR0101", "unknown key 'before' in 'guards'", bad: graph(nodes: "a: {type: step, guards: {1️⃣before: []}}"),
        good: graph(nodes: "a: {type: step, guards: {pre: []}}")),
      Mistake(
        "GR0103", "a check under 'post' needs 'check'",
        bad: graph(nodes: "a: {type: step, guards: {post: [1️⃣{on_fail: warn}]}}"),
        good: graph(nodes: "a: {type: step, guards: {post: [{check: output, on_fail: warn}]}}")),
      Mistake(
        "GR0106", "'on_fail' cannot be 'retry'; it is one of 'halt', 'warn', 'skip'",
        bad: graph(nodes: "a: {type: step, guards: {pre: [{check: 'true', on_fail: 1️⃣retry}]}}"),
        good: graph(nodes: "a: {type: step, guards: {pre: [{check: 'true', on_fail: skip}]}}")),
      Mistake(
        "GR0114", "'max_retries' has no effect in a check under 'post'; it belongs to 'on_fail: retry'",
        bad: graph(nodes: "a: {type: step, guards: {post: [{check: output, on_fail: halt, 1️⃣max_retries: 2}]}}"),
        good: graph(nodes: "a: {type: step, guards: {post: [{check: output, on_fail: retry, max_retries: 2}]}}")),
      Mistake(
        "GR0506", "no function is named 'lenght'", fixIt: "len",
        bad: graph(nodes: "a: {type: step, guards: {post: [{check: 'output | 1️⃣lenght > 1'}]}}"),
        good: graph(nodes: "a: {type: step, guards: {post: [{check: 'output | length > 1'}]}}")),
      Mistake(
        "GR0220", "'topc' is no key of the state: it is not declared under 'state', and no node writes it",
        fixIt: "topic",
        bad: graph("state: {topic: str}", nodes: "a: {type: step, guards: {pre: [{check: state.1️⃣topc != null}]}}"),
        good: graph("state: {topic: str}", nodes: "a: {type: step, guards: {pre: [{check: state.topic != null}]}}")),
      Mistake(
        "GR0531",
        "a check under 'pre' cannot read 'output', which is the result of a node; a key of the state is 'state.output'",
        bad: graph(nodes: "a: {type: step, guards: {pre: [{check: 1️⃣output.x == 1}]}}"),
        good: graph(nodes: "a: {type: step, guards: {post: [{check: output.x == 1}]}}")),
      // Verification
      Mistake(
        "GR0186",
        "the question predicts nothing that can be checked: it has 'N-M items', 'non-empty' or 'contain X' in it; other "
          + "checks belong under 'guards'",
        bad: graph(nodes: "a: {type: step, verification: {question: 1️⃣Is it good?}}"),
        good: graph(nodes: "a: {type: step, verification: {question: Will return non-empty}}")),
      Mistake(
        "GR0187", "no result can have between 5 and 3 items; the smaller number comes first",
        bad: graph(nodes: "a: {type: step, verification: {question: 1️⃣5-3 items}}"),
        good: graph(nodes: "a: {type: step, verification: {question: 3-5 items, on_fail: retry, max_retries: 2}}")),
      // Cache and loop limits
      Mistake(
        "GR0102", "'cache' must be true or a mapping, not a string",
        bad: graph(nodes: "a: {type: step, cache: 1️⃣daily}"), good: graph(nodes: "a: {type: step, cache: {ttl: 24h}}")),
      Mistake(
        "GR0220", "'topc' is no key of the state: it is not declared under 'state', and no node writes it",
        fixIt: "topic",
        bad: graph("state: {topic: str}", nodes: "a: {type: step, cache: {key: 1️⃣topc}}"),
        good: graph("state: {topic: str}", nodes: "a: {type: step, cache: {key: '{topic}'}}")),
      Mistake(
        "GR0188", "node 'a' has two loop limits: 2 here, and 3 under 'loop_limits'",
        bad: graph("loop_limits: {a: 3}", nodes: "a: {type: step, loop_limit: 1️⃣2}"),
        good: graph("loop_limits: {a: 3}", nodes: "a: {type: step, loop_limit: 3}")),
    ])
  func `a mistake gives one diagnostic`(mistake: Mistake) { mistake.check() }

  // MARK: - What the engine is given

  private func node(_ text: String, top: String = "") throws -> StateGraph.Node {
    let text = graph("state: {topic: str}\n" + top, nodes: "a: {\(text)}")
    let compilation = testCompiler().compile(SourceFile(path: "test.yaml", text: text))
    let graph = try #require(compilation.graph, "\(compilation.diagnostics.map(\.message.text))")
    return graph.graph.nodes[0]
  }

  @Test(
    arguments: [
      ("", "", 1, .fail), ("on_error: fail", "", 1, .fail), ("on_error: skip", "", 1, .skip),
      ("on_error: retry", "", 4, .fail), ("on_error: retry, max_retries: 0", "", 1, .fail),
      ("on_error: skip, max_retries: 2", "", 3, .skip), ("on_error: retry, retry: {max_attempts: 2}", "", 2, .fail),
      ("", "defaults: {on_error: skip}", 1, .skip), ("on_error: fail", "defaults: {on_error: skip}", 1, .fail),
      ("", "defaults: {on_error: retry}", 4, .fail),
      ("on_error: retry", "defaults: {retry: {max_attempts: 7}}", 7, .fail),
    ] as [(String, String, Int, StateGraph.FailureAction)])
  func `on_error says how often and what then`(
    keys: String, top: String, attempts: Int, failure: StateGraph.FailureAction
  ) throws {
    let node = try node("type: step" + (keys.isEmpty ? "" : ", \(keys)"), top: top)
    #expect(node.retry.maximumAttempts == attempts)
    #expect(node.failure == failure)
    #expect(node.fallback == nil)
  }

  @Test func `checks come in their order, the prediction last`() throws {
    let node = try node(
      """
      type: step, verification: {question: 1-2 items, on_fail: halt}, guards: {post: [{check: output}], pre: [
        {check: "state.topic != ''", on_fail: skip, message: no topic}, {check: topic, on_fail: warn}]}
      """)
    #expect(node.checks.map(\.text) == ["state.topic != ''", "topic", "output", "1-2 items"])
    #expect(node.checks.map(\.moment) == [.before, .before, .after, .after])
    #expect(node.checks.map(\.consequence) == [.skip, .warn, .halt, .halt])
    #expect(node.checks.map(\.message) == ["no topic", nil, nil, nil])
  }

  @Test func `retries of checks are counted`() throws {
    let node = try node(
      "type: step, guards: {post: [{check: output, on_fail: retry, max_retries: 4}, {check: output, on_fail: retry}]}")
    #expect(node.checks.map(\.consequence) == [.retry(4), .retry(1)])
  }

  @Test func `a node's own loop limit counts`() async throws {
    let text = flow("START>a a>a?n==1 a>END").replacing("a: {type: step", with: "a: {loop_limit: 2, type: step")
    #expect(try await Trace(text, ["n": 1]).steps == "a | a")
  }

  @Test func `limits of config reach the graph`() throws {
    let text = graph("config: {recursion_limit: 7, max_concurrency: 3, timeout: 2m, tool_load_mode: strict}")
    let compiled = try #require(testCompiler().compile(SourceFile(path: "test.yaml", text: text)).graph).graph
    #expect(compiled.maximumSteps == 7 && compiled.maximumConcurrency == 3 && compiled.timeout == .seconds(120))
  }

  @Test func `max_tokens of config counts where nothing else says it`() async throws {
    let model = ScriptedModel { _ in "x" }
    let top = "config: {max_tokens: 9}\ndefaults: {provider: scripted"
    _ = try await Trace(graph(top + "}", nodes: "a: {user: hello}"), model: model)
    _ = try await Trace(graph(top + ", max_tokens: 8}", nodes: "a: {user: hello}"), model: model)
    _ = try await Trace(graph(top + "}", nodes: "a: {user: hello, max_tokens: 7}"), model: model)
    #expect(model.requests.map(\.maxTokens) == [9, 8, 7])
  }

  @Test func `a fallback is asked with its own settings`() async throws {
    let node = try node(
      "user: hello, provider: scripted, model: big, temperature: 0.5, fallback: {provider: other, temperature: 1}")
    guard case .plain(let body) = node.fallback else { throw UnexpectedForm() }
    let update = try await body(StateView([:]), RecordingContext().context)
    #expect(update["a"] == "from other")
  }

  private struct UnexpectedForm: Error {}
}

/// What becomes of the two limits and the keys that the graph file has for stores and for other tools.
@Suite struct GraphKeyTests {
  @Test(
    arguments: [
      Mistake(
        "GR0106",
        "the type of 'checkpointer' cannot be 'sqllite'; it is one of 'memory', 'sqlite', 'postgres', 'redis', "
          + "'redis-simple'", fixIt: "sqlite",
        bad: graph("checkpointer: {type: 1️⃣sqllite}"), good: graph("checkpointer: {type: memory}")),
      Mistake(
        "GR0195", "checkpointer 'postgres' needs a 'url', the address of its server",
        bad: graph("checkpointer: {type: 1️⃣postgres}"),
        good: graph("checkpointer: {type: postgres, url: '${DATABASE_URL}'}")),
      Mistake(
        "GR0195", "checkpointer 'redis' needs a 'url', the address of its server", bad: graph("checkpointer: 1️⃣redis"),
        good: graph("checkpointer: {type: redis, url: redis://localhost, ttl: 60, key_prefix: x, max_connections: 2}")),
      Mistake(
        "GR0196", "the 'url' of checkpointer 'postgres' must begin with 'postgres://' or 'postgresql://'",
        bad: graph("checkpointer: {type: postgres, url: 1️⃣redis://localhost}"),
        good: graph("checkpointer: {type: postgres, url: postgres://localhost/db}")),
      Mistake(
        "GR0114", "'ttl' has no effect in 'checkpointer'; it is a setting of 'redis'",
        bad: graph("checkpointer: {type: sqlite, 1️⃣ttl: 5}"), good: graph("checkpointer: {type: sqlite, path: a.db}")),
      Mistake(
        "GR0114", "'path' has no effect in 'checkpointer'; only 'sqlite' keeps threads in a file",
        bad: graph("checkpointer: {type: redis-simple, url: redis://localhost, 1️⃣path: a.db}"),
        good: graph("checkpointer: sqlite")),
      Mistake(
        "GR0114", "'path' has no effect in 'checkpointer'; what is kept in memory has no place",
        bad: graph("checkpointer: {type: memory, 1️⃣path: x}"), good: graph("checkpointer: {type: memory}")),
      Mistake(
        "GR0102", "'checkpointer' must be a string, not a list",
        bad: graph("checkpointer: 1️⃣[memory]"), good: graph("checkpointer: memory")),
      Mistake(
        "GR0114",
        "'inputs' has no effect in the graph; declare inputs under 'state', each as {type, default, description}",
        bad: graph("1️⃣inputs: {topic: {required: true}}"), good: graph("state: {topic: str}")),
      Mistake(
        "GR0114", "'observability' has no effect in the graph; every run has its log; see 'graph run --events'",
        bad: graph("1️⃣observability: {route_log: true}"), good: graph()),
      Mistake(
        "GR0106", "'tool_load_mode' cannot be 'warn'; it is one of 'strict'",
        bad: graph("config: {tool_load_mode: 1️⃣warn}"), good: graph("config: {tool_load_mode: strict}")),
      Mistake(
        "GR0189", "an export is a file below the run's own folder; '../../x.txt' is no such path",
        bad: graph("exports: {out: {filename: 1️⃣../../x.txt}}"), good: graph("exports: {out: {filename: x.txt}}")),
      Mistake(
        "GR0189", "an export is a file below the run's own folder; '/etc/x' is no such path",
        bad: graph("exports: {out: {filename: 1️⃣/etc/x}}"), good: graph("exports: {out: {filename: etc/x}}")),
      Mistake(
        "GR0190", "'out' and 'more' are both exported to 'x.txt'",
        bad: graph("state: {more: str}\nexports: {out: {filename: x.txt}, 1️⃣more: {filename: x.txt}}"),
        good: graph("state: {more: str}\nexports: {out: {filename: x.txt}, more: {filename: y.txt}}")),
      Mistake(
        "GR0106", "'format' cannot be 'mardown'; it is one of 'markdown', 'json', 'text'", fixIt: "markdown",
        bad: graph("exports: {out: {format: 1️⃣mardown}}"), good: graph("exports: {out: {format: markdown}}")),
      Mistake(
        "GR0220", "'owt' is no key of the state: it is not declared under 'state', and no node writes it", fixIt: "out",
        bad: graph("exports: {1️⃣owt: {format: text}}"), good: graph("exports: {out: {format: text}}")),
      Mistake(
        "GR0220", "'owt' is no key of the state: it is not declared under 'state', and no node writes it", fixIt: "out",
        bad: graph("verify: [{check: state.1️⃣owt != null}]"), good: graph("verify: [{check: state.out != null}]")),
      Mistake(
        "GR0106", "'on_fail' cannot be 'skip'; it is one of 'halt', 'warn'",
        bad: graph("verify: [{check: 'out', on_fail: 1️⃣skip}]"), good: graph("verify: [{check: 'out', on_fail: warn}]")),
    ])
  func `a mistake gives one diagnostic`(mistake: Mistake) { mistake.check() }
}
