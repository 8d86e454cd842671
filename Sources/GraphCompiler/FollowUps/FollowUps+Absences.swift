internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// What is missing, or seems to be used by nobody, and may be meant by what is broken.
extension FollowUps {
  /// Marks the parts that something is wrong with in themselves, and those that use a file with mistakes.
  ///
  /// - Complexity: O(findings + size of the files).
  mutating func findBrokenParts() {
    var names: Set<String> = []
    for index in left where findings[index].severity == .error && findings[index].bearing.breaksPart {
      guard let span = findings[index].span else { continue }
      if let parts = parts(of: span.file), parts.isGraph {
        markBroken(at: span, in: parts)
      } else {
        names.formUnion(span.file.names)
      }
    }
    guard !names.isEmpty else { return }
    for divided in graphs {
      for (index, part) in divided.parts.enumerated() where part.section == "nodes" || part.section == "tools" {
        if FileParts.scalars(of: part.value).contains(where: names.contains) {
          broken[ObjectIdentifier(divided.file), default: []].insert(index)
        }
      }
    }
  }

  /// Drops what is said to be missing and may be in what is broken.
  mutating func dropAbsences() {
    let absences = left.filter { findings[$0].bearing.missing != nil }
    guard !absences.isEmpty else { return }
    let strays = left.filter { findings[$0].bearing == .strayKey }
    let brokenNames = brokenNames(strays: Set(strays.compactMap { findings[$0].span?.range }))
    let strayPlaces = strayPlaces(strays)
    let moved = movedSections(strays)
    let sections = brokenSections.values.reduce(into: moved) { $0.formUnion($1) }
    // A node that is nowhere may write anything, and so may one whose results have no names.
    let mayWriteAny = left.contains { index in
      findings[index].bearing.missing?.thing == .node && findings[index].fixIts.isEmpty
        || namesOfResultsAreBroken(findings[index])
    }
    for index in absences {
      guard let (thing, name) = findings[index].bearing.missing else { continue }
      let isExplained =
        switch thing {
        case .node: sections.contains("nodes")
        case .tool: sections.contains("tools")
        case .stateKey: sections.contains("state") || mayWriteAny && findings[index].fixIts.isEmpty
        case .key: moved.contains(name) || isOutOfPlace(name, findings[index], strayPlaces)
        case .prompt, .variable: false
        }
      isDropped[index] = isExplained || brokenNames.explain(thing, name)
    }
  }

  /// The names that the broken parts may be meant to bring along.
  private func brokenNames(strays: Set<ByteRange>) -> BrokenNames {
    var names = BrokenNames()
    for divided in graphs {
      for index in broken[ObjectIdentifier(divided.file)] ?? [] { names.add(divided.parts[index], strays) }
    }
    return names
  }

  /// The parts that keys stand in which cannot stand there, by the key.
  private mutating func strayPlaces(_ strays: [Int]) -> [String: [(file: ObjectIdentifier, part: Int?)]] {
    var places: [String: [(file: ObjectIdentifier, part: Int?)]] = [:]
    for index in strays {
      guard let span = findings[index].span else { continue }
      let key = span.text.filter { $0 != "\"" && $0 != "'" }
      places[key, default: []].append((ObjectIdentifier(span.file), part(of: findings[index])?.index))
    }
    return places
  }

  /// The sections of graphs that stand too far in.
  private mutating func movedSections(_ strays: [Int]) -> Set<String> {
    var moved: Set<String> = []
    for index in strays {
      guard let span = findings[index].span, let divided = parts(of: span.file), divided.isGraph,
        ["nodes", "edges", "state", "tools"].contains(span.text), !divided.hasSection(span.text)
      else { continue }
      moved.insert(span.text)
    }
    return moved
  }

  /// Whether a key that is missing stands in the same part, where it cannot, or in one beside it; in a prompt, anywhere.
  private mutating func isOutOfPlace(
    _ name: String, _ finding: Diagnostic, _ strays: [String: [(file: ObjectIdentifier, part: Int?)]]
  ) -> Bool {
    guard let places = strays[name], let span = finding.span else { return false }
    let own = part(of: finding)?.index
    return places.contains { place in
      guard place.file == ObjectIdentifier(span.file) else { return false }
      guard let own, let part = place.part else { return true }
      return abs(own - part) <= 1
    }
  }

  /// Whether a finding is about a key of a node under which results or variables are named.
  private mutating func namesOfResultsAreBroken(_ finding: Diagnostic) -> Bool {
    guard finding.severity == .error, finding.bearing.breaksPart, let span = finding.span,
      let (divided, place) = part(of: finding), divided.parts[place].section == "nodes"
    else { return false }
    let keys = divided.keys(around: span.range.lowerBound).dropFirst()
    return BrokenNames.namesResults(span.text) || keys.contains(where: BrokenNames.namesResults)
      // The results of a pipeline are named after its items.
      || keys.first == "items" && keys.last == "name"
  }

  // MARK: - What seems to be of no use

  /// A field of a pipeline's item may be meant by what is broken in the pipeline.
  mutating func dropUnusedFields() {
    for index in left where findings[index].bearing == .unusedField {
      guard let (divided, place) = part(of: findings[index]) else { continue }
      isDropped[index] = left(in: divided.parts[place].range, of: divided.file).contains {
        findings[$0].severity == .error
      }
    }
  }

  /// A variable that a prompt does not use stands in it in a form that was reported.
  mutating func dropUnusedVariables() {
    let unused = left.filter { if case .unusedVariable = findings[$0].bearing { true } else { false } }
    guard !unused.isEmpty else { return }
    // Findings about texts, by the words in their lines.
    var texts: [Substring: [Int]] = [:]
    for index in left where isAboutText(findings[index]) {
      for word in findings[index].span?.wordsOfLines ?? [] { texts[word, default: []].append(index) }
    }
    for index in unused {
      guard case .unusedVariable(let name) = findings[index].bearing, let others = texts[name[...]],
        let (divided, place) = part(of: findings[index])
      else { continue }
      let part = divided.parts[place]
      let used = FileParts.scalars(of: part.value)
      isDropped[index] = others.contains { other in
        guard let span = findings[other].span else { return false }
        return span.file === divided.file
          ? part.contains(span.range.lowerBound) : !span.file.names.isDisjoint(with: used)
      }
    }
  }

  /// Whether a finding is about what stands in the text of a prompt.
  private mutating func isAboutText(_ finding: Diagnostic) -> Bool {
    if finding.bearing == .nearPlaceholder { return true }
    guard finding.severity == .error, finding.bearing.breaksPart, let span = finding.span,
      let key = parts(of: span.file)?.keys(around: span.range.lowerBound).last
    else { return false }
    return ["system", "user", "template", "content", "text", "message"].contains(key)
  }
}

extension SourceSpan {
  /// The words in the lines that it is in.
  fileprivate var wordsOfLines: Set<Substring> {
    (start.line...max(start.line, end.line)).reduce(into: []) { words, line in
      words.formUnion(file.line(line).split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
    }
  }
}

extension SourceFile {
  /// The texts by which a graph may name the file: ends of its path, with and without what says its kind.
  fileprivate var names: Set<String> {
    var names: Set<String> = []
    var rest = path[...]
    while true {
      names.insert(String(rest))
      for end in [".yaml", ".yml"] where rest.hasSuffix(end) { names.insert(String(rest.dropLast(end.count))) }
      guard let slash = rest.firstIndex(of: "/") else { return names.subtracting([""]) }
      rest = rest[rest.index(after: slash)...]
    }
  }
}
