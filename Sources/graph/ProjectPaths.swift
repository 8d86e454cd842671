internal import GraphLanguage

/// Paths of files as a project's threads keep them.
extension ProjectFiles {
  /// The path of a file from the root of its project; nil when there is no such file.
  static func pathInProject(_ path: String) -> String? {
    guard let root = ProjectFiles(containing: path)?.root, let real = realPath(path) else { return nil }
    return real.hasPrefix(root + "/") ? String(real.dropFirst(root.count + 1)) : real
  }

  /// The file of that path in the project of the working directory, as people are shown it; nil when there is none.
  static func path(inProject name: String) -> String? {
    guard let files = ofWorkingDirectory, let real = realPath(join(files.root, name)) else { return nil }
    return files.displayed(real)
  }

  /// The project of the working directory.
  static var ofWorkingDirectory: ProjectFiles? { ProjectFiles(containing: "./graph.yaml") }
}

extension String {
  /// The text as one word of a shell.
  var shellQuoted: String {
    let isPlain =
      !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-./:@".unicodeScalars.contains($0))
      }
    return isPlain
      ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }
}
