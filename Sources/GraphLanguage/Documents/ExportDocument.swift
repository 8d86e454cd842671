public import GraphDiagnostics
internal import GraphYAML

/// A file that a completed run leaves, under `exports` of a graph.
public struct ExportDocument: Sendable {
  /// How a value is written.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Text as it is, anything else as Markdown: entries with headings, items as lists.
    case markdown
    /// JSON with indentation.
    case json
    /// Text as it is, anything else as JSON.
    case text

    /// The ending of a file whose name is not given.
    var ending: String {
      switch self {
      case .markdown: "md"
      case .json: "json"
      case .text: "txt"
      }
    }
  }

  /// The state key whose value is written.
  public let key: Located<String>

  /// How it is written.
  public let format: Format

  /// The file's path below the folder of exports; its parts are plain names.
  public let path: [String]

  static let keys = KeyTable([
    KeySpec("format", .choice(Format.allCases.map(\.rawValue)), "How the value is written; text by default."),
    KeySpec("filename", .string, "The file below the folder of exports; the key's name by default."),
  ])

  static func parseAll(_ node: YAMLNode?, _ diagnostics: DiagnosticEngine) -> [ExportDocument] {
    var taken: [[String]: Located<String>] = [:]
    return (node?.mapping?.entries ?? []).compactMap { entry in
      guard let document = ExportDocument(entry.key, entry.value, diagnostics) else { return nil }
      if let other = taken.updateValue(entry.key, forKey: document.path) {
        let name = document.path.joined(separator: "/")
        diagnostics.report(
          .exportedTwice(name, other.value, entry.key.value), at: entry.key.span,
          notes: Diagnostic.Note.theOther(at: other.span))
      }
      return document
    }
  }

  private init?(_ key: Located<String>, _ node: YAMLNode, _ diagnostics: DiagnosticEngine) {
    guard
      let fields = FieldReader(
        node, owner: "the export of '\(key.value)'", at: key.span, keys: Self.keys, diagnostics: diagnostics)
    else { return nil }
    self.key = key
    format = fields.string("format").flatMap { Format(rawValue: $0.value) } ?? .text
    guard let name = fields.string("filename") else {
      path = ["\(key.value).\(format.ending)"]
      return
    }
    let parts = name.value.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isInside = parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".." && !part.unicodeScalars.contains { $0.value < 0x20 }
    }
    guard isInside else {
      diagnostics.report(.exportOutside(name.value), at: name.span)
      return nil
    }
    path = parts
  }
}

extension DiagnosticMessage {
  fileprivate static func exportOutside(_ name: String) -> Self {
    Self("GR0189", "an export is a file below the run's own folder; '\(name)' is no such path")
  }

  fileprivate static func exportedTwice(_ name: String, _ first: String, _ second: String) -> Self {
    Self("GR0190", "'\(first)' and '\(second)' are both exported to '\(name)'")
  }
}
