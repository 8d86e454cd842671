internal import GraphDiagnostics
internal import GraphLanguage
internal import PassageSearch

/// The index of a node's files, made at its first use, shared by all runs of the graph, and made anew when a file has
/// changed.
///
/// An actor, because making it takes long and searching does not: one run makes it, and the others wait for that.
actor DocumentIndex {
  private let files: DocumentFiles
  private let reader: DocumentReader

  /// What was read, and the files as they were then.
  private var known: (entries: [ProjectFiles.Entry], index: PassageIndex)?

  init(_ files: DocumentFiles, _ cutter: PassageCutter) {
    self.files = files
    reader = DocumentReader(cutter: cutter)
  }

  /// The passages that fit a question, the best one first.
  ///
  /// - Throws: `DocumentError` when a file cannot be read, `PassageSearchError` when there is too much text,
  ///   `CancellationError` when the task is cancelled while files are read.
  func search(_ question: String, limit: Int) throws -> [PassageMatch] { try index().search(question, limit: limit) }

  private func index() throws -> PassageIndex {
    let entries: [ProjectFiles.Entry]
    do throws(ProjectFiles.TooManyFiles) {
      entries = try files.current()
    } catch {
      throw DocumentError.tooManyFiles
    }
    if let known, known.entries == entries { return known.index }
    // The old one is given up first, so that there are never two in memory.
    known = nil
    let index = try PassageIndex()
    for entry in entries {
      try Task.checkCancellation()
      let name = files.name(of: entry.path)
      let bytes: [UInt8]
      do throws(ProjectFiles.Problem) {
        bytes = try files.files.read(entry.path)
      } catch {
        throw DocumentError.unreadable(name, error.reason)
      }
      try index.add(try reader.passages(of: bytes, name: name, ending: ProjectFiles.ending(of: entry.path)))
    }
    known = (entries, index)
    return index
  }
}

/// Why documents cannot be searched; names files and shows nothing of what is in them.
enum DocumentError: Error, CustomStringConvertible {
  case tooManyFiles
  case unreadable(String, String)
  case malformed(String, line: Int, String)
  case notDocuments(String, String)

  var description: String {
    switch self {
    case .tooManyFiles: "the index has more than \(DocumentFiles.maximumCount) files"
    case .unreadable(let file, let reason): "cannot read '\(file)': \(reason)"
    case .malformed(let file, let line, let reason): "\(file):\(line): \(reason)"
    case .notDocuments(let name, let found): "'\(name)' must be a text or an object, not \(found)"
    }
  }
}
