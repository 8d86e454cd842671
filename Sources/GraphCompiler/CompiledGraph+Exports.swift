internal import GraphDiagnostics
internal import GraphLanguage
public import GraphRuntime

/// What became of one of a graph's `exports`.
public struct GraphExport: Sendable, Hashable {
  /// The state key.
  public let key: String

  /// The file's path: the folder that was given, the run's own folder in it, and the name.
  public let path: String

  /// Why there is no file, as one phrase; nil where it was written.
  public let problem: String?
}

extension CompiledGraph {
  /// Writes the files that `exports` of the graph names, each whole or not at all.
  ///
  /// They go to a folder of the thread's own, which no file name leads out of and in which no link is followed. Where a
  /// file cannot be written, the others still are.
  ///
  /// - Parameters:
  ///   - state: The state at the end of the run.
  ///   - thread: The run's thread; characters that have a meaning in paths are written as `%` with two digits.
  ///   - folder: The folder of all runs; it is made where it is missing, and may be a link.
  public func writeExports(of state: ValueObject, thread: String, to folder: String) -> [GraphExport] {
    let own = Self.folderName(of: thread)
    return exports.map { export in
      let path = ([folder, own] + export.path).joined(separator: "/")
      var problem: String?
      if let value = state[export.key.value], !value.isNull {
        do throws(OpenFolder.Problem) {
          let bytes = Array(export.format.text(of: value).utf8)
          try Self.write(bytes, to: [own] + export.path, below: folder)
        } catch {
          problem = error.description
        }
      } else {
        problem = "'\(export.key.value)' has no value"
      }
      return GraphExport(key: export.key.value, path: path, problem: problem)
    }
  }

  private static func write(
    _ bytes: [UInt8], to path: [String], below folder: String
  ) throws(OpenFolder.Problem) {
    var open = try OpenFolder(folder, creating: 0o777)
    for part in path.dropLast() { open = try open.folder(part, creating: 0o777) }
    try open.write(bytes, to: path[path.count - 1], permissions: 0o666)
  }

  /// A name for the folder of a thread, different for different threads.
  package static func folderName(of thread: String) -> String {
    var name = ""
    for byte in thread.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
        name.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: ".") where !name.isEmpty: name += "."
      default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return name.isEmpty ? "%" : name
  }
}

extension ExportDocument.Format {
  /// A value as it stands in a file, with a line break at the end.
  fileprivate func text(of value: Value) -> String {
    let text =
      switch self {
      case .json: value.json(pretty: true)
      case .text: value.string ?? value.json(pretty: true)
      case .markdown: value.string ?? Self.markdown(value)
      }
    return text.hasSuffix("\n") ? text : text + "\n"
  }

  /// Entries of an object with their names as headings, items of a list with a dash.
  private static func markdown(_ value: Value) -> String {
    switch value {
    case .object(let object):
      object.map { "## \($0.key)\n\n\(item($0.value))" }.joined(separator: "\n\n")
    case .list: item(value)
    default: value.json()
    }
  }

  private static func item(_ value: Value) -> String {
    switch value {
    case .string(let text): text
    case .list(let items):
      items.map { "- " + indented($0.string ?? $0.json()) }.joined(separator: "\n")
    case .object(let object):
      object.map { "- **\($0.key)**: " + indented($0.value.string ?? $0.value.json()) }.joined(separator: "\n")
    default: value.json()
    }
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
  }
}
