internal import GraphDiagnostics
internal import GraphLanguage

/// Finds the nodes that edges and loop limits name.
///
/// A name that is nearly right is reported and then taken as meant, so that
/// one slip does not look like several.
struct ResolveEdges {
  private let document: GraphDocument
  private let diagnostics: DiagnosticEngine
  private var nodes: NodeNames
  private(set) var flow: FlowGraph

  /// Turns the edges, routes and loops of a document into indices.
  static func run(
    _ document: GraphDocument, _ vertices: [FlowGraph.Vertex], _ diagnostics: DiagnosticEngine
  ) -> FlowGraph {
    var pass = ResolveEdges(
      document: document, diagnostics: diagnostics,
      nodes: NodeNames(vertices.map(\.name.value), document.macros, diagnostics),
      flow: FlowGraph(vertices: vertices))
    pass.flow.hasUnknownEdges = document.hasBrokenEdges
    pass.flow.macros = document.macros.map(\.name)
    pass.flow.edges.reserveCapacity(document.edges.count)
    for edge in document.edges { pass.resolve(edge) }
    ResolveRoutes.run(&pass.flow, &pass.nodes, diagnostics)
    pass.resolveLoops()
    return pass.flow
  }

  private mutating func resolve(_ edge: EdgeDocument) {
    let sources = sources(of: edge)
    let targets = targets(of: edge, sources.indices)
    if targets.isEmpty || targets.unknownCount > 0 {
      flow.leadsToUnknown.formUnion(sources.indices)
      flow.unknownTargetCount += max(1, targets.unknownCount)
    }
    if sources.isEmpty || sources.unknownCount > 0 {
      flow.ledByUnknown.formUnion(targets.indices.filter { $0 >= 0 })
      // An edge that names nothing may leave any number of nodes.
      flow.unknownSourceCount += edge.from.isEmpty ? flow.vertices.count : max(1, sources.unknownCount)
    }
    guard !sources.isEmpty, !targets.isEmpty else { return }
    let index = flow.edges.count
    flow.edges.append(FlowGraph.Edge(document: edge, sources: sources.indices, targets: targets.indices))
    for source in sources.indices {
      if source == FlowGraph.start {
        flow.entries.append(index)
      } else {
        flow.outgoing[source].append(index)
      }
    }
  }

  /// What one end of an edge names.
  private struct End {
    /// What was found.
    var indices: [Int] = []
    /// Where each of them was named first.
    var spans: [SourceSpan] = []
    /// The number of names for which nothing was found.
    var unknownCount = 0

    var isEmpty: Bool { indices.isEmpty }
    var count: Int { indices.count }
  }

  private mutating func sources(of edge: EdgeDocument) -> End {
    var end = End()
    // Said once of an edge.
    var isNoRouter = false
    for name in edge.from {
      if name.value == "END" {
        diagnostics.report(.edgeFromEnd, at: name.span)
        end.unknownCount += 1
        continue
      }
      guard let index = name.value == "START" ? FlowGraph.start : nodes.find(name, or: .start) else {
        end.unknownCount += nodes.count(in: name.value)
        continue
      }
      if index == FlowGraph.start, edge.isJoin {
        if name.value == "START" { diagnostics.report(.startInJoin, at: name.span) }
        end.unknownCount += 1
        continue
      }
      guard add(index, name, to: &end, "from") else { continue }
      if edge.form == .router, !edge.isFormGuessed, !isNoRouter { isNoRouter = !checkRouter(index, name) }
    }
    return end
  }

  private mutating func targets(of edge: EdgeDocument, _ sources: [Int]) -> End {
    var end = End()
    for name in edge.to {
      if name.value == "START" {
        diagnostics.report(.edgeToStart, at: name.span)
        end.unknownCount += 1
      } else if let index = name.value == "END" ? FlowGraph.end : nodes.find(name, or: .end),
        // A guess must not make a loop that nobody wrote.
        name.value == flow.name(index) || !sources.contains(index)
      {
        _ = add(index, name, to: &end, "to")
      } else {
        end.unknownCount += nodes.count(in: name.value)
      }
    }
    return end
  }

  /// Adds what a name stands for; one that is there already is reported.
  private func add(_ index: Int, _ name: Located<String>, to end: inout End, _ key: String) -> Bool {
    if let first = end.indices.firstIndex(of: index) {
      diagnostics.report(
        .repeatedEnd(name.value, key), at: name.span, notes: [.firstWritten(at: end.spans[first])])
      return false
    }
    end.indices.append(index)
    end.spans.append(name.span)
    return true
  }

  /// Says whether a router edge leaves a router, and reports where it does not.
  private func checkRouter(_ source: Int, _ name: Located<String>) -> Bool {
    // A node that is broken may be a router.
    let isRouter = source >= 0 && (flow.vertices[source].declaration.map { $0.router != nil } ?? true)
    if !isRouter { diagnostics.report(.routerEdgeWithoutRouter(name.value), at: name.span) }
    return isRouter
  }

  private mutating func resolveLoops() {
    for (name, limit) in document.loopLimits {
      if let index = nodes.find(name, or: .nothing) { flow.loopLimits[index] = limit.value }
    }
    for (name, target) in document.loopExits {
      let exit = target.value == "END" ? FlowGraph.end : nodes.find(target, or: .end)
      guard let index = nodes.find(name, or: .nothing) else {
        if let exit, exit >= 0 { flow.ledByUnknown.insert(exit) }
        continue
      }
      // A limit that is written but wrong was reported.
      if flow.loopLimits[index] == nil, !document.hasBrokenLoopLimits {
        diagnostics.report(.loopExitWithoutLimit(name.value), at: name.span)
      }
      if let exit { flow.loopExits[index] = exit } else { flow.leadsToUnknown.insert(index) }
    }
  }
}

/// Finds nodes by name, and reports names that no node has.
struct NodeNames {
  /// What a name may be besides a node.
  enum Alternative {
    case start, end, nothing
  }

  /// The names in the order of the file.
  let names: [String]

  private let diagnostics: DiagnosticEngine
  private var indices: [String: Int]
  private var suggestions = NameSuggestions()

  /// The nodes that edges leave, of names that stand for several nodes.
  private var lastIndices: [String: Int] = [:]

  init(_ names: [String], _ macros: [GraphDocument.Macro], _ diagnostics: DiagnosticEngine) {
    self.diagnostics = diagnostics
    indices = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    guard !macros.isEmpty else {
      self.names = names
      return
    }
    // The names that their author wrote come first.
    self.names = macros.map(\.name.value) + names
    for macro in macros {
      lastIndices[macro.name.value] = indices[macro.last]
      indices[macro.name.value] = indices[macro.first]
    }
  }

  /// The index of a node, or of what was probably meant, or nil; what is not exact is reported.
  mutating func find(_ name: Located<String>, or alternative: Alternative) -> Int? {
    if let index = index(of: name.value, alternative) { return index }
    let more = alternative == .start ? ["START"] : alternative == .end ? ["END"] : []
    let near = suggestions.nearest(to: name.value, among: names, more)
    diagnostics.report(
      .unknownNode(name.value), at: name.span,
      notes: [near.map { .didYouMean($0) } ?? .known("nodes", names)],
      fixIts: near.map { [.replace(name.span, with: $0)] } ?? [])
    guard let near else { return nil }
    if more == [near] { return alternative == .start ? FlowGraph.start : FlowGraph.end }
    return index(of: near, alternative)
  }

  /// How many nodes a text may be meant to name, of which none is called so: a list whose commas are missing names several.
  func count(in text: String) -> Int {
    max(1, text.split { $0 == " " || $0 == "," }.count { indices[String($0)] != nil })
  }

  private func index(of name: String, _ alternative: Alternative) -> Int? {
    if alternative == .start, let last = lastIndices[name] { return last }
    return indices[name]
  }
}

/// Suggests names without taking long over files that are wrong all over.
struct NameSuggestions {
  private var known: [String: String?] = [:]

  /// The most names that suggestions are searched for in one file.
  private static let limit = 64

  /// The candidate nearest to a name; nil when none is near, or after many other names.
  mutating func nearest(to name: String, among candidates: [String], _ more: [String] = []) -> String? {
    if let answer = known[name] { return answer }
    guard known.count < Self.limit else { return nil }
    let answer = Suggestion.nearest(to: name, among: candidates + more)
    known[name] = .some(answer)
    return answer
  }
}

extension DiagnosticMessage {
  fileprivate static func unknownNode(_ name: String) -> Self {
    Self("GR0201", "there is no node '\(name)'", bearing: .missing(.node, name))
  }

  fileprivate static var edgeFromEnd: Self { Self("GR0202", "no edge can leave END", bearing: .turnedEdge) }

  fileprivate static var edgeToStart: Self { Self("GR0203", "no edge can lead to START", bearing: .turnedEdge) }

  fileprivate static var startInJoin: Self {
    Self("GR0204", "START cannot be waited for together with nodes; give it an edge of its own", bearing: .itself)
  }

  fileprivate static func repeatedEnd(_ name: String, _ end: String) -> Self {
    Self("GR0205", .warning, "'\(name)' is named twice in '\(end)'")
  }

  fileprivate static func routerEdgeWithoutRouter(_ name: String) -> Self {
    Self("GR0206", "an edge of type 'conditional' must leave a router, and '\(name)' is none", bearing: .itself)
  }

  fileprivate static func loopExitWithoutLimit(_ name: String) -> Self {
    Self("GR0211", "'\(name)' has a loop exit but no entry under 'loop_limits'", bearing: .itself)
  }
}
