public import GraphDiagnostics
public import GraphRuntime
internal import GraphYAML

/// Files of data beside a graph, in YAML or JSON, which is YAML here.
public enum DataFile {
  /// The data of a file, or nil after reporting what is wrong with it.
  ///
  /// A file without data is an empty object, as when nobody has written anything yet.
  public static func parse(_ file: SourceFile, diagnostics: DiagnosticEngine) -> Value? {
    SecretScan.run(file, diagnostics: diagnostics)
    let count = diagnostics.count
    guard let root = YAMLParser.parse(file, diagnostics: diagnostics) else {
      return diagnostics.count == count ? .object([:]) : nil
    }
    return root.plainValue
  }
}
