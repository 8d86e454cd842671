extension RunCheckpoint {
  /// The same place in a graph whose nodes have other names now.
  ///
  /// - Parameter names: The new names by the old ones.
  /// - Throws: `GraphError.invalidInput` for a name that the place does not have.
  func renaming(_ names: [String: String]) throws(GraphError) -> RunCheckpoint {
    let known = Set(due + visits.map(\.node) + limited + runCounts.keys + joins.flatMap { $0.sources + $0.targets })
    for name in names.keys.sorted() where !known.contains(name) {
      let places = next.map { "'\($0)'" }.joined(separator: ", ")
      throw GraphError(
        .invalidInput,
        "the thread '\(thread)' has not come to a node '\(name)', which is to have another name"
          + (places.isEmpty ? "" : "; it is at \(places)"))
    }
    let renamed = { (name: String) in names[name] ?? name }
    let paths = PathRenaming(names: names)
    var place = self
    place.due = due.map(renamed)
    place.limited = limited.map(renamed)
    place.visits = visits.map { (renamed($0.node), paths.renamed($0.visit)) }
    place.joins = joins.map {
      Join(sources: $0.sources.map(renamed), targets: $0.targets.map(renamed), arrived: $0.arrived.map(renamed))
    }
    place.runCounts = ValueObject()
    for (name, count) in runCounts {
      place.runCounts[renamed(name)] = .int((place.runCounts[renamed(name)]?.int ?? 0) + (count.int ?? 0))
    }
    place.kept = Dictionary(kept.map { (renamed($0.key), $0.value) }, uniquingKeysWith: +)
    return place
  }
}

/// Gives the ids of questions, which begin with the name of a node, other names.
private struct PathRenaming {
  let names: [String: String]

  func renamed(_ visit: RunCheckpoint.Visit) -> RunCheckpoint.Visit {
    switch visit {
    case .done, .skipped, .limited, .due: return visit
    case .suspended(let suspension):
      let interrupts = suspension.interrupts.map { question in
        PendingInterrupt(
          id: renamed(question.id), payload: question.payload, schema: question.schema, expires: question.expires,
          defaultAnswer: question.defaultAnswer)
      }
      return .suspended(NodeSuspension(interrupts, memo: renamed(suspension.memo), update: suspension.update))
    case .answered(let resumption):
      let answers = ValueObject(resumption.answers.map { (renamed($0.key), $0.value) })
      return .answered(NodeResumption(memo: renamed(resumption.memo), answers: answers))
    }
  }

  private func renamed(_ id: String) -> String {
    let first = String(id.prefix { $0 != "/" })
    let name = PathElement.name(of: first)
    guard let new = names[name] else { return id }
    return new + id.dropFirst(name.count)
  }

  /// Questions that nodes with others inside keep.
  private func renamed(_ memo: Value) -> Value {
    switch memo {
    case .list(let items): return .list(items.map { renamed($0) })
    case .object(let object):
      let isQuestion = object["payload"] != nil
      return .object(
        ValueObject(
          object.map { key, value in
            if isQuestion, key == "id", let id = value.string { return (key, .string(renamed(id))) }
            return (key, renamed(value))
          }))
    default: return memo
    }
  }
}
