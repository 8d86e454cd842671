/// Writes a report in SARIF 2.1.0, the format of OASIS that code scanning services read.
///
/// Rules are the codes of the findings. Lines are counted from 1 and columns in
/// UTF-16 code units, as `columnKind` says. Notes about another place are
/// `relatedLocations`, all others are part of the message. Fix-its are `fixes`;
/// the first is the best.
public struct DiagnosticSARIFRenderer {
  /// What is known of a code.
  public struct Rule: Sendable {
    /// One phrase.
    public let title: String

    /// What it means and what to do, as plain text.
    public let help: String

    /// The same as Markdown.
    public let markdown: String

    /// Creates a rule.
    public init(title: String, help: String, markdown: String) {
      self.title = title
      self.help = help
      self.markdown = markdown
    }
  }

  private let toolVersion: String
  private let root: String?
  private let rule: (DiagnosticCode) -> Rule?

  /// Creates a renderer.
  ///
  /// - Parameters:
  ///   - toolVersion: The version of the program that looked.
  ///   - root: The absolute path of the folder that paths are made relative to, as far as they are below it.
  ///   - rule: What is known of a code.
  public init(toolVersion: String, root: String? = nil, rule: @escaping (DiagnosticCode) -> Rule?) {
    self.toolVersion = toolVersion
    self.root = root
    self.rule = rule
  }

  /// The JSON text of a report, without a final line break.
  public func render(_ report: DiagnosticReport) -> String {
    var codes: [DiagnosticCode] = []
    var indices: [DiagnosticCode: Int] = [:]
    for code in report.diagnostics.map(\.code) where indices[code] == nil {
      indices[code] = codes.count
      codes.append(code)
    }
    let severities = Dictionary(report.diagnostics.map { ($0.code, $0.severity) }, uniquingKeysWith: min)
    let driver: JSONTree = .members([
      "name": "graph", "fullName": "Tributary", "version": .text(toolVersion),
      "rules": .list(codes.map { descriptor($0, severities[$0] ?? .error) }),
    ])
    let run: JSONTree = .members([
      "tool": .members(["driver": driver]), "columnKind": "utf16CodeUnits",
      "invocations": .list([invocation(report)]),
      "artifacts": .list(report.files.map { .members(["location": location($0)]) }),
      "results": .list(report.diagnostics.map { result($0, indices[$0.code] ?? 0) }),
    ])
    return JSONTree.members([
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": .list([run]),
    ]).rendered
  }

  // MARK: - Parts

  private func descriptor(_ code: DiagnosticCode, _ severity: Severity) -> JSONTree {
    let rule = rule(code)
    return .members([
      "id": .text(code.id),
      "shortDescription": rule.map { .members(["text": .text($0.title)]) },
      "fullDescription": rule.map { .members(["text": .text($0.help)]) },
      "help": rule.map { .members(["text": .text($0.help), "markdown": .text($0.markdown)]) },
      "defaultConfiguration": .members(["level": .text(level(severity))]),
    ])
  }

  private func invocation(_ report: DiagnosticReport) -> JSONTree {
    .members([
      "executionSuccessful": .flag(report.failures.isEmpty),
      "toolExecutionNotifications": report.failures.isEmpty
        ? nil
        : .list(
          report.failures.map { failure in
            .members([
              "level": "error", "message": .members(["text": .text(failure.reason)]),
              "locations": .list([
                .members(["physicalLocation": .members(["artifactLocation": location(failure.path)])])
              ]),
            ])
          }),
    ])
  }

  private func result(_ diagnostic: Diagnostic, _ index: Int) -> JSONTree {
    let elsewhere = diagnostic.notes.filter { $0.span != nil && $0.span != diagnostic.span }
    let here = diagnostic.notes.filter { $0.span == nil || $0.span == diagnostic.span }
    let text = ([diagnostic.message.text] + here.map(\.text)).joined(separator: "\n")
    return .members([
      "ruleId": .text(diagnostic.code.id), "ruleIndex": .number(index), "level": .text(level(diagnostic.severity)),
      "message": .members(["text": .text(text)]),
      "locations": diagnostic.span.map { .list([.members(["physicalLocation": place($0)])]) },
      "relatedLocations": elsewhere.isEmpty ? nil : .list(elsewhere.enumerated().map { related($1, $0 + 1) }),
      "fixes": diagnostic.fixIts.isEmpty ? nil : .list(diagnostic.fixIts.map(fix)),
    ])
  }

  private func related(_ note: Diagnostic.Note, _ id: Int) -> JSONTree {
    .members([
      "id": .number(id), "physicalLocation": note.span.map(place), "message": .members(["text": .text(note.text)]),
    ])
  }

  private func fix(_ fixIt: FixIt) -> JSONTree {
    .members([
      "description": .members(["text": .text(fixIt.message)]),
      "artifactChanges": .list([
        .members([
          "artifactLocation": location(fixIt.span.file.path),
          "replacements": .list([
            .members([
              "deletedRegion": region(fixIt.span),
              "insertedContent": .members(["text": .text(fixIt.replacement)]),
            ])
          ]),
        ])
      ]),
    ])
  }

  private func place(_ span: SourceSpan) -> JSONTree {
    .members(["artifactLocation": location(span.file.path), "region": region(span)])
  }

  private func region(_ span: SourceSpan) -> JSONTree {
    let (file, start, end) = (span.file, span.start, span.end)
    return .members([
      "startLine": .number(start.line), "startColumn": .number(file.utf16Column(at: span.range.lowerBound)),
      "endLine": .number(end.line), "endColumn": .number(file.utf16Column(at: span.range.upperBound)),
    ])
  }

  private func level(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .remark: "note"
    }
  }

  // MARK: - Paths

  /// A path as a URI: relative to the root of the sources, or absolute.
  private func location(_ path: String) -> JSONTree {
    var path = path[...]
    if let root, path.hasPrefix(root + "/") { path = path.dropFirst(root.utf8.count + 1) }
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    if path.hasPrefix("/") { return .members(["uri": .text("file://" + Self.encoded(path))]) }
    return .members(["uri": .text(Self.encoded(path)), "uriBaseId": "%SRCROOT%"])
  }

  /// A path with every byte encoded that has a meaning in a URI or is no ASCII.
  private static func encoded(_ path: Substring) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension SourceFile {
  /// The column of a byte offset in UTF-16 code units, counted from 1.
  package func utf16Column(at offset: Int) -> Int {
    let offset = min(max(0, offset), bytes.count)
    var column = 1
    for byte in bytes[lineStarts[location(at: offset).line - 1]..<offset] where byte & 0xC0 != 0x80 {
      // What has four bytes in UTF-8 has two units in UTF-16.
      column += byte >= 0xF0 ? 2 : 1
    }
    return column
  }
}
