import Glibc

/// The text of a file, or nil when it cannot be read.
func contents(ofFile path: String) -> String? {
  bytes(ofFile: path).map { String(decoding: $0, as: UTF8.self) }
}

/// The bytes of a file, or nil when it cannot be read.
func bytes(ofFile path: String) -> [UInt8]? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
  return bytes
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
