import Glibc

/// Runs a program through the system's shell and returns its output and error, or nil when it did not end with status 0.
func output(of command: String) -> String? {
  guard let pipe = popen("(\(command)) 2>&1", "r") else { return nil }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = fread(&chunk, 1, chunk.count, pipe)
    if count == 0 { break }
    bytes += chunk[..<count]
  }
  return pclose(pipe) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
}

/// Whether a program is installed.
func isInstalled(_ program: String) -> Bool { output(of: "command -v \(program)") != nil }

/// The text of a file, or nil when it cannot be read.
func contents(ofFile path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { break }
    bytes += chunk[..<count]
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Writes a text file, and returns whether that went well.
func write(_ text: String, toFile path: String) -> Bool {
  guard let file = fopen(path, "w") else { return false }
  let count = text.utf8.count
  let written = Array(text.utf8).withUnsafeBytes { fwrite($0.baseAddress, 1, count, file) }
  return fclose(file) == 0 && written == count
}

/// A new folder that is removed when the value goes out of scope.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/commandkit-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else { throw CannotMakeFolder() }
    path = String(cString: made)
  }

  deinit { _ = output(of: "rm -rf '\(path)'") }

  private struct CannotMakeFolder: Error {}
}
