import Glibc

/// A file or folder that a test of the documents could not read or write.
struct FileFailure: Error, CustomStringConvertible {
  let path: String
  let code = errno

  var description: String { "\(path): \(String(cString: strerror(code)))" }
}

/// Reads and writes whole files.
enum Files {
  static func read(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw FileFailure(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Writes a file and the folders above it.
  static func write(_ text: String, to path: String) throws {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o755)
    }
    guard let file = fopen(path, "w") else { throw FileFailure(path: path) }
    let count = Array(text.utf8).withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard fclose(file) == 0, count == text.utf8.count else { throw FileFailure(path: path) }
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The files below a folder whose name ends so, in ascending order; hidden folders are left out.
  static func list(_ folder: String, ending: String) throws -> [String] {
    guard let handle = opendir(folder) else { throw FileFailure(path: folder) }
    defer { closedir(handle) }
    var found: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard !name.hasPrefix(".") else { continue }
      let path = "\(folder)/\(name)"
      if let below = try? list(path, ending: ending) {
        found += below
      } else if name.hasSuffix(ending) {
        found.append(path)
      }
    }
    return found.sorted()
  }
}

/// The package that is tested.
enum Package {
  /// The folder of `Package.swift`.
  static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

  /// The documents whose text was written by hand: all but the pages of codes, whose examples have tests of their own.
  static let written = documents.filter { !$0.hasPrefix("docs/diagnostics/") }

  /// The documents for users, by their path in the package.
  static let documents: [String] = {
    let found = (try? Files.list("\(root)/docs", ending: ".md")) ?? []
    return ["README.md", "CONTRIBUTING.md"] + found.map { String($0.dropFirst(root.count + 1)) }
  }()

  /// The folder of the built programs: this test's own.
  static let binaries: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
  }()
}
