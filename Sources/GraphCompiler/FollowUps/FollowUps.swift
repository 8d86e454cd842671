internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphYAML

/// Findings without those that follow from others.
///
/// Passes mark what is broken and go on; what they cannot know is where a thing went that they miss. A node that nobody
/// wrote may stand one level too far out, and a key that no node writes may be the result of one that is broken. Such
/// findings are taken out here, where all are known, and each stays that something else does not explain. What a finding
/// may explain, and what may explain it, its message says by its `Bearing`.
struct FollowUps {
  var findings: [Diagnostic]
  var isDropped: [Bool]

  /// Parts with mistakes by file, and sections that are broken as wholes.
  var broken: [ObjectIdentifier: Set<Int>] = [:]
  var brokenSections: [ObjectIdentifier: Set<String>] = [:]

  /// Which keys may stand where; made when it is first asked for.
  private(set) lazy var tables = makeTables()

  private let makeTables: () -> FieldTables
  private var files: [ObjectIdentifier: FileParts?] = [:]

  /// Where the findings of each file stand in the list, and where each begins in its file.
  private let places: [ObjectIdentifier: Range<Int>]
  private let starts: [Int]

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
    var pass = FollowUps(findings, tables)
    let hasErrors = findings.contains { $0.severity == .error }
    if hasErrors {
      _ = pass.parts(of: root)
      pass.joinReadings()
      pass.gatherSectionsOutOfPlace()
      pass.gatherKeysOutOfPlace()
      pass.dropEmptyParents()
      pass.dropKeysOfUnknownTypes()
      pass.findBrokenParts()
      pass.dropAbsences()
      pass.dropUnusedFields()
      pass.dropFlowOfBrokenParts()
      pass.dropLoopsOfBrokenLimits()
    }
    pass.joinWays()
    pass.dropUnusedVariables()
    pass.joinRepeats()
    let left = Diagnostic.sorted(pass.left.map { pass.findings[$0] })
    // Where two seem to follow from one another, both are told.
    return left.contains { $0.severity == .error } || !hasErrors ? left : findings
  }

  private init(_ findings: [Diagnostic], _ tables: @escaping () -> FieldTables) {
    self.findings = findings
    isDropped = Array(repeating: false, count: findings.count)
    makeTables = tables
    starts = findings.map { $0.span?.range.lowerBound ?? 0 }
    var places: [ObjectIdentifier: Range<Int>] = [:]
    for (index, finding) in findings.enumerated() {
      guard let file = finding.span?.file else { continue }
      let id = ObjectIdentifier(file)
      places[id] = (places[id]?.lowerBound ?? index)..<(index + 1)
    }
    self.places = places
  }

  // MARK: - Findings

  /// The findings that are left, by their places in the list.
  var left: [Int] { findings.indices.filter { !isDropped[$0] } }

  /// Leaves out the findings that are left and of which something is true.
  mutating func drop(where follows: (Diagnostic) -> Bool) {
    for index in left where follows(findings[index]) { isDropped[index] = true }
  }

  /// The findings that are left and begin in some bytes of a file.
  ///
  /// - Complexity: O(log(findings) + those in the bytes).
  func left(in range: ByteRange, of file: SourceFile) -> [Int] {
    guard let place = places[ObjectIdentifier(file)] else { return [] }
    var (low, high) = (place.lowerBound, place.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return (low..<place.upperBound).prefix { starts[$0] <= range.upperBound }.filter { !isDropped[$0] }
  }

  // MARK: - Files

  /// The parts of a file; nil for one that is no YAML.
  mutating func parts(of file: SourceFile) -> FileParts? {
    let id = ObjectIdentifier(file)
    if let known = files[id] { return known }
    let parts = FileParts(file)
    files[id] = .some(parts)
    return parts
  }

  /// The parts of a graph, and which of them a finding is in; nil where it is in none.
  mutating func part(of finding: Diagnostic) -> (file: FileParts, index: Int)? {
    guard let span = finding.span, let parts = parts(of: span.file), parts.isGraph,
      let index = parts.part(at: span.range.lowerBound)
    else { return nil }
    return (parts, index)
  }

  /// The graphs that were asked for so far.
  var graphs: [FileParts] { files.values.compactMap(\.self).filter(\.isGraph) }

  /// The files with errors.
  func errorFiles() -> [SourceFile] {
    var seen: Set<ObjectIdentifier> = []
    return left.compactMap { findings[$0].severity == .error ? findings[$0].span?.file : nil }.filter {
      seen.insert(ObjectIdentifier($0)).inserted
    }
  }

  /// Marks the part that a place is in as broken, and the section that it is the whole of.
  mutating func markBroken(at span: SourceSpan, in parts: FileParts) {
    let id = ObjectIdentifier(span.file)
    if let section = parts.section(at: span) { brokenSections[id, default: []].insert(section) }
    if let part = parts.part(at: span.range.lowerBound) { broken[id, default: []].insert(part) }
  }

  // MARK: - One value

  /// A value that is taken in another way than it looks says less than that it cannot stand there, and may say how it is
  /// written.
  private mutating func joinReadings() {
    var readings: [SourceSpan: Int] = [:]
    for index in left where findings[index].bearing == .reading {
      if let span = findings[index].span { readings[span] = index }
    }
    guard !readings.isEmpty else { return }
    for index in left where findings[index].severity == .error {
      guard let reading = findings[index].span.flatMap({ readings[$0] }) else { continue }
      isDropped[reading] = true
      let known = Set(findings[index].fixIts.map(\.replacement))
      findings[index] = findings[index].adding(
        [], fixIts: findings[reading].fixIts.filter { !known.contains($0.replacement) })
    }
  }
}
