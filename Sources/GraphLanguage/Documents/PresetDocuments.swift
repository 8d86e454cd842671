internal import GraphDiagnostics
internal import GraphRuntime
internal import GraphYAML

/// Reads what a graph file puts into the state before a run: `variables` and `data_files`.
enum PresetDocuments {
  /// The names and values of `variables`.
  static func variables(
    _ node: YAMLNode?, _ diagnostics: DiagnosticEngine
  ) -> [(key: Located<String>, value: Located<Value>)] {
    (node?.mapping?.entries ?? []).compactMap { entry in
      guard DocumentName.check(entry.key, "state key", diagnostics) else { return nil }
      return (entry.key, Located(entry.value.plainValue, at: entry.value.span))
    }
  }

  /// The names and paths of `data_files`.
  static func dataFiles(
    _ node: YAMLNode?, _ diagnostics: DiagnosticEngine
  ) -> [(key: Located<String>, path: Located<String>)] {
    (node?.mapping?.entries ?? []).compactMap { entry in
      let subject = "the data file of '\(entry.key.value)'"
      guard DocumentName.check(entry.key, "state key", diagnostics),
        FieldReader.check(entry.value, subject, .string, diagnostics, at: entry.place),
        let path = entry.value.scalar?.text
      else { return nil }
      return (entry.key, Located(path, at: entry.value.span))
    }
  }
}
