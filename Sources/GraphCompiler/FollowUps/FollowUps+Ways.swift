internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// Findings about ways through the graph, and about values that go along them.
extension FollowUps {
  // MARK: - Values

  /// How a key comes from node to node is not known where its declaration is broken, or may be.
  mutating func dropFlowOfBrokenParts() {
    var unknown: Set<String> = []
    for divided in graphs {
      let id = ObjectIdentifier(divided.file)
      if brokenSections[id]?.isDisjoint(with: ["state", "edges"]) == false {
        return drop { if case .flow = $0.bearing { true } else { false } }
      }
      for index in broken[id] ?? [] {
        let part = divided.parts[index]
        // What stands at the top without a meaning may be the state.
        let mayDeclare = part.section == "state" || !part.isNamed && GraphKeys.all[part.section] == nil
        guard mayDeclare, let name = part.name else { continue }
        unknown.formUnion([name.value] + FileParts.keys(of: part.value))
      }
    }
    guard !unknown.isEmpty else { return }
    drop { if case .flow(let key) = $0.bearing { unknown.contains(key) } else { false } }
  }

  /// Whether a loop ends is not known where the limit or the exit of one of its nodes is broken.
  mutating func dropLoopsOfBrokenLimits() {
    let loops = left.filter { findings[$0].bearing.loop != nil }
    guard !loops.isEmpty else { return }
    var unknown: Set<String> = []
    for index in left where findings[index].severity == .error && findings[index].bearing.breaksPart {
      guard let span = findings[index].span, let (divided, place) = part(of: findings[index]) else { continue }
      // An entry that stands too far out.
      if findings[index].bearing == .strayKey { unknown.insert(span.text) }
      let part = divided.parts[place]
      guard part.section.hasPrefix("loop_") else { continue }
      let entries = part.value.mapping?.entries ?? []
      // What is wrong may be the whole, or one of the entries.
      let own = entries.filter { entry in
        entry.key.span.range.lowerBound <= span.range.lowerBound
          && span.range.lowerBound <= max(entry.key.span.range.upperBound, entry.value.span.range.upperBound)
      }
      for entry in own.isEmpty ? entries : own {
        unknown.formUnion([entry.key.value] + FileParts.keys(of: entry.value))
      }
      if entries.isEmpty {
        for loop in loops { isDropped[loop] = true }
        return
      }
    }
    for loop in loops {
      isDropped[loop] = findings[loop].bearing.loop.map { !unknown.isDisjoint(with: $0) } ?? false
    }
  }

  // MARK: - Edges

  /// An edge that is missed at one end is missed at the other, and what leads back leads nowhere else.
  mutating func joinWays() {
    var byFile: [ObjectIdentifier: [Int]] = [:]
    for index in left where findings[index].bearing.isAboutWays {
      guard let file = findings[index].span?.file else { continue }
      byFile[ObjectIdentifier(file), default: []].append(index)
    }
    for own in byFile.values {
      if own.contains(where: { findings[$0].bearing == .turnedEdge }) {
        for index in own where findings[index].bearing == .noEntry { isDropped[index] = true }
      }
      let ends = own.filter { findings[$0].bearing.isEnd }
      let unreached = own.filter { if case .unreached = findings[$0].bearing { true } else { false } }
      joinPassedOver(own, ends, unreached)
      guard !ends.isEmpty, !unreached.isEmpty, unreached.count <= ends.count else { continue }
      for (end, other) in zip(ends, unreached) { join(other, into: end) }
    }
  }

  /// An edge that is turned round leads from where nothing comes to any more to where nothing leaves, and END stands
  /// beside it.
  private mutating func joinPassedOver(_ own: [Int], _ ends: [Int], _ unreached: [Int]) {
    var nodes: [String: Int] = [:]
    for end in ends {
      if case .deadEnd(let node) = findings[end].bearing { nodes[node] = nodes[node] ?? end }
    }
    var starts: [String: Int] = [:]
    for index in unreached {
      if case .unreached(let node) = findings[index].bearing { starts[node] = starts[node] ?? index }
    }
    for index in own {
      guard case .passedOver(let node, let other) = findings[index].bearing, let cause = nodes[other] ?? starts[node]
      else { continue }
      join(index, into: cause)
    }
  }

  /// Tells a finding as a note of another one.
  private mutating func join(_ other: Int, into index: Int) {
    isDropped[other] = true
    findings[index] = findings[index].adding([
      Diagnostic.Note(findings[other].message.text, at: findings[other].span)
    ])
  }
}

extension Bearing {
  /// The nodes of a loop that does not end.
  fileprivate var loop: [String]? {
    switch self {
    case .loop(let nodes), .endless(let nodes): nodes
    default: nil
    }
  }

  /// Whether nodes lead nowhere else.
  fileprivate var isEnd: Bool {
    switch self {
    case .deadEnd, .endless: true
    default: false
    }
  }

  fileprivate var isAboutWays: Bool {
    switch self {
    case .turnedEdge, .noEntry, .deadEnd, .endless, .unreached, .passedOver: true
    default: false
    }
  }
}
