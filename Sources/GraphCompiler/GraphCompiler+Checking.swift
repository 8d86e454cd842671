public import GraphDiagnostics
public import GraphLanguage

/// What came of looking at one file of a project.
public struct FileCheck: Sendable {
  /// What the file is.
  public let kind: ProjectFileKind

  /// The numbers of nodes and edges, where the file is a graph without errors.
  public let size: (nodes: Int, edges: Int)?

  /// Everything that was found, in reading order.
  public let diagnostics: [Diagnostic]

  /// The allowances that findings needed, in whatever file.
  public let uses: Set<AllowedFindings.Use>

  /// Findings about allowances that this check does not need, but those of a graph that uses the file may.
  public let unused: [Diagnostic]
}

extension GraphCompiler {
  /// Looks at a graph, a prompt or the manifest of a tool, each as what it is; a file of another kind as a graph.
  ///
  /// Of a prompt alone, what a graph has to say of it is not known: whether its variables are given.
  public func check(projectFile file: SourceFile) -> FileCheck {
    let kind = ProjectFileKind(file) ?? .graph
    guard kind != .graph else {
      let check = check(file)
      return FileCheck(
        kind: kind, size: check.size, diagnostics: check.diagnostics, uses: check.uses, unused: [])
    }
    let diagnostics = DiagnosticEngine()
    if let files = files(of: file, diagnostics) {
      switch kind {
      case .graph, .prompt: checkPrompt(file, files, diagnostics)
      case .manifest: checkManifest(file, files, diagnostics)
      }
    }
    let allowed = AllowedFindings(diagnostics.diagnostics, root: file)
    return FileCheck(
      kind: kind, size: nil, diagnostics: Diagnostic.sorted(allowed.diagnostics + allowed.mistakes),
      uses: allowed.uses, unused: diagnostics.hasErrors ? [] : allowed.unused)
  }

  private func checkPrompt(_ file: SourceFile, _ files: ProjectFiles, _ diagnostics: DiagnosticEngine) {
    guard let document = PromptDocument.parse(file, diagnostics: diagnostics) else { return }
    // A graph may look for prompts in any folder above them, so a name that is found in none is wrong for all graphs.
    let lookup = PromptLoader.Lookup(
      graphFolder: ProjectFiles.parent(of: file.path), isRelative: true, directory: ".")
    _ = PromptLoader(files: files).addingIncludes(to: document, lookup, diagnostics: diagnostics)
  }

  private func checkManifest(_ file: SourceFile, _ files: ProjectFiles, _ diagnostics: DiagnosticEngine) {
    // A manifest is read for a graph; here for one that says nothing.
    let nothing = SourceFile(path: file.path, text: "{}")
    guard
      let graph = GraphDocument.parse(
        nothing, nodeTypes: factory.nodeTypes, toolTypes: factory.toolTypes, diagnostics: DiagnosticEngine())
    else { return }
    NodeScope(
      graph: graph, prompts: PromptLoader(files: files), factory: factory,
      subgraphs: SubgraphCompiler(self, files), diagnostics: diagnostics
    ).check(manifest: file)
  }
}
