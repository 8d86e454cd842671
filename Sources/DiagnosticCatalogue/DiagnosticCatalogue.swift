internal import GraphDiagnostics

/// Every code there is and was, by area.
package enum DiagnosticCatalogue {
  /// Codes of one subject.
  package struct Area: Sendable {
    /// The heading of the index.
    package let title: String

    /// A sentence for the index, or nothing.
    package let note: String

    /// The entries in ascending order.
    package let entries: [DiagnosticEntry]

    init(_ title: String, note: String = "", _ entries: [DiagnosticEntry]) {
      self.title = title
      self.note = note
      self.entries = entries.sorted { $0.code < $1.code }
    }
  }

  /// The areas, which the hundreds of the codes tell apart.
  package static let areas: [Area] = [
    Area("Text and YAML", text + scalars + allowances),
    Area("Shape", documents + modelNodes + tools + nodes + inputs + stores),
    Area("References", references + slips + servers + toolReferences + subgraphs + fileReferences),
    Area("Control flow", controlFlow + repetitions),
    Area("Data flow", dataFlow),
    Area("Types", stateTypes + expressionTypes + promptTypes + calls),
    Area("Expressions", expressions),
    Area("Prompts", prompts),
    Area(
      "Jinja templates",
      note: "Of texts with `{{` or `{%`; what such a text may hold is in [language.md](language.md#jinja-templates).",
      templates + templateValues),
    Area("Schemas", schemas),
    Area("Safety", safety + answers),
    Area("Threads", threads),
    Area("Serving", serving),
  ]

  /// All entries in ascending order.
  package static let entries: [DiagnosticEntry] = areas.flatMap(\.entries).sorted { $0.code < $1.code }

  private static let byCode = Dictionary(entries.map { ($0.code, $0) }) { first, _ in first }

  /// The entry of a code, however it is written: `GR0201`, `gr201` or `201`.
  package static func entry(_ code: String) -> DiagnosticEntry? { byCode[normalised(code)] }

  /// The codes that may have been meant: the last one below a number and the first one above it, or one with a letter
  /// in place of a digit.
  package static func near(_ code: String) -> [String] {
    let wanted = normalised(code)
    guard wanted.count == 6, wanted.hasPrefix("GR"), wanted.dropFirst(2).allSatisfy(\.isNumber) else {
      return Suggestion.nearest(to: wanted, among: entries.map(\.code)).map { [$0] } ?? []
    }
    let below = entries.last { $0.code < wanted }
    let above = entries.first { $0.code > wanted }
    return [below, above].compactMap { $0?.code }
  }

  /// A code in its printed form, as far as it can be told.
  private static func normalised(_ code: String) -> String {
    let digits = code.lowercased().hasPrefix("gr") ? code.dropFirst(2) : code[...]
    guard !digits.isEmpty, digits.count <= 4, digits.allSatisfy(\.isASCII), digits.allSatisfy(\.isNumber) else {
      return code.uppercased()
    }
    return "GR" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
