#if canImport(Glibc)
  internal import Glibc
#endif
package import GraphRuntime

/// The golden answers of another implementation of the language, when they are at hand.
///
/// They are not part of the package: a folder `shared/conformance` is looked
/// for in the folders above it. Suites that need it are enabled by
/// ``isAvailable`` and are skipped elsewhere.
package enum Conformance {
  /// Whether the golden answers were found.
  package static var isAvailable: Bool { folder != nil }

  /// The folder `shared/conformance` nearest above this file.
  package static let folder: String? = {
    var parent = #filePath[...]
    while let slash = parent.lastIndex(of: "/") {
      parent = parent[..<slash]
      let candidate = "\(parent)/shared/conformance"
      if access("\(candidate)/vectors", R_OK) == 0 { return candidate }
    }
    return nil
  }()

  /// One file of golden answers, such as `conditions`.
  ///
  /// - Throws: `MissingVectors` when it cannot be read, `JSONError` when it is not JSON.
  package static func vectors(_ name: String) throws -> Value {
    guard let folder, let bytes = contents("\(folder)/vectors/\(name).json") else { throw MissingVectors(name: name) }
    return try Value(json: bytes)
  }

  /// The questions of a file whose answers mean something else here, as docs/compatibility.md lists them.
  ///
  /// - Throws: `MissingVectors` when the document cannot be read.
  package static func exceptions(_ name: String) throws -> Set<String> {
    var root = #filePath[...]
    for _ in 0..<3 { root = root[..<(root.lastIndex(of: "/") ?? root.startIndex)] }
    guard let bytes = contents("\(root)/docs/compatibility.md") else { throw MissingVectors(name: "compatibility.md") }
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\n")
    let section = lines.drop { $0 != "### `\(name).json`" }.dropFirst().prefix { !$0.hasPrefix("#") }
    let rows = section.filter { $0.hasPrefix("| `") }
    return Set(
      rows.map { row in
        // The first cell is a text in backquotes, in which a tab is written `\t` and a bar `\|`.
        let cell = row.dropFirst(3).prefix { $0 != "`" }
        return cell.split(separator: "\\t", omittingEmptySubsequences: false).joined(separator: "\t")
          .split(separator: "\\|", omittingEmptySubsequences: false).joined(separator: "|")
      })
  }

  private static func contents(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
  }

  /// A file of golden answers that is not there.
  package struct MissingVectors: Error {
    /// The name that was asked for.
    package let name: String
  }
}
