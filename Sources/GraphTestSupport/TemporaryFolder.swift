internal import Glibc

/// A folder that is removed with everything in it when the test ends.
package final class TemporaryFolder: Sendable {
  /// The absolute path without links.
  package let path: String

  /// A call of the system that failed, with its `errno`.
  package struct Failure: Error { package let code: Int32 }

  /// Creates a folder with files, by their names; folders in names are made.
  package init(_ files: [String: String] = [:]) throws {
    var template = Array("/tmp/tributary-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let real = realpath(template, nil) else { throw Failure(code: errno) }
    defer { free(real) }
    path = String(cString: real)
    for (name, text) in files { try write(name, text) }
  }

  deinit { Self.removeAll(path) }

  /// Removes a folder with its content; links are removed, not followed.
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
  package func write(_ name: String, _ text: String = "user: hello\n") throws {
    try write(name, Array(text.utf8))
  }

  /// Writes a file and the folders above it.
  package func write(_ name: String, _ bytes: [UInt8]) throws {
    if let slash = name.lastIndex(of: "/") { makeFolder(String(name[..<slash])) }
    guard let file = fopen("\(path)/\(name)", "w") else { throw Failure(code: errno) }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure(code: errno) }
  }

  /// The text of a file.
  package func read(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// The names in the folder, in order.
  package func list() throws -> [String] {
    guard let folder = opendir(path) else { throw Failure(code: errno) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  /// Removes a file, if there is one.
  package func remove(_ name: String) { unlink("\(path)/\(name)") }

  /// The bytes of a file.
  package func bytes(_ name: String) throws -> [UInt8] {
    guard let file = fopen("\(path)/\(name)", "r") else { throw Failure(code: errno) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&block, 1, block.count, file), count > 0 { bytes += block[..<count] }
    return bytes
  }

  /// Makes a folder and the folders above it.
  package func makeFolder(_ name: String) {
    var folder = path
    for part in name.split(separator: "/") {
      folder += "/" + part
      mkdir(folder, 0o755)
    }
  }

  /// Makes a link to an absolute path, or to one relative to the link's folder.
  package func link(_ name: String, to target: String) throws {
    guard symlink(target, "\(path)/\(name)") == 0 else { throw Failure(code: errno) }
  }
}
