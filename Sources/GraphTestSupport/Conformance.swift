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
    guard let folder, let file = fopen("\(folder)/vectors/\(name).json", "r") else { throw MissingVectors(name: name) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return try Value(json: bytes)
  }

  /// A file of golden answers that is not there.
  package struct MissingVectors: Error {
    /// The name that was asked for.
    package let name: String
  }
}
