internal import GraphDiagnostics
internal import GraphLanguage

/// What is missing is one thing, at however many places it is missed.
extension FollowUps {
  /// Tells what is missing at its first place, and the others in notes.
  mutating func joinRepeats() {
    var first: [Repeat: Int] = [:]
    var others: [Int: [Diagnostic.Note]] = [:]
    var omitted: [Int: Int] = [:]
    for index in left {
      guard let missing = Repeat(findings[index]) else { continue }
      guard let start = first[missing] else {
        first[missing] = index
        continue
      }
      isDropped[index] = true
      guard findings[index].span != findings[start].span else { continue }
      if others[start, default: []].count < 8 {
        let text = findings[index].message == findings[start].message ? "the same here" : findings[index].message.text
        others[start, default: []].append(Diagnostic.Note(text, at: findings[index].span))
      } else {
        omitted[start, default: 0] += 1
      }
    }
    for (start, notes) in others {
      let more = omitted[start].map { [Diagnostic.Note("and at \($0) more places")] } ?? []
      let renaming = renaming(of: findings[start])
      findings[start] = findings[start].adding(notes + more, fixIts: renaming)
    }
  }

  /// Where all places say the same, the one that says something else may be the declaration.
  private mutating func renaming(of finding: Diagnostic) -> [FixIt] {
    guard let (thing, name) = finding.bearing.missing, let near = finding.fixIts.first?.replacement,
      let file = finding.span?.file, let section = thing.section
    else { return [] }
    _ = parts(of: file)
    for divided in graphs {
      guard let declaration = divided.parts.first(where: { $0.section == section && $0.name?.value == near })?.name,
        divided.isMentionedOnce(near)
      else { continue }
      return [FixIt("name '\(near)' '\(name)' where it is declared", replacing: declaration.span, with: name)]
    }
    return []
  }
}

/// What findings have in common that are about one thing.
private struct Repeat: Hashable {
  private let severity: Severity
  private let thing: Bearing.Thing
  private let name: String

  /// A variable belongs to the place that uses it, or to the prompt that the message names and nothing uses it in.
  private let place: SourceSpan?
  private let text: String?

  init?(_ finding: Diagnostic) {
    severity = finding.severity
    switch finding.bearing {
    case .missing(.variable, let name):
      (thing, self.name) = (.variable(node: ""), name)
      (place, text) = (finding.span, nil)
    case .unusedVariable(let name):
      (thing, self.name) = (.variable(node: ""), name)
      (place, text) = (nil, finding.message.text)
    case .missing(.key, _): return nil
    case .missing(let thing, let name):
      (self.thing, self.name) = (thing, name)
      (place, text) = (nil, nil)
    default: return nil
    }
  }
}

extension Bearing.Thing {
  /// The section whose names are those of such things.
  fileprivate var section: String? {
    switch self {
    case .node: "nodes"
    case .tool: "tools"
    case .stateKey: "state"
    case .key, .prompt, .variable: nil
    }
  }
}
