internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Follows what models say through the state to arguments that are more than text to a program.
///
/// An answer is dangerous where it comes to such an argument without a check on the way. Checks are: a type of the
/// answer's field or of the parameter that leaves no free text, a check under `guards` that stops the node, a condition
/// that compares it, and a person who is asked. Nodes that write the key anew, and functions, which may look at what they
/// are given, end the way as well. What a tool gives is no answer: it is for its author to say what that may be.
struct FollowAnswers {
  /// Where a text comes from, and the places that it was at.
  private struct Trail {
    /// The node whose model said it, or START for an input of the graph.
    let source: Int

    /// The places, from the argument back to the source.
    var places: [NodeFlow.Place]
  }

  private let flow: FlowGraph

  /// The nodes with answers, and those that copy, by the key that is written.
  private var answering: [String: [Int]] = [:]
  private var copying: [String: [(node: Int, copy: NodeFlow.Copy)]] = [:]

  /// The nodes that write a key anew, from what no model said.
  private var renewing: [String: [Int]] = [:]

  init(_ flow: FlowGraph) {
    self.flow = flow
    for (index, vertex) in flow.vertices.enumerated() {
      guard let declaration = vertex.declaration else { continue }
      for key in declaration.flow.answers { answering[key, default: []].append(index) }
      for copy in declaration.flow.copies where !copy.places.isEmpty {
        copying[copy.key, default: []].append((index, copy))
      }
      let made = declaration.flow.answers.union(declaration.flow.copies.filter { !$0.places.isEmpty }.map(\.key))
      for write in declaration.writes where !write.isOffered && !made.contains(write.key.value) {
        renewing[write.key.value, default: []].append(index)
      }
    }
  }

  /// Reports the arguments that a model may choose.
  static func run(_ flow: FlowGraph, _ diagnostics: DiagnosticEngine) {
    guard flow.vertices.contains(where: { !($0.declaration?.flow.dangers.isEmpty ?? true) }) else { return }
    let pass = FollowAnswers(flow)
    for (index, vertex) in flow.vertices.enumerated() {
      for danger in vertex.declaration?.flow.dangers ?? [] { pass.check(danger, at: index, diagnostics) }
    }
  }

  private func check(_ danger: NodeFlow.Danger, at index: Int, _ diagnostics: DiagnosticEngine) {
    let argument = danger.argument
    let place = Diagnostic.Note("'{\(argument.parameter)}' stands here in the command", at: argument.span)
    let advice = Diagnostic.Note(
      "give '\(argument.parameter)' an 'enum' or a 'pattern' under 'parameters', or check the answer before")
    if danger.isChosenByModel {
      let subject = "the model of '\(flow.name(index))'"
      diagnostics.report(.chosen(by: subject, danger), at: danger.span, notes: [place, advice])
      return
    }
    for trail in danger.places.flatMap({ trails(to: $0) }) where trail.source >= 0 && arrives(trail, at: index) {
      let source = flow.vertices[trail.source]
      let key = trail.places.last?.root ?? ""
      diagnostics.report(
        .chosen(by: "the answer of '\(source.name.value)'", danger), at: danger.span,
        notes: [place, Diagnostic.Note("the answer is written to '\(key)' here", at: source.name.span), advice])
      // One way is enough to know.
      return
    }
  }

  /// What the graph does with texts of models when another one runs it.
  ///
  /// - Parameter inputs: The keys that a caller may give.
  func summary(inputs: [String]) -> SubgraphFlow {
    var summary = SubgraphFlow()
    for key in Set(answering.keys).union(copying.keys) {
      let trails = trails(to: NodeFlow.Place(key), inputs: inputs)
      if trails.contains(where: { $0.source >= 0 && arrives($0, at: FlowGraph.end) }) { summary.answers.insert(key) }
      let given = trails.filter { $0.source == FlowGraph.start && arrives($0, at: FlowGraph.end) }
      summary.passes[key] = Set(given.compactMap { $0.places.last?.root })
    }
    for (index, vertex) in flow.vertices.enumerated() {
      for danger in vertex.declaration?.flow.dangers ?? [] where !danger.isChosenByModel {
        let given = danger.places.flatMap { trails(to: $0, inputs: inputs) }
          .filter { $0.source == FlowGraph.start && arrives($0, at: index) }
        guard !given.isEmpty else { continue }
        var danger = danger
        danger.places = given.compactMap(\.places.last)
        summary.dangers.append(danger)
      }
    }
    return summary
  }

  // MARK: - Backwards through the state

  /// Where the text at a place may come from; of inputs only those that are named.
  private func trails(to place: NodeFlow.Place, inputs: [String] = []) -> [Trail] {
    var found: [Trail] = []
    var seen: Set<NodeFlow.Place> = [place]
    var open = [[place]]
    while let places = open.popLast() {
      guard let last = places.last else { continue }
      for node in answering[last.root] ?? [] where !isClosed(last, writtenBy: node) {
        found.append(Trail(source: node, places: places))
      }
      if inputs.contains(last.root) { found.append(Trail(source: FlowGraph.start, places: places)) }
      for (_, copy) in copying[last.root] ?? [] {
        for origin in copy.places {
          // A copy of one value has that value's fields.
          let next =
            copy.places.count == 1 ? NodeFlow.Place(origin.root, fields: origin.fields + last.fields) : origin
          if seen.insert(next).inserted, next.fields.count < 32 { open.append(places + [next]) }
        }
      }
    }
    return found
  }

  /// Whether the type of what the node writes leaves no free text there.
  private func isClosed(_ place: NodeFlow.Place, writtenBy node: Int) -> Bool {
    let writes = flow.vertices[node].declaration?.writes.filter { $0.key.value == place.root } ?? []
    return !writes.isEmpty && writes.allSatisfy { $0.source.known.type(at: place.fields[...]).isClosed }
  }

  // MARK: - Forwards through the graph

  /// Whether control can come from a trail's source to a node, or to END, without a check on the way.
  private func arrives(_ trail: Trail, at target: Int) -> Bool {
    let source = trail.source
    if source >= 0, isChecked(trail, after: source) { return false }
    if target >= 0, isChecked(trail, before: target) { return false }
    let renewed = Set(trail.places.map(\.root).flatMap { renewing[$0] ?? [] })
    var isVisited = Array(repeating: false, count: flow.vertices.count)
    var open = [source]
    while let node = open.popLast() {
      let edges = flow.edges(from: node)
      // Whoever asks about the text knows it on every way that leaves from there.
      guard !edges.contains(where: { checks(flow.edges[$0].document.condition, trail) }) else { continue }
      var next = edges.flatMap { flow.edges[$0].targets }
      if node >= 0 {
        next.append(contentsOf: [flow.loopExits[node]].compactMap(\.self) + (flow.routerTargets[node] ?? []))
      }
      for following in next {
        if following == target { return true }
        guard following >= 0, !isVisited[following] else { continue }
        isVisited[following] = true
        guard !stops(trail, at: following), !renewed.contains(following) || following == source else { continue }
        open.append(following)
      }
    }
    return false
  }

  /// Whether a node asks a person, or fails for a text that is not as it should be.
  private func stops(_ trail: Trail, at node: Int) -> Bool {
    flow.vertices[node].declaration?.interrupts ?? false || isChecked(trail, after: node)
      || isChecked(trail, before: node, halts: true)
  }

  private func isChecked(_ trail: Trail, after node: Int) -> Bool {
    let vertex = flow.vertices[node]
    guard let document = vertex.document else { return true }
    let result = (vertex.declaration?.resultKey ?? document.stateKey).value
    return document.policies.checks.contains { check in
      guard check.moment == .after, check.consequence != .warn else { return false }
      let places = check.expression.checkedPlaces.map { place in
        place.root == "output" ? NodeFlow.Place(result, fields: place.fields) : place
      }
      return meets(places, trail)
    }
  }

  /// - Parameter halts: Whether the check has to end the run; of the node itself it is enough that it is skipped.
  private func isChecked(_ trail: Trail, before node: Int, halts: Bool = false) -> Bool {
    guard let document = flow.vertices[node].document else { return true }
    return document.policies.checks.contains { check in
      check.moment == .before && (halts ? check.consequence == .halt : check.consequence != .warn)
        && meets(check.expression.checkedPlaces, trail)
    }
  }

  private func checks(_ condition: Expression?, _ trail: Trail) -> Bool {
    condition.map { meets($0.checkedPlaces, trail) } ?? false
  }

  /// Whether one of the places is one of the trail's, or a part of it, or holds it.
  private func meets(_ places: [NodeFlow.Place], _ trail: Trail) -> Bool {
    places.contains { place in
      trail.places.contains { other in
        place.root == other.root && zip(place.fields, other.fields).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
      }
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func chosen(by subject: String, _ danger: NodeFlow.Danger) -> Self {
    let (program, tool) = (danger.argument.program, danger.tool)
    return switch danger.argument.kind {
    case .program:
      Self("GR0710", .warning, "\(subject) chooses what '\(program)' runs in tool '\(tool)', and nothing checks it")
    case .option:
      Self("GR0711", .warning, "\(subject) may be an option of '\(program)' in tool '\(tool)', and nothing checks it")
    case .address:
      Self(
        "GR0712", .warning, "\(subject) may be any address for '\(program)' in tool '\(tool)', and nothing checks it")
    case .path:
      Self("GR0713", .warning, "\(subject) may be any path for '\(program)' in tool '\(tool)', and nothing checks it")
    }
  }
}
