internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// What the passes that look at the flow of data share: uses of keys, ways of control, and what follows from them.
struct KeyFlow {
  let uses: KeyUses
  let net: StepNet
  let schema: StateSchema

  /// Keys that the file declares, and those that graphs have by being read: a caller may be meant to give them.
  let isDeclared: [Bool]

  var flow: FlowGraph { uses.flow }

  init(_ document: GraphDocument, _ flow: FlowGraph, _ control: ControlFlow, _ state: ResolveState, isOnCycle: [Bool]) {
    uses = KeyUses(document, flow, state.schema, isOnCycle: isOnCycle)
    net = StepNet(control)
    schema = state.schema
    isDeclared = state.schema.slots.map { state.types[$0.name] != nil }
  }

  /// The name of a vertex.
  func name(_ vertex: Int) -> String { vertex == net.control.start ? "START" : flow.name(vertex) }

  /// What the nodes write of some keys, as the analysis of availability takes it.
  ///
  /// - Precondition: There are at most 64 keys.
  func writes(of slots: [Int]) -> KeyAvailability.Writes {
    precondition(slots.count <= 64, "\(slots.count) keys at once")
    var writes = KeyAvailability.Writes(count: net.control.vertexCount)
    for (node, behaviour) in uses.behaviours.enumerated() where behaviour.contains(.writesAnything) {
      writes.possible[node] = .max
    }
    for (bit, slot) in slots.enumerated() {
      if uses.isPreset[slot] || uses.writes[slot].isEmpty { writes.initial |= 1 << bit }
      for write in uses.writes[slot] {
        writes.possible[write.node] |= 1 << bit
        if uses.isCertain(write) { writes.certain[write.node] |= 1 << bit }
      }
    }
    return writes
  }

  /// Whether a key may have been written when a vertex is reached, by another node than some; a default does not count.
  func mayBeWritten(_ slot: Int, at vertex: Int, besides nodes: [Int]) -> Bool {
    var writes = self.writes(of: [slot])
    writes.initial = schema.slots[slot].isPreset ? 1 : 0
    for node in nodes { writes.possible[node] = 0 }
    return KeyAvailability.possible(net, writes)[vertex] != 0
  }

  /// The keys that have a value at the end of every run that completes.
  func certainAtEnd() -> Set<Int> {
    var certain: Set<Int> = []
    let written = schema.slots.indices.filter { !uses.writes[$0].isEmpty }
    for first in stride(from: 0, to: written.count, by: 64) {
      let slots = Array(written[first..<min(first + 64, written.count)])
      let atEnd = KeyAvailability(net, writes(of: slots)).certainAtEnd
      for (bit, slot) in slots.enumerated() where atEnd & 1 << bit != 0 { certain.insert(slot) }
    }
    return certain
  }

  // MARK: - Runs

  /// What looks for runs, within bounds that grow with the graph.
  func explorer() -> RunExplorer {
    RunExplorer(net, ChoiceKeys(uses), budget: 5 * net.control.vertexCount + 20_000)
  }

  /// The nodes that write a key, each with whether the run may go on without what it would have written.
  func writers(of slot: Int) -> [Int: Bool] {
    var writers: [Int: Bool] = [:]
    for (node, behaviour) in uses.behaviours.enumerated() where behaviour.contains(.writesAnything) {
      writers[node] = false
    }
    for write in uses.writes[slot]
    where writers[write.node] != false || !uses.behaviours[write.node].contains(.writesAnything) {
      writers[write.node] =
        uses.behaviours[write.node].contains(.mayBeLeftOut) || uses.declaration(write)?.omission != nil
    }
    return writers
  }

  /// The vertices that no run goes on from without a key: readers that need it, and whoever asks whether it is there.
  func endsWithout(_ slot: Int) -> Set<Int> {
    var ends = Set(
      uses.reads[slot].filter { read in
        read.vertex < net.control.nodeCount && read.needsValue && !uses.behaviours[read.vertex].contains(.mayFail)
      }.map(\.vertex))
    for (vertex, slots) in uses.decisionKeys where slots.contains(slot) { ends.insert(vertex) }
    for (node, slots) in uses.guardedKeys where slots.contains(slot) { ends.insert(node) }
    return ends
  }

  /// A run that comes to its end without a value of a key, in the words of messages; nil where none was found.
  func runWithout(_ slot: Int, _ explorer: inout RunExplorer) -> String? {
    let writers = writers(of: slot)
    let ends = endsWithout(slot)
    var last: (node: Int, index: Int)?
    _ = explorer.search(
      isWorthwhile: { _, _ in true },
      visit: { index, moment in
        if moment.due.contains(where: { writers[$0] == false || ends.contains($0) }) { return .giveUp }
        return .goOn
      },
      end: { index, moment in
        last = moment.due.last.map { ($0, index) }
        return .stop
      })
    return last.map { text(of: explorer.path(to: $0.node, at: $0.index)) + " → END" }
  }

  // MARK: - The first steps

  /// The keys that every run needs before any node can have written them: nothing is chosen up to there.
  ///
  /// - Complexity: O(reads and writes of the nodes up to the first choice).
  func neededFirst() -> [Int: Set<Int>] {
    let control = net.control
    var needed: [Int: Set<Int>] = [:]
    var written: Set<Int> = []
    var isSeen = Array(repeating: false, count: control.vertexCount)
    var due = [control.start]
    while !due.isEmpty {
      var next: Set<Int> = []
      var isForced = true
      for vertex in due {
        isSeen[vertex] = true
        for slot in needs(of: vertex) where !written.contains(slot) { needed[vertex, default: []].insert(slot) }
        let ways = control.ways(of: vertex)
        if ways.count > 1 { isForced = false }
        if let way = ways.first { next.formUnion(control.targets(of: way).filter { $0 >= 0 }) }
      }
      for vertex in due where vertex < control.nodeCount {
        if uses.behaviours[vertex].contains(.writesAnything) { isForced = false }
        for write in flow.vertices[vertex].declaration?.writes ?? [] {
          if let slot = schema.index(of: write.key.value) { written.insert(slot) }
        }
      }
      // What waits comes later than this knows.
      guard isForced, next.allSatisfy({ $0 < control.start && !isSeen[$0] }) else { break }
      due = next.sorted()
    }
    return needed
  }

  /// The keys without which a node certainly fails, and the run with it.
  private func needs(of vertex: Int) -> [Int] {
    guard vertex < net.control.nodeCount, !uses.behaviours[vertex].contains(.mayFail), uses.guardedKeys[vertex] == nil
    else { return [] }
    let vertex = flow.vertices[vertex]
    let names =
      (vertex.declaration?.reads.filter(\.needsValue).map(\.key.value) ?? [])
      + (vertex.document?.requires.map(\.value) ?? [])
    return names.compactMap { schema.index(of: $0) }.filter { !uses.isPreset[$0] }
  }

  // MARK: - Words

  /// A path as messages show it; of a long one the beginning and the end.
  func text(of path: [Int]) -> String {
    var names = ["START"] + path.map { flow.name($0) }
    if names.count > 12 { names = Array(names.prefix(5)) + ["…"] + Array(names.suffix(6)) }
    return names.joined(separator: " → ")
  }
}
