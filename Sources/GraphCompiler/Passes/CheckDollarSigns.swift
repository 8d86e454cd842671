internal import GraphDiagnostics
internal import GraphLanguage

/// Warns of `${name}` in text where the value is no number, so that the sign is no price but another language's.
struct CheckDollarSigns {
  static func run(_ flow: FlowGraph, _ types: StateTypes, _ diagnostics: DiagnosticEngine) {
    for vertex in flow.vertices {
      for read in vertex.declaration?.reads ?? [] {
        guard let dollar = read.dollar, let key = types[read.key.value], key.isCertain, key.type.isNoAmount else {
          continue
        }
        diagnostics.report(
          .dollarIsText(key.name), at: dollar, fixIts: [FixIt("delete it", replacing: dollar, with: "")])
      }
    }
  }
}

extension SchemaType {
  /// Whether no value of the type is an amount of something.
  fileprivate var isNoAmount: Bool {
    switch base {
    case .string, .bool, .list, .dict: true
    default: false
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func dollarIsText(_ name: String) -> Self {
    Self("GR0226", .warning, "the '$' before '{\(name)}' is text; a value stands in braces alone")
  }
}
