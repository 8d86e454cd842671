internal import GraphDiagnostics

/// Where the documents stand that findings point to.
struct DocumentationPages {
  /// The address of a folder with a page for each code, as whoever starts the server says it; nil for none.
  var folder: String?

  /// The address of the page of a code.
  func address(of code: DiagnosticCode) -> String? {
    folder.map { ($0.hasSuffix("/") ? $0 : $0 + "/") + code.id + ".md" }
  }
}
