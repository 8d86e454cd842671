internal import GraphDiagnostics
internal import GraphLanguage

extension NodeScope {
  /// The folder that a program works in, by default the project's root; one outside of the project is reported.
  func workingFolder(_ written: Located<String>?) -> String {
    guard let written else { return files.root }
    let path = ProjectFiles.normalised(ProjectFiles.join(files.root, written.value))
    // A command before it may be what makes the folder, so it need not be there yet.
    let real = ProjectFiles.realPath(path) ?? path
    if !files.contains(real) { diagnostics.report(.leavesProject(written.value), at: written.span) }
    return path
  }
}
