import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphTestSupport

/// The codes of the diagnostics of a graph.
enum GraphCompilerCodes {
  /// The codes that `g.yaml` of a folder gives, in order.
  static func of(_ folder: TemporaryFolder, _ factory: any NodeFactory) -> [String] {
    GraphCompiler(factory: factory).compile("\(folder.path)/g.yaml").diagnostics.map(\.code.id)
  }
}
