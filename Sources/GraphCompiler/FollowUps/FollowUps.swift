internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// Findings without those that follow from others.
///
/// Passes mark what is broken and go on; what they cannot know is where a thing went that they miss. A node that nobody
/// wrote may stand one level too far out, and a key that no node writes may be the result of one that is broken. Such
/// findings are taken out here, where all are known, and each stays that something else does not explain.
struct FollowUps {
  private var findings: [Diagnostic]
  private var isDropped: [Bool]
  private let tables: () -> FieldTables
  private var files: [ObjectIdentifier: FileParts?] = [:]

  /// Parts with mistakes by file, and sections that are broken as wholes.
  private var broken: [ObjectIdentifier: Set<Int>] = [:]
  private var brokenSections: [ObjectIdentifier: Set<String>] = [:]

  /// Leaves out what follows from others.
  ///
  /// - Parameters:
  ///   - findings: All that was found, in reading order.
  ///   - root: The graph that was looked at.
  ///   - tables: Which keys may stand where; asked for where a key is out of its place.
  /// - Complexity: O(findings + size of the files with errors).
  static func removed(
    from findings: [Diagnostic], of root: SourceFile, tables: @escaping () -> FieldTables
  ) -> [Diagnostic] {
    guard findings.count > 1 else { return findings }
    var pass = FollowUps(
      findings: findings, isDropped: Array(repeating: false, count: findings.count), tables: tables)
    pass.joinWordsForTruth()
    if findings.contains(where: { $0.severity == .error }) {
      _ = pass.parts(of: root)
      pass.gatherSectionsOutOfPlace()
      pass.gatherKeysOutOfPlace()
      pass.dropEmptyParents()
      pass.dropKeysOfUnknownTypes()
      pass.findBrokenParts()
      pass.dropAbsences()
      pass.dropUnusedFields()
      pass.dropFlowOfBrokenParts()
    }
    pass.joinWays()
    pass.dropUnusedVariables()
    pass.joinRepeats()
    let left = Diagnostic.sorted(zip(pass.findings, pass.isDropped).filter { !$0.1 }.map(\.0))
    // Where two seem to follow from one another, both are told.
    let isExplained = left.contains { $0.severity == .error } || !findings.contains { $0.severity == .error }
    return isExplained ? left : findings
  }

  private mutating func parts(of file: SourceFile) -> FileParts? {
    let id = ObjectIdentifier(file)
    if let known = files[id] { return known }
    let parts = FileParts(file)
    files[id] = .some(parts)
    return parts
  }

  /// The findings that are left, by their places in the list.
  private var left: [Int] { findings.indices.filter { !isDropped[$0] } }

  private mutating func drop(where follows: (Diagnostic) -> Bool) {
    for index in left where follows(findings[index]) { isDropped[index] = true }
  }

  // MARK: - One place

  /// A word that is taken as text says less than that it had to be true or false.
  private mutating func joinWordsForTruth() {
    let wrong = Set(findings.filter { $0.number == 102 }.compactMap(\.span))
    guard !wrong.isEmpty else { return }
    drop { $0.number == 24 && ($0.span.map(wrong.contains) ?? false) }
  }

  // MARK: - Keys out of their place

  /// A section that stands among names is missed at the top, and makes a part of its own.
  private mutating func gatherSectionsOutOfPlace() {
    for index in left where findings[index].number == 103 {
      guard let name = findings[index].absent, let file = findings[index].span?.file, let divided = parts(of: file),
        divided.isGraph, ["nodes", "edges", "state", "tools"].contains(name),
        let place = divided.parts.firstIndex(where: { $0.isNamed && $0.name?.value == name }),
        let key = divided.parts[place].name
      else { continue }
      for other in left where isInside(divided.parts[place], findings[other], file) { isDropped[other] = true }
      findings[index] = Diagnostic(.sectionOutOfPlace(name, divided.parts[place].section), at: key.span)
      brokenSections[ObjectIdentifier(file), default: []].insert(name)
    }
  }

  /// A key that stands where names do makes a part of its own, which lacks everything; one finding says that.
  private mutating func gatherKeysOutOfPlace() {
    for file in errorFiles() {
      guard let divided = parts(of: file), divided.isGraph else { continue }
      var place = 0
      for (index, part) in divided.parts.enumerated().dropFirst() {
        // Of several keys in a row, each belongs to the last part that is one.
        defer { if !(broken[ObjectIdentifier(file)]?.contains(index) ?? false) { place = index } }
        let before = divided.parts[place]
        guard part.isNamed, before.isNamed, before.section == part.section, let name = part.name,
          let owner = before.name, isKey(name.value, of: before), !divided.mentions(name.value)
        else { continue }
        let own = left.filter { isInside(part, findings[$0], file) }
        let missed = left.filter { index in
          guard isInside(before, findings[index], file) else { return false }
          // What it needs may be in the part that is out of its place.
          return findings[index].absent != nil && [103, 120, 148].contains(findings[index].number)
            || (findings[index].number == 107 && findings[index].span?.range == owner.span.range)
        }
        guard own.contains(where: { findings[$0].severity == .error }) || !missed.isEmpty else { continue }
        for index in own + missed { isDropped[index] = true }
        let finding = Diagnostic(
          .keyOutOfPlace(name.value, part.section), at: name.span,
          notes: [Diagnostic.Note("it would belong to '\(owner.value)' if it stood further in", at: owner.span)],
          fixIts: Self.indenting(part, in: file).map { [$0] } ?? [])
        // It takes the place of the first that it stands for.
        if let first = (own + missed).min() {
          findings[first] = finding
          isDropped[first] = false
        }
        broken[ObjectIdentifier(file), default: []].formUnion([place, index])
      }
    }
  }

  private func isKey(_ name: String, of part: FileParts.Part) -> Bool {
    switch part.section {
    case "nodes": tables().keys(part.value.mapping, at: FieldContext(form: .node))?[name] != nil
    case "tools": tables().keys(part.value.mapping, at: FieldContext(form: .tool))?[name] != nil
    default: StateKeyDocument.keys[name] != nil
    }
  }

  private func isInside(_ part: FileParts.Part, _ finding: Diagnostic, _ file: SourceFile) -> Bool {
    guard let span = finding.span, span.file === file else { return false }
    return part.range.lowerBound <= span.range.lowerBound && span.range.lowerBound <= part.range.upperBound
  }

  /// The change that moves the lines of a part two columns in.
  private static func indenting(_ part: FileParts.Part, in file: SourceFile) -> FixIt? {
    let first = file.location(at: part.range.lowerBound).line
    let last = file.location(at: max(part.range.lowerBound, part.range.upperBound - 1)).line
    let lines = (first...last).map { file.line($0).isEmpty ? "" : "  " + file.line($0) }
    let start = file.lineStarts[first - 1]
    let end = file.lineStarts[last - 1] + file.line(last).utf8.count
    return FixIt(
      "move it two columns in", replacing: SourceSpan(file, ByteRange(start, end)),
      with: lines.joined(separator: "\n"))
  }

  /// What belongs under an empty key is the unknown key behind it.
  private mutating func dropEmptyParents() {
    for index in left where findings[index].number == 107 {
      guard let span = findings[index].span, let parts = parts(of: span.file), let next = parts.entry(after: span),
        let stray = left.first(where: {
          [101, 114].contains(findings[$0].number) && findings[$0].span == next.key.span
        })
      else { continue }
      isDropped[index] = true
      findings[stray] = findings[stray].adding([
        Diagnostic.Note("'\(span.text)' above it is empty; check the indentation", at: span)
      ])
      if let part = parts.part(at: span.range.lowerBound) {
        broken[ObjectIdentifier(span.file), default: []].insert(part)
      }
      if let section = parts.section(at: span) {
        brokenSections[ObjectIdentifier(span.file), default: []].insert(section)
      }
    }
  }

  /// Where the type is misspelled, the other keys are those of a type that is not known.
  private mutating func dropKeysOfUnknownTypes() {
    for index in left where findings[index].number == 101 {
      guard findings[index].fixIts.first?.replacement == "type", let span = findings[index].span,
        let parts = parts(of: span.file), let part = parts.part(at: span.range.lowerBound),
        parts.parts[part].isNamed
      else { continue }
      for other in left where other != index && isInside(parts.parts[part], findings[other], span.file) {
        if [101, 114].contains(findings[other].number) || findings[other].absent != nil { isDropped[other] = true }
      }
    }
  }

  // MARK: - What is missing

  private func errorFiles() -> [SourceFile] {
    var seen: Set<ObjectIdentifier> = []
    return left.compactMap { findings[$0].severity == .error ? findings[$0].span?.file : nil }.filter {
      seen.insert(ObjectIdentifier($0)).inserted
    }
  }

  /// Marks the parts that something is wrong with in themselves, and those that use a file with mistakes.
  private mutating func findBrokenParts() {
    var brokenFiles: [SourceFile] = []
    for index in left where findings[index].breaksItsPart {
      guard let span = findings[index].span else { continue }
      guard let parts = parts(of: span.file), parts.isGraph else {
        brokenFiles.append(span.file)
        continue
      }
      if let section = parts.section(at: span) {
        brokenSections[ObjectIdentifier(span.file), default: []].insert(section)
      }
      if let part = parts.part(at: span.range.lowerBound) {
        broken[ObjectIdentifier(span.file), default: []].insert(part)
      }
    }
    for case let divided? in files.values where divided.isGraph {
      for file in brokenFiles {
        for (index, part) in divided.parts.enumerated() where part.section == "nodes" || part.section == "tools" {
          if divided.words(of: part).contains(where: { !$0.isKey && file.isNamed($0.text) }) {
            broken[ObjectIdentifier(divided.file), default: []].insert(index)
          }
        }
      }
    }
  }

  /// Drops what is said to be missing and may be in what is broken.
  private mutating func dropAbsences() {
    let absences = left.filter { findings[$0].absent != nil }
    guard !absences.isEmpty else { return }
    var words: [String: [(file: ObjectIdentifier, section: String?, word: FileParts.Word)]] = [:]
    var sections: Set<String> = []
    var itemNames: [String] = []
    var tools: [String] = []
    for (id, indices) in broken {
      guard case .some(.some(let divided)) = files[id] else { continue }
      for index in indices where divided.parts[index].section != "edges" {
        let part = divided.parts[index]
        for word in divided.words(of: part) {
          words[word.text, default: []].append((id, part.isNamed ? part.section : nil, word))
        }
        itemNames += part.itemNames
        if part.section == "tools", let name = part.name {
          tools.append(name.value + "_")
        }
      }
    }
    for names in brokenSections.values { sections.formUnion(names) }
    let misplaced = Set(
      left.filter { [101, 102, 114].contains(findings[$0].number) }.compactMap { index in
        findings[index].span?.text.filter { $0 != "\"" && $0 != "'" }
      })
    let places = Set(absences.compactMap { findings[$0].span })
    // A node that is nowhere may write anything.
    let hasUnknownNode = left.contains { findings[$0].number == 201 && findings[$0].fixIts.isEmpty }
    // So may one whose results have no names.
    let hasUnknownResult = left.contains { namesOfResultsAreBroken(findings[$0]) }
    for index in absences {
      let finding = findings[index]
      guard let name = finding.absent else { continue }
      /// Whether the name stands in a broken part; as a key of one where only those names count, or of none.
      func isWritten(asKeyIn section: String?) -> Bool {
        (words[name] ?? []).contains { place in
          guard section == nil || place.word.isKey && [nil, section].contains(place.section) else { return false }
          return !places.contains { ObjectIdentifier($0.file) == place.file && $0.range == place.word.range }
        }
      }
      switch finding.number {
      case 201: isDropped[index] = sections.contains("nodes") || isWritten(asKeyIn: "nodes")
      case 250, 418:
        isDropped[index] =
          sections.contains("tools") || isWritten(asKeyIn: "tools") || tools.contains { name.hasPrefix($0) }
      case 220, 221, 228, 423:
        isDropped[index] =
          sections.contains("state") || isWritten(asKeyIn: nil)
          || ((hasUnknownNode || hasUnknownResult) && finding.fixIts.isEmpty)
          || itemNames.contains { name.hasPrefix($0) || name.hasSuffix($0) }
      case 230: isDropped[index] = isWritten(asKeyIn: "nodes")
      default: isDropped[index] = misplaced.contains(name)
      }
    }
  }

  /// Whether a finding is about a key of a node under which results or variables are named.
  private mutating func namesOfResultsAreBroken(_ finding: Diagnostic) -> Bool {
    guard finding.breaksItsPart, let span = finding.span, let divided = parts(of: span.file), divided.isGraph,
      let place = divided.part(at: span.range.lowerBound), divided.parts[place].section == "nodes"
    else { return false }
    let keys: Set<String> = [
      "state_key", "output", "collect", "resume_key", "response_key", "parsed_key", "variables", "as", "output_mapping",
    ]
    if keys.contains(span.text) { return true }
    return divided.parts[place].value.mapping?.entries.contains { entry in
      keys.contains(entry.key.value) && entry.value.span.range.lowerBound <= span.range.lowerBound
        && span.range.upperBound <= entry.value.span.range.upperBound
    } ?? false
  }

  /// A field of a pipeline's item may be meant by what is broken in the pipeline.
  private mutating func dropUnusedFields() {
    for index in left where findings[index].number == 175 {
      guard let span = findings[index].span, let divided = parts(of: span.file),
        let place = divided.part(at: span.range.lowerBound)
      else { continue }
      isDropped[index] = left.contains { other in
        findings[other].severity == .error && isInside(divided.parts[place], findings[other], span.file)
      }
    }
  }

  /// What is written where is not known of a state or a router that is broken.
  private mutating func dropFlowOfBrokenParts() {
    let isUnknown = files.values.contains { divided in
      guard let divided else { return false }
      let id = ObjectIdentifier(divided.file)
      if brokenSections[id]?.isDisjoint(with: ["state", "edges"]) == false { return true }
      return (broken[id] ?? []).contains { index in
        let part = divided.parts[index]
        // What stands at the top without a meaning may be either.
        return part.section == "state" || part.name?.value == "routes" || part.value.mapping?["routes"] != nil
          || (!part.isNamed && part.value.mapping != nil && !GraphKeys.all.names.contains(part.section))
      }
    }
    if isUnknown { drop { (401...407).contains($0.number) } }
    let isLoopUnknown = files.values.contains { divided in
      guard let divided else { return false }
      return (broken[ObjectIdentifier(divided.file)] ?? []).contains { divided.parts[$0].section.hasPrefix("loop_") }
    }
    if isLoopUnknown { drop { [304, 332, 333].contains($0.number) } }
  }

  // MARK: - Ways

  /// An edge that is missed at one end is missed at the other, and what leads back leads nowhere else.
  private mutating func joinWays() {
    for file in Set(left.compactMap { findings[$0].span.map { ObjectIdentifier($0.file) } }) {
      let own = left.filter { findings[$0].span.map { ObjectIdentifier($0.file) == file } ?? false }
      if own.contains(where: { [202, 203].contains(findings[$0].number) }) {
        for index in own where findings[index].number == 301 { isDropped[index] = true }
      }
      // A tag that is misspelled is the end that is missed.
      if own.contains(where: { findings[$0].number == 625 }) {
        for index in own where findings[index].number == 622 { isDropped[index] = true }
      }
      // An edge that is turned round ends where it should have begun.
      if own.contains(where: { [302, 303, 304].contains(findings[$0].number) }) {
        for index in own where findings[index].number == 334 { isDropped[index] = true }
      }
      let ends = own.filter { [303, 304].contains(findings[$0].number) }
      let unreached = own.filter { findings[$0].number == 302 }
      guard !ends.isEmpty, !unreached.isEmpty, unreached.count <= ends.count else { continue }
      for (end, other) in zip(ends, unreached) {
        isDropped[other] = true
        findings[end] = findings[end].adding([
          Diagnostic.Note(findings[other].message.text, at: findings[other].span)
        ])
      }
    }
  }

  /// A variable that a prompt does not use stands in it in a form that was reported.
  private mutating func dropUnusedVariables() {
    let unused = left.filter { findings[$0].number == 231 }
    guard !unused.isEmpty else { return }
    let words = left.filter { findings[$0].isAboutText }.reduce(into: Set<Substring>()) { words, index in
      guard let span = findings[index].span else { return }
      for line in span.start.line...max(span.start.line, span.end.line) {
        words.formUnion(span.file.line(line).split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
      }
    }
    for index in unused { isDropped[index] = findings[index].absent.map { words.contains($0[...]) } ?? false }
  }

  // MARK: - Repeats

  /// What is missing is one thing, at however many places it is missed.
  private mutating func joinRepeats() {
    struct Missing: Hashable {
      let kind: String
      let name: String
      /// What tells two apart that lack something of one name.
      let owner: Diagnostic?
    }
    var first: [Missing: Int] = [:]
    var others: [Int: [Diagnostic.Note]] = [:]
    var omitted: [Int: Int] = [:]
    for index in left {
      guard let name = findings[index].absent, let kind = findings[index].absenceKind else { continue }
      let missing = Missing(kind: kind, name: name, owner: findings[index].owner)
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
    guard let name = finding.absent, let near = finding.fixIts.first?.replacement, let span = finding.span else {
      return []
    }
    let section = ["node": "nodes", "tool": "tools", "key": "state"][finding.absenceKind ?? ""]
    let graphs = ([span.file] + files.values.compactMap { $0?.file })
    for file in graphs {
      guard let parts = parts(of: file),
        let declaration = parts.parts.first(where: { $0.section == section && $0.name?.value == near })?.name,
        parts.isMentionedOnce(near)
      else { continue }
      return [
        FixIt("name '\(near)' '\(name)' where it is declared", replacing: declaration.span, with: name)
      ]
    }
    return []
  }
}

extension DiagnosticMessage {
  fileprivate static func sectionOutOfPlace(_ key: String, _ section: String) -> Self {
    let things = ["nodes": "nodes", "tools": "tools"][section] ?? "state keys"
    return Self("GR0101", "'\(key)' is a key of the graph, and stands where the names of \(things) do")
  }

  fileprivate static func keyOutOfPlace(_ key: String, _ section: String) -> Self {
    let thing = ["nodes": "a node", "tools": "a tool"][section] ?? "a state key"
    let things = ["nodes": "nodes", "tools": "tools"][section] ?? "state keys"
    return Self("GR0101", "'\(key)' is a key of \(thing), and stands where the names of \(things) do")
  }
}
