import Glibc
import GraphTestSupport

/// A folder with the package's graphs and prompts in which the commands and files of one document are tried.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/documentation-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let real = realpath(template, nil) else { throw FileFailure(path: "/tmp") }
    defer { free(real) }
    path = String(cString: real)
    for folder in ["graphs", "prompts"] {
      for file in try Files.list("\(Package.root)/\(folder)", ending: ".yaml") {
        try Files.write(Files.read(file), to: path + file.dropFirst(Package.root.count))
      }
    }
  }

  deinit { _ = Shell.run("rm -rf '\(path)'", in: "/", environment: [:]) }
}

/// Runs commands as a user would type them.
enum Shell {
  struct Result {
    /// Output and error as a terminal shows them.
    let lines: [String]
    let status: Int32
  }

  /// Whether files that tests compare with are to be written anew.
  static var isUpdatingSnapshots: Bool { getenv("UPDATE_SNAPSHOTS").map { $0.pointee != 0 } ?? false }

  /// Runs a command with these variables and no others.
  static func run(_ command: String, in folder: String, environment: [String: String]) -> Result {
    var variables = ["PATH": "\(Package.binaries):/usr/local/bin:/usr/bin:/bin", "HOME": folder, "NO_COLOR": "1"]
    variables.merge(environment) { $1 }
    let settings = variables.map { "\($0.key)=\(quoted($0.value))" }.sorted().joined(separator: " ")
    let line = "cd \(quoted(folder)) && exec env -i \(settings) sh -c \(quoted(command)) </dev/null 2>&1"
    guard let pipe = popen(line, "r") else { return Result(lines: ["cannot run a shell"], status: -1) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&chunk, 1, chunk.count, pipe), count > 0 { bytes += chunk[..<count] }
    let status = pclose(pipe)
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return Result(lines: lines.map(String.init), status: (status >> 8) & 0xFF)
  }

  /// The variables that make a loopback provider stand for OpenAI and Anthropic.
  static func environment(of provider: LoopbackProvider) -> [String: String] {
    [
      "OPENAI_API_KEY": "key-of-the-loopback", "OPENAI_BASE_URL": provider.baseURL,
      "ANTHROPIC_BASE_URL": provider.origin,
    ]
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
