internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime

/// Warns of `${name}` in text where the value is no amount, so that the sign is no price but another language's.
///
/// A text may hold a price, so that of text alone nothing is said. It holds none where it is one of several words, or
/// begins as words.
enum CheckDollarSigns {
  static func run(
    _ document: GraphDocument, _ flow: FlowGraph, _ types: StateTypes, _ presets: [LoadPresets.Preset],
    _ diagnostics: DiagnosticEngine
  ) {
    var wordy: Set<String>?
    for vertex in flow.vertices {
      for read in vertex.declaration?.reads ?? [] {
        guard let dollar = read.dollar, let key = types[read.key.value], key.isCertain else { continue }
        if !key.type.isNoAmount {
          let known = wordy ?? wordyKeys(document, presets)
          wordy = known
          guard key.type.base == .string, known.contains(key.name) else { continue }
        }
        diagnostics.report(
          .dollarIsText(key.name), at: dollar, fixIts: [FixIt("delete it", replacing: dollar, with: "")])
      }
    }
  }

  /// The keys whose value before a run is a text without a digit: such texts are meant to be there.
  private static func wordyKeys(_ document: GraphDocument, _ presets: [LoadPresets.Preset]) -> Set<String> {
    let values =
      document.state.map { ($0.name.value, $0.initial?.value) }
      + presets.map { ($0.key.value, Optional($0.value)) }
    return Set(values.filter { $0.1?.string?.isWords ?? false }.map(\.0))
  }
}

extension String {
  /// Whether it is a word or more, and no amount of anything.
  fileprivate var isWords: Bool { contains(where: \.isLetter) && !contains(where: \.isNumber) }
}

extension SchemaType {
  /// Whether no value of the type is an amount of something.
  fileprivate var isNoAmount: Bool {
    switch base {
    case .bool, .list, .dict, .object: true
    case .enumeration(let values): values.allSatisfy { $0.string?.isWords ?? false }
    default: false
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func dollarIsText(_ name: String) -> Self {
    Self("GR0226", .warning, "the '$' before '{\(name)}' is text; a value stands in braces alone")
  }
}
