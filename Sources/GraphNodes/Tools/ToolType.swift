internal import GraphDiagnostics
public import GraphLanguage
public import GraphRuntime
internal import LanguageModels

/// One type of tool: its keys, and how a tool of it is made.
public protocol ToolType: Sendable {
  /// The name and the keys.
  var spec: ToolTypeSpec { get }

  /// Makes a tool; see `NodeFactory`.
  func declare(_ tool: ToolDocument, in scope: NodeScope) -> (any Tool)?
}

/// A tool that knows the types of its arguments, so that nodes are checked against them when a graph is compiled.
protocol CheckedTool: Tool {
  /// What it takes.
  var parameters: ToolParameters { get }

  /// What it gives.
  var result: SchemaType { get }

  /// Where the type of what it gives comes from, as far as that is more than what it keeps to.
  var resultSource: TypeSource { get }

  /// The arguments that are more than text to a program that it starts.
  var dangers: [ArgumentDanger] { get }
}

extension CheckedTool {
  var resultSource: TypeSource { .type(result) }

  /// None.
  var dangers: [ArgumentDanger] { [] }
}

extension Tool {
  /// The arguments that can be anything and are more than text to a program that it starts.
  var openDangers: [ArgumentDanger] {
    guard let tool = self as? any CheckedTool else { return [] }
    return tool.dangers.filter { !(tool.parameters.field($0.parameter)?.type.isClosed ?? false) }
  }
}

extension KeySpec {
  /// The key that says what a tool takes.
  static let parameters = KeySpec(
    "parameters", .mapping, "The arguments: name to type, or to {type, description, default, enum}; or a JSON schema.")
}

extension ToolDocument {
  /// What `parameters` says, or nil when it is missing or broken; the latter was reported.
  func declaredParameters(_ diagnostics: DiagnosticEngine) -> ToolParameters? {
    fields.node("parameters").flatMap { ToolParameters.parse($0, diagnostics: diagnostics) }
  }
}

/// A call of a tool that went wrong, in words for whoever reads the run's error.
///
/// It names tools, arguments and statuses; what a program or service said of its own failure is in it, shortened and
/// without secrets, and what the tool was called with is not.
public struct ToolError: Error, Sendable, CustomStringConvertible {
  /// One phrase.
  public let message: String

  /// Creates an error.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}

/// Takes secrets out of what programs and services say.
struct SecretRedaction: Sendable {
  private let secrets: [String]

  /// - Parameters:
  ///   - variables: Of these, what is named like a secret is one.
  ///   - own: All of these are.
  init(variables: [String: String], own: [String] = []) {
    let named = variables.filter { Self.namesSecret($0.key) }.values
    // Shorter ones are words and numbers that any text holds.
    secrets = Set(named).union(own).filter { $0.utf8.count >= 8 }.sorted { $0.utf8.count > $1.utf8.count }
  }

  func redact(_ text: String) -> String { secrets.reduce(text) { KeyRedaction.redact($0, key: $1) } }

  /// Whether a variable's name says that it holds a key, a token or a password.
  static func namesSecret(_ name: String) -> Bool {
    let words = name.uppercased().split { $0 == "_" || $0 == "-" }
    return words.contains {
      ["KEY", "APIKEY", "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASS", "CREDENTIALS", "AUTH", "DSN"]
        .contains($0)
    }
  }
}

extension String {
  /// The last part of what a program said, from the start of a line where there is one, without white space around it.
  ///
  /// - Parameter limit: The most bytes.
  init(tailOf bytes: [UInt8], limit: Int) {
    var tail = bytes.suffix(limit)
    if tail.count < bytes.count {
      // Half a line or half a character tells nothing.
      if let end = tail.firstIndex(of: 0x0A), end + 1 < tail.endIndex {
        tail = tail[(end + 1)...]
      } else {
        tail = tail.drop { $0 & 0xC0 == 0x80 }
      }
    }
    let text = String(decoding: tail, as: UTF8.self)
    self = String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
