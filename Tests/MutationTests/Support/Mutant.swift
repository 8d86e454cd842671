import GraphDiagnostics

/// One mutation of one kind, and what came of it.
struct Mutant: Sendable {
  let kind: MutationKind
  let mutation: Mutation

  /// All mutants of a project, each change of a file once: of two kinds that make the same one the first has it.
  ///
  /// - Parameter isWhole: Whether mistakes are made at every place; otherwise they are at each third, and those in the
  ///   layout, which are half of them, at each fourth of these.
  static func all(of project: ProjectSource, isWhole: Bool = true) -> [Mutant] {
    struct Change: Hashable {
      let path: String
      let bytes: [UInt8]?
    }
    var seen: Set<Change> = []
    for (path, bytes) in project.files { seen.insert(Change(path: path, bytes: bytes)) }
    var mutants: [Mutant] = []
    for kind in MutationKind.all {
      var places = 0
      for tree in project.paths.compactMap({ project.trees[$0] }) {
        for mutation in kind.find(tree, project) {
          let bytes = mutation.apply(to: project.files[mutation.path] ?? [])
          if !isWhole, kind.group == .layout, (mutation.edits?.first?.range.lowerBound ?? 0) % 4 != 0 { continue }
          places += 1
          // The first place of each kind is always one.
          if !isWhole, places > 1, places % 3 != 0 { continue }
          if seen.insert(Change(path: mutation.path, bytes: bytes)).inserted {
            mutants.append(Mutant(kind: kind, mutation: mutation))
          }
        }
      }
    }
    return mutants
  }

  /// One line that says what was done where.
  func summary(in project: ProjectSource) -> String {
    guard let tree = project.trees[mutation.path], let edits = mutation.edits else {
      return "\(mutation.path): \(kind.name): deleted"
    }
    let changes = edits.prefix(2).map { edit in
      "'\(tree.text(edit.range))' -> '\(edit.text)'".split(separator: "\n").joined(separator: "⏎")
    }
    let line = mutation.changedLines(in: tree.file).lowerBound
    return "\(mutation.path):\(line): \(kind.name): \(changes.joined(separator: ", "))"
  }
}

/// What the compiler made of a mutant.
struct Verdict: Sendable {
  enum Outcome: String, Sendable {
    /// There is a diagnostic.
    case caught
    /// There is none, and no run shows a difference.
    case equivalent
    /// There is none, but there should be.
    case missed
  }

  var outcome: Outcome

  /// Whether one of the diagnostics is in a line where the mistake is.
  var isInRightLine = false

  /// Whether each of them is.
  var isOnlyInRightLines = false

  /// Whether a fix-it gives the file back as it was.
  var isOffered = false

  /// What was found, as `code path:line: text`.
  var findings: [String] = []

  /// Looks at the diagnostics of a mutant.
  init(_ diagnostics: [Diagnostic], of mutation: Mutation, in project: ProjectSource, _ workspace: Workspace) {
    outcome = diagnostics.isEmpty ? .missed : .caught
    guard !diagnostics.isEmpty else { return }
    let file = project.trees[mutation.path]?.file
    let lines = file.map { mutation.changedLines(in: $0) }
    /// Whether a place is one that changed, or one of those that the change contradicts.
    func isRight(_ span: SourceSpan, _ others: Set<Place>) -> Bool {
      let path = workspace.path(of: span)
      var line = span.start.line
      if path == mutation.path, let file, let lines {
        let origin = mutation.origin(of: span.range.lowerBound)
        line = file.location(at: origin.offset).line
        // A range of several lines that went may be reported where the gap is.
        if origin.isChanged || lines.contains(line) { return true }
      }
      return others.contains(Place(path: path, line: line))
    }
    let areRight = diagnostics.map { diagnostic -> Bool in
      guard let span = diagnostic.span else { return false }
      // One that is elsewhere may show the place that changed.
      return isRight(span, mutation.related) || diagnostic.notes.contains { $0.span.map { isRight($0, []) } ?? false }
    }
    isInRightLine = areRight.contains(true)
    isOnlyInRightLines = !areRight.contains(false)
    let original = project.files[mutation.path]
    isOffered = diagnostics.flatMap(\.fixIts).contains { fixIt in
      guard workspace.path(of: fixIt.span) == mutation.path else { return false }
      let bytes = fixIt.span.file.bytes
      let mended =
        bytes[..<fixIt.span.range.lowerBound] + Array(fixIt.replacement.utf8) + bytes[fixIt.span.range.upperBound...]
      return Array(mended) == original
    }
    findings = diagnostics.map { diagnostic in
      let place = diagnostic.span.map { "\(workspace.path(of: $0)):\($0.start.line)" } ?? "nowhere"
      return "\(diagnostic.code) \(place): \(diagnostic.message.text)"
    }
  }
}
