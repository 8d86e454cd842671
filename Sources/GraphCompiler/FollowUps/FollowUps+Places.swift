internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// Keys that stand too far out or in: one finding says so, in place of all that is missed or unknown.
extension FollowUps {
  /// A section that stands among names is missed at the top, and makes a part of its own.
  mutating func gatherSectionsOutOfPlace() {
    for index in left {
      guard case (.key, let name)? = findings[index].bearing.missing, let file = findings[index].span?.file,
        ["nodes", "edges", "state", "tools"].contains(name), let divided = parts(of: file), divided.isGraph,
        let part = divided.parts.first(where: { $0.isNamed && $0.name?.value == name }), let key = part.name
      else { continue }
      for other in left(in: part.range, of: file) { isDropped[other] = true }
      findings[index] = Diagnostic(.sectionOutOfPlace(name, part.section), at: key.span)
      isDropped[index] = false
      brokenSections[ObjectIdentifier(file), default: []].insert(name)
    }
  }

  /// A key that stands where names do makes a part of its own, which lacks everything; one finding says that.
  mutating func gatherKeysOutOfPlace() {
    for file in errorFiles() {
      guard let divided = parts(of: file), divided.isGraph else { continue }
      var place = 0
      for (index, part) in divided.parts.enumerated().dropFirst() {
        // Of several keys in a row, each belongs to the last part that is one.
        defer { if !(broken[ObjectIdentifier(file)]?.contains(index) ?? false) { place = index } }
        let before = divided.parts[place]
        guard part.isNamed, before.isNamed, before.section == part.section, let name = part.name,
          let owner = before.name
        else { continue }
        let own = left(in: part.range, of: file)
        // What it needs may be in the part that is out of its place.
        let missed = left(in: before.range, of: file).filter { index in
          findings[index].bearing == .emptyKey && findings[index].span?.range == owner.span.range
            || findings[index].bearing.missing?.thing == .key
        }
        guard own.contains(where: { findings[$0].severity == .error }) || !missed.isEmpty,
          isKey(name.value, of: before), !divided.mentions(name.value),
          isMissed(name.value, missed) || !isWhole(part)
        else { continue }
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

  /// Whether one of some findings is that a key is missing, or that everything is.
  private func isMissed(_ key: String, _ missed: [Int]) -> Bool {
    missed.contains { findings[$0].bearing == .emptyKey || findings[$0].bearing == .missing(.key, key) }
  }

  private mutating func isKey(_ name: String, of part: FileParts.Part) -> Bool {
    tables.keys(part.value.mapping, at: Self.context(of: part.section))?[name] != nil
  }

  private static func context(of section: String) -> FieldContext {
    switch section {
    case "nodes": FieldContext(form: .node)
    case "tools": FieldContext(form: .tool)
    default: FieldContext(form: .keys(StateKeyDocument.keys))
    }
  }

  /// Whether a part looks like what the parts around it are, whatever its name: a state key may be called `description`,
  /// and a node `retry`.
  private mutating func isWhole(_ part: FileParts.Part) -> Bool {
    let context = Self.context(of: part.section)
    guard let mapping = part.value.mapping else {
      guard part.section == "state", let text = part.value.scalar?.text, !text.isEmpty else { return false }
      return SchemaType.isNearly(text)
    }
    guard let keys = tables.keys(mapping, at: context), let name = part.name?.value else { return false }
    let written = mapping.entries.map(\.key.value)
    if part.section == "state" { return written.contains { keys[$0] != nil } }
    let types = part.section == "nodes" ? tables.nodeTypes.map(\.name) : tables.toolTypes.map(\.name)
    if let type = mapping["type"]?.value.scalar?.text, types.contains(type) { return true }
    // What it may hold as a key of the part before it.
    guard let inner = tables.keys(mapping, at: tables.entry(name, of: nil, at: context)) else { return false }
    return written.count { keys[$0] != nil } > written.count { inner[$0] != nil }
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
  mutating func dropEmptyParents() {
    for index in left where findings[index].bearing == .emptyKey {
      guard let span = findings[index].span, let parts = parts(of: span.file), let next = parts.entry(after: span),
        let stray = left(in: next.key.span.range, of: span.file).first(where: {
          findings[$0].bearing == .strayKey && findings[$0].span == next.key.span
        })
      else { continue }
      isDropped[index] = true
      findings[stray] = findings[stray].adding([
        Diagnostic.Note("'\(span.text)' above it is empty; check the indentation", at: span)
      ])
      markBroken(at: span, in: parts)
    }
  }

  /// Where the type is misspelled, the other keys are those of a type that is not known.
  mutating func dropKeysOfUnknownTypes() {
    for index in left where findings[index].bearing == .strayKey && !isDropped[index] {
      guard findings[index].fixIts.first?.replacement == "type", let span = findings[index].span,
        let (parts, place) = part(of: findings[index]), parts.parts[place].isNamed
      else { continue }
      for other in left(in: parts.parts[place].range, of: span.file) where other != index {
        if findings[other].bearing == .strayKey || findings[other].bearing.missing != nil { isDropped[other] = true }
      }
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func sectionOutOfPlace(_ key: String, _ section: String) -> Self {
    let things = ["nodes": "nodes", "tools": "tools"][section] ?? "state keys"
    return Self(
      "GR0101", "'\(key)' is a key of the graph, and stands where the names of \(things) do", bearing: .strayKey)
  }

  fileprivate static func keyOutOfPlace(_ key: String, _ section: String) -> Self {
    let thing = ["nodes": "a node", "tools": "a tool"][section] ?? "a state key"
    let things = ["nodes": "nodes", "tools": "tools"][section] ?? "state keys"
    return Self(
      "GR0101", "'\(key)' is a key of \(thing), and stands where the names of \(things) do", bearing: .strayKey)
  }
}
