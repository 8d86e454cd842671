public import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Where the keys of a graph's state are written and read, and which of them have been written when a node is reached.
///
/// For programs that show a graph to its author, such as an editor; the compiler's own findings rest on the same
/// analysis.
///
/// ```swift
/// if let flow = compiler.dataFlow(of: file) {
///   for (key, availability) in flow.keys(at: "judge") { print("\(key): \(availability)") }
/// }
/// ```
public struct DataFlow: Sendable {
  /// A place that writes or reads a key.
  public struct Place: Sendable {
    /// The node, or START for its conditions.
    public let node: String

    /// Where it is written in the file, or in the node's prompt file; nil where the key is not written out.
    public let span: SourceSpan?
  }

  /// Whether a key has a value when a node is reached.
  public enum Availability: Sendable, Hashable {
    /// It has one before the run: by its default, from `variables` or `data_files`, or from a caller.
    case given
    /// Every way to the node writes it.
    case certain
    /// Some way to the node writes it.
    case possible
    /// No way to the node writes it.
    case never
  }

  private let names: [String]
  private let nodes: [String]
  private let slots: [String: Int]
  private let indices: [String: Int]
  private let net: StepNet
  private let choices: ChoiceKeys
  private let writers: [[Writer]]
  private let readers: [[Place]]
  private let isGiven: [Bool]

  /// The nodes that may write any key.
  private let writesAnything: [Int]

  private struct Writer: Sendable {
    let node: Int
    let place: Place
    let isCertain: Bool
  }

  init(_ keys: KeyFlow) {
    let uses = keys.uses
    names = keys.schema.slots.map(\.name)
    nodes = keys.flow.vertices.map(\.name.value)
    slots = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    indices = Dictionary(nodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    net = keys.net
    choices = ChoiceKeys(uses)
    writers = uses.writes.map { writes in
      writes.map { write in
        Writer(
          node: write.node,
          place: Place(node: keys.name(write.node), span: uses.declaration(write)?.key.span),
          isCertain: uses.isCertain(write))
      }
    }
    readers = uses.reads.map { reads in
      reads.map { Place(node: keys.name($0.vertex), span: uses.span(of: $0)) }
    }
    isGiven = keys.schema.slots.indices.map { uses.isPreset[$0] || uses.writes[$0].isEmpty }
    writesAnything = uses.behaviours.indices.filter { uses.behaviours[$0].contains(.writesAnything) }
  }

  /// The keys of the state, declared ones first; the engine's own where the graph reads them.
  public var keys: [String] { names }

  /// The places that write a key, in the order of the nodes.
  public func writes(of key: String) -> [Place] { slots[key].map { writers[$0].map(\.place) } ?? [] }

  /// The places that read a key, in the order of the nodes.
  public func reads(of key: String) -> [Place] { slots[key].map { readers[$0] } ?? [] }

  /// The keys of the state with what is known of them when a node is reached, in the order of `keys`.
  ///
  /// Empty for a node that there is not or that is never reached.
  /// - Complexity: O(keys ÷ 64 × edges).
  public func keys(at node: String) -> [(key: String, availability: Availability)] {
    guard let vertex = indices[node], net.isReached[vertex] else { return [] }
    var result: [(key: String, availability: Availability)] = []
    for first in stride(from: 0, to: names.count, by: 64) {
      let batch = Array(first..<min(first + 64, names.count))
      let writes = self.writes(of: batch)
      let certain = KeyAvailability(net, writes, readers: [vertex]).certain[vertex]
      let possible = KeyAvailability.possible(net, writes)[vertex]
      for (bit, slot) in batch.enumerated() {
        let availability: Availability =
          isGiven[slot]
          ? .given
          : certain & 1 << bit != 0
            ? .certain : possible & 1 << bit != 0 ? .possible : .never
        result.append((names[slot], availability))
      }
    }
    return result
  }

  private func writes(of batch: [Int]) -> KeyAvailability.Writes {
    var writes = KeyAvailability.Writes(count: net.control.vertexCount)
    for node in writesAnything { writes.possible[node] = .max }
    for (bit, slot) in batch.enumerated() {
      if isGiven[slot] { writes.initial |= 1 << bit }
      for writer in writers[slot] {
        writes.possible[writer.node] |= 1 << bit
        if writer.isCertain { writes.certain[writer.node] |= 1 << bit }
      }
    }
    return writes
  }

  /// Whether two nodes may run in the same step, whatever is chosen on the way; nil where there are too many runs to tell.
  public func mayRunTogether(_ first: String, _ second: String) -> Bool? {
    guard let first = indices[first], let second = indices[second], net.isReached[first], net.isReached[second],
      first != second, !net.isSequential
    else { return false }
    var explorer = RunExplorer(net, choices, budget: 20_000 + net.control.vertexCount, heedsData: false)
    var isFound = false
    let isWhole = explorer.search(
      isWorthwhile: { _, _ in true },
      visit: { _, moment in
        isFound = moment.due.contains(first) && moment.due.contains(second)
        return isFound ? .stop : .goOn
      })
    return isFound ? true : isWhole ? false : nil
  }
}
