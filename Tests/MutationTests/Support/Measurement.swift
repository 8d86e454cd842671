import GraphDiagnostics

/// Every mutant of a project with its verdict.
struct Measurement: Sendable {
  let project: ProjectSource
  let mutants: [Mutant]
  let verdicts: [Verdict]

  /// Makes all mutants and looks at each of them, several at a time.
  static func make(_ project: ProjectSource, isWhole: Bool) async throws -> Measurement {
    let mutants = Mutant.all(of: project, isWhole: isWhole)
    let queue = Queue()
    let originals = Originals()
    var verdicts: [Int: Verdict] = [:]
    try await withThrowingTaskGroup(of: [(Int, Verdict)].self) { group in
      for _ in 0..<4 {
        group.addTask {
          let workspace = try Workspace(project)
          var found: [(Int, Verdict)] = []
          while true {
            let index = await queue.next()
            guard index < mutants.count else { return found }
            found.append((index, try await judge(mutants[index].mutation, project, workspace, originals)))
          }
        }
      }
      for try await found in group {
        for (index, verdict) in found { verdicts[index] = verdict }
      }
    }
    return Measurement(project: project, mutants: mutants, verdicts: mutants.indices.compactMap { verdicts[$0] })
  }

  private static func judge(
    _ mutation: Mutation, _ project: ProjectSource, _ workspace: Workspace, _ originals: Originals
  ) async throws -> Verdict {
    let graphs = project.graphs(with: mutation.path)
    return try await workspace.with(mutation) { workspace in
      // What two graphs say of a file that both use is said once.
      var seen: Set<String> = []
      let diagnostics = graphs.flatMap { workspace.diagnostics(of: $0) }.filter { finding in
        let place = finding.span.map { "\($0.file.path) \($0.range)" } ?? ""
        return seen.insert("\(finding.code) \(place) \(finding.message.text)").inserted
      }
      var verdict = Verdict(diagnostics, of: mutation, in: project, workspace)
      guard verdict.outcome == .missed else { return verdict }
      if project.saysTheSame(mutation) {
        verdict.outcome = .equivalent
        return verdict
      }
      for graph in graphs {
        guard let tree = project.trees[graph] else { return verdict }
        for number in 0..<Trial.count {
          guard let original = try await originals.observation(of: graph, tree, project, number),
            await Trial.observe(graph, tree: tree, in: workspace, number: number) == original
          else { return verdict }
        }
      }
      verdict.outcome = .equivalent
      return verdict
    }
  }

  /// The counts of some mutants.
  func counts(where fits: (Mutant) -> Bool = { _ in true }) -> Counts {
    zip(mutants, verdicts).reduce(into: Counts()) { counts, pair in
      if fits(pair.0) { counts.add(pair.1, isMisspelling: pair.0.kind.isMisspelling) }
    }
  }

  /// The mutants of which something is not as it should be, one a line.
  func lines(where fits: (Mutant, Verdict) -> Bool) -> [String] {
    zip(mutants, verdicts).filter(fits).map { mutant, verdict in
      ([mutant.summary(in: project)] + verdict.findings.map { "    " + $0 }).joined(separator: "\n")
    }
  }
}

/// How many mutants there are of a kind, and what came of them.
struct Counts: Sendable, Equatable {
  var mutants = 0
  var equivalent = 0
  var caught = 0
  var inRightLine = 0

  /// Those caught with one finding and no more.
  var alone = 0

  var misspellings = 0
  var offered = 0

  /// The mutants that are mistakes.
  var mistakes: Int { mutants - equivalent }

  mutating func add(_ verdict: Verdict, isMisspelling: Bool) {
    mutants += 1
    switch verdict.outcome {
    case .equivalent: equivalent += 1
    case .missed: break
    case .caught:
      caught += 1
      if verdict.isInRightLine { inRightLine += 1 }
      if verdict.findings.count == 1 { alone += 1 }
    }
    if isMisspelling && verdict.outcome != .equivalent {
      misspellings += 1
      if verdict.isOffered { offered += 1 }
    }
  }
}

/// The numbers of the mutants, each handed out once.
private actor Queue {
  private var count = 0

  func next() -> Int {
    defer { count += 1 }
    return count
  }
}

/// What is seen of the graphs as they are; each is run once.
actor Originals {
  private var known: [String: [String]?] = [:]

  /// What is seen of a run, or nil when no two of three runs show the same: then no mutant can be said to be equivalent.
  func observation(
    of graph: String, _ tree: SourceTree, _ project: ProjectSource, _ number: Int
  ) async throws -> [String]? {
    if let known = known["\(graph) \(number)"] { return known }
    let workspace = try Workspace(project)
    // A machine that is busy with other work may hold one of them up.
    var seen: [[String]] = []
    var observation: [String]?
    while observation == nil, seen.count < 3 {
      let next = await Trial.observe(graph, tree: tree, in: workspace, number: number)
      if seen.contains(next) { observation = next }
      seen.append(next)
    }
    known["\(graph) \(number)"] = .some(observation)
    return observation
  }
}
