import Glibc

/// A file or folder that could not be read or written.
struct FileFailure: Error {
  let path: String
  let code = errno
}

/// Reads and writes whole files.
enum Files {
  static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw FileFailure(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&block, 1, block.count, file), count > 0 { bytes += block[..<count] }
    guard ferror(file) == 0 else { throw FileFailure(path: path) }
    return bytes
  }

  static func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw FileFailure(path: path) }
    let count = Array(text.utf8).withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) }
    guard fclose(file) == 0, count == text.utf8.count else { throw FileFailure(path: path) }
  }

  /// The names in a folder in ascending order, without hidden ones and those of caches.
  static func names(in folder: String) throws -> [String] {
    guard let handle = opendir(folder) else { throw FileFailure(path: folder) }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix(".") && !name.hasPrefix("__") { names.append(name) }
    }
    return names.sorted()
  }
}

/// The folder of the package.
let packageFolder = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
