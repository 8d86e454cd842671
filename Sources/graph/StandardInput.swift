internal import CommandKit
internal import Glibc
internal import GraphLanguage

/// Standard input as a file.
enum StandardInput {
  /// Standard input to its end, as far as a file may be long.
  static func read() throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw CommandFailure("Can't read standard input: \(String(cString: strerror(errno)))", code: .noInput)
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
      guard bytes.count <= ProjectFiles.maximumSize else {
        throw CommandFailure("Standard input is larger than \(ProjectFiles.maximumSize >> 20) MiB", code: .noInput)
      }
    }
  }
}
