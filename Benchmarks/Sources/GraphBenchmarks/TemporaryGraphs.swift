import Glibc

/// A folder of files that is removed with the last reference to it.
final class TemporaryGraphs: Sendable {
  let path: String
  private let names: [String]

  init(_ files: [String: String]) throws {
    var template = Array("/tmp/graph-benchmarks-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw UsageError("no temporary folder can be made") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    names = Array(files.keys)
    for (name, text) in files {
      guard let file = fopen("\(path)/\(name)", "w") else { throw UsageError("'\(path)/\(name)' cannot be written") }
      fputs(text, file)
      fclose(file)
    }
  }

  deinit {
    for name in names { unlink("\(path)/\(name)") }
    rmdir(path)
  }
}
