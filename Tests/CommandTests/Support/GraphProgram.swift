import Glibc
import GraphRuntime
import GraphTestSupport
import LanguageModels

/// The program that was built together with these tests.
enum GraphProgram {
  /// It lies beside the test program.
  static let path: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    var folder = own[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      if access("\(folder)/graph", X_OK) == 0 { return "\(folder)/graph" }
    }
    preconditionFailure("there is no 'graph' beside \(own)")
  }()

  /// Starts it in a folder, or in that of the package, without any variable of this process.
  static func start(
    _ arguments: [String], environment: [String: String] = [:], in folder: String = packageFolder,
    output: ChildProcess.Output = .read, error: ChildProcess.Output = .read, typing: String? = nil,
    isServer: Bool = false
  ) async throws -> ChildProcess {
    try await ChildProcess.start(
      path, arguments, environment: environment, folder: folder, output: output, error: error, typing: typing,
      isServer: isServer)
  }

  /// Runs it to its end.
  static func run(
    _ arguments: String..., environment: [String: String] = [:], in folder: String = packageFolder,
    output: ChildProcess.Output = .read, error: ChildProcess.Output = .read
  ) async throws -> ChildProcess.Result {
    try await start(arguments, environment: environment, in: folder, output: output, error: error).result()
  }
}

extension LoopbackProvider {
  /// The variables by which the program finds this server in the place of both providers.
  var variables: [String: String] {
    [
      "OPENAI_API_KEY": "test-key-of-loopback", "OPENAI_BASE_URL": baseURL,
      "ANTHROPIC_API_KEY": "test-key-of-loopback", "ANTHROPIC_BASE_URL": origin,
    ]
  }
}

extension ChildProcess.Result {
  /// The lines of standard output as JSON.
  ///
  /// - Throws: `JSONError` for a line that is none.
  func events() throws -> [Value] {
    try standardOutput.split(separator: "\n").map { try Value(json: String($0)) }
  }
}
