internal import GraphRuntime
internal import GraphTestSupport

/// What nodes of tests throw.
struct Boom: Error, CustomStringConvertible {
  let description: String

  init(_ description: String = "boom") { self.description = description }
}

/// A number that tasks count up together.
final class Counter: Sendable {
  private let number = Locked(0)

  var value: Int { number.withLock { $0 } }

  @discardableResult
  func increment() -> Int {
    number.withLock { number in
      number += 1
      return number
    }
  }
}

/// Opens a gate when its last reference is released.
final class Witness: Sendable {
  private let gone: Gate

  init(_ gone: Gate) { self.gone = gone }

  deinit { gone.open() }
}

/// A stream of given tokens, then nil or an error.
func tokenStream(_ tokens: [String], to key: StateKey, then failure: (any Error)? = nil) -> TokenStream {
  let counter = Counter()
  return TokenStream(to: key) {
    let place = counter.increment() - 1
    if place < tokens.count { return tokens[place] }
    if let failure { throw failure }
    return nil
  }
}

extension StateGraphBuilder {
  /// A graph with some keys that are replaced.
  init(_ name: String, keys: [String]) {
    self.init(name)
    for key in keys { addKey(key) }
  }

  /// Adds a synchronous node.
  mutating func addQuickNode(
    _ name: String, loopLimit: Int? = nil, _ body: @escaping @Sendable (StateView) throws -> StateUpdate
  ) {
    addNode(name, loopLimit: loopLimit, body: .synchronous(body))
  }

  /// Adds nodes that append their names to `trace`.
  mutating func addTracers(_ names: [String]) {
    for name in names { addQuickNode(name) { _ in ["trace": [.string(name)]] } }
  }

  /// Adds edges from START over nodes to END.
  mutating func addLine(_ names: [String]) {
    var last = Ends.start
    for name in names {
      addEdge(from: last, to: Ends(stringLiteral: name))
      last = Ends(stringLiteral: name)
    }
    addEdge(from: last, to: .end)
  }
}

/// A graph of one node.
func singleNodeGraph(
  _ body: NodeBody, keys: [String] = ["out"], _ configure: (inout StateGraph.Node) -> Void = { _ in }
)
  throws -> StateGraph
{
  var builder = StateGraphBuilder("single", keys: keys)
  var node = StateGraph.Node("a", body: body)
  configure(&node)
  builder.addNode(node)
  builder.addLine(["a"])
  return try builder.build()
}

/// Lets other tasks work for a while; for bounds that hold at any moment, never to wait for something.
func yieldOften() async {
  for _ in 0..<200 { await Task.yield() }
}
