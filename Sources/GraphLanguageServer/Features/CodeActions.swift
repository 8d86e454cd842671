internal import GraphDiagnostics
internal import GraphRuntime

/// The changes that mend what was found.
struct CodeActions {
  let workspace: Workspace
  let checking: Checking
  let client: ClientAbilities

  /// The quick fixes of findings that touch a range.
  func actions(_ range: ByteRange, in path: String, only kinds: [String]?) -> [Value] {
    if let kinds, !kinds.contains(where: { "quickfix".hasPrefix($0) || $0.hasPrefix("quickfix") }) { return [] }
    guard let lines = workspace.lines(path) else { return [] }
    var actions: [Value] = []
    for finding in checking.findings(in: path) {
      guard let span = finding.span, span.range.lowerBound <= range.upperBound,
        range.lowerBound <= span.range.upperBound
      else { continue }
      for (index, fixIt) in finding.fixIts.enumerated() {
        guard let edit = edit(fixIt, else: path) else { continue }
        var action: ValueObject = [
          "title": .string(Self.title(fixIt)), "kind": "quickfix",
          "diagnostics": [DiagnosticValue.value(finding, lines, workspace, client)], "edit": edit,
        ]
        if index == 0 { action["isPreferred"] = true }
        actions.append(.object(action))
      }
    }
    return actions
  }

  private static func title(_ fixIt: FixIt) -> String {
    guard let first = fixIt.message.first else { return "Mend it" }
    return first.uppercased() + fixIt.message.dropFirst()
  }

  private func edit(_ fixIt: FixIt, else root: String) -> Value? {
    let path = Checking.path(of: fixIt.span, else: root)
    guard let lines = workspace.lines(path) else { return nil }
    let edit: Value = ["range": lines.value(fixIt.span.range), "newText": .string(fixIt.replacement)]
    return WorkspaceEdit.value([path: [edit]], workspace, client)
  }
}

/// Changes to several files as the protocol writes them.
enum WorkspaceEdit {
  static func value(_ edits: [String: [Value]], _ workspace: Workspace, _ client: ClientAbilities) -> Value {
    let sorted = edits.sorted { $0.key < $1.key }
    guard client.versionsEdits else {
      return ["changes": .object(ValueObject(sorted.map { (workspace.uri($0.key), .list($0.value)) }))]
    }
    let changes: [Value] = sorted.map { path, edits in
      let version = workspace.documents[path].map { Value.int($0.version) } ?? .null
      return ["textDocument": ["uri": .string(workspace.uri(path)), "version": version], "edits": .list(edits)]
    }
    return ["documentChanges": .list(changes)]
  }
}
