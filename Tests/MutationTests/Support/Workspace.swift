import GraphCompiler
import GraphDiagnostics
import GraphLanguage
import GraphNodes
import GraphTestSupport
import Glibc
import GraphRuntime
import LanguageModels

/// A copy of the project in which one file at a time is broken.
final class Workspace {
  private let project: ProjectSource
  private let folder: TemporaryFolder
  private let files: ProjectFiles
  private let compiler: GraphCompiler

  init(_ project: ProjectSource) throws {
    self.project = project
    // The documents are for tools that look at them.
    folder = try TemporaryFolder([
      "Package.swift": "", "docs/notes.md": "The lamp and its lens.\nHow a run is stopped.\n",
    ])
    for (path, bytes) in project.files { try folder.write(path, String(decoding: bytes, as: UTF8.self)) }
    guard let files = ProjectFiles(root: folder.path) else { throw FileFailure(path: folder.path) }
    self.files = files
    // As 'graph validate' does it.
    var factory = StandardNodeFactory(models: ModelCatalog(environment: Environment([:])))
    factory.assumesFunctions = true
    compiler = GraphCompiler(factory: factory, files: files)
  }

  /// What the compiler says of a graph as the files are now; paths are those of the project.
  func diagnostics(of graph: String) -> [Diagnostic] { compiler.compile("\(folder.path)/\(graph)").diagnostics }

  /// The graph as the files are now, if it has no errors, with models that need no network.
  func load(_ graph: String, models: ModelCatalog) -> CompiledGraph? {
    var factory = StandardNodeFactory(models: models)
    for tree in project.trees.values {
      for name in tree("node:function").compactMap(\.text) {
        factory.register(function: name) { call in .string("\(name) \(Value.object(call.arguments).json())") }
      }
    }
    return GraphCompiler(factory: factory, files: files).compile("\(folder.path)/\(graph)").graph
  }

  /// The path of a file that a diagnostic is about, in the project.
  func path(of span: SourceSpan) -> String {
    span.file.path.hasPrefix(folder.path + "/")
      ? String(span.file.path.dropFirst(folder.path.count + 1)) : span.file.path
  }

  /// Makes the mistake, does something, and takes the mistake back.
  func with<Result>(_ mutation: Mutation, _ body: (Workspace) async throws -> Result) async throws -> Result {
    let original = project.files[mutation.path] ?? []
    if let changed = mutation.apply(to: original) {
      try folder.write(mutation.path, String(decoding: changed, as: UTF8.self))
    } else {
      unlink("\(folder.path)/\(mutation.path)")
    }
    let result = try await body(self)
    try folder.write(mutation.path, String(decoding: original, as: UTF8.self))
    return result
  }
}
