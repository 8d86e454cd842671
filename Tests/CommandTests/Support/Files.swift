import Glibc

/// The text of a file, or nil when it cannot be read.
func contents(ofFile path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
  return String(decoding: bytes, as: UTF8.self)
}

/// Writes a text file, and returns whether that went well.
func write(_ text: String, toFile path: String) -> Bool {
  guard let file = fopen(path, "w") else { return false }
  let count = text.utf8.count
  let written = Array(text.utf8).withUnsafeBytes { fwrite($0.baseAddress, 1, count, file) }
  return fclose(file) == 0 && written == count
}

/// The folder of the package.
let packageFolder: String = {
  let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  return parts.dropLast(4).joined(separator: "/")
}()

/// A folder that is removed with everything in it when the test ends.
final class TemporaryFolder {
  /// The absolute path without links.
  let path: String

  struct Failure: Error { let code: Int32 }

  init(_ files: [String: String] = [:]) throws {
    var template = Array("/tmp/graph-command-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let real = realpath(template, nil) else { throw Failure(code: errno) }
    defer { free(real) }
    path = String(cString: real)
    for (name, text) in files { try write(name, text) }
  }

  deinit { Self.removeAll(path) }

  private static func removeAll(_ path: String) {
    if unlink(path) == 0 { return }
    guard let folder = opendir(path) else { return }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    closedir(folder)
    for name in names where name != "." && name != ".." { removeAll("\(path)/\(name)") }
    rmdir(path)
  }

  /// Writes a file and the folders above it.
  func write(_ name: String, _ text: String) throws {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o755)
    }
    guard CommandTests.write(text, toFile: "\(path)/\(name)") else { throw Failure(code: errno) }
  }
}
