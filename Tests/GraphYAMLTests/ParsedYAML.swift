import GraphDiagnostics
import GraphTestSupport
import GraphYAML

/// A marked source after parsing, with everything tests look at.
struct ParsedYAML {
  let source: MarkedSource
  let root: YAMLNode?
  let all: [Diagnostic]

  init(_ marked: String, limits: YAMLLimits = .init()) {
    source = MarkedSource(marked)
    let engine = DiagnosticEngine()
    root = YAMLParser.parse(source.file, limits: limits, diagnostics: engine)
    all = engine.diagnostics
  }

  /// The diagnostics as tests expect them.
  var diagnostics: [ExpectedDiagnostic] { all.map { ExpectedDiagnostic($0) } }

  /// The notes of all diagnostics, with their places.
  var notes: [ExpectedNote] { all.flatMap(\.notes).map { ExpectedNote($0.span?.start, $0.text) } }

  /// The texts between the markers `1️⃣` and `2️⃣`.
  var marked: ByteRange { ByteRange(source.offsets["1️⃣"] ?? -1, source.offsets["2️⃣"] ?? -1) }
}

struct ExpectedNote: Hashable {
  let location: SourceLocation?
  let text: String

  init(_ location: SourceLocation?, _ text: String) {
    self.location = location
    self.text = text
  }
}

extension YAMLNode {
  /// The value of a key, for tests that walk a tree.
  subscript(key: String) -> YAMLNode? { mapping?[key]?.value }

  /// The item of a list.
  subscript(index: Int) -> YAMLNode? {
    sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil }
  }

  /// The tree as one line: lists in brackets, mappings in braces, strings in quotes.
  var outline: String {
    switch content {
    case .sequence(let items): "[" + items.map(\.outline).joined(separator: ", ") + "]"
    case .mapping(let mapping):
      "{" + mapping.entries.map { "\($0.key.value): \($0.value.outline)" }.joined(separator: ", ") + "}"
    case .scalar(let scalar):
      switch scalar.resolved {
      case .null: "null"
      case .bool(let flag): "\(flag)"
      case .int(let number): "\(number)"
      case .double(let number): "\(number)"
      case .string: scalar.text.debugDescription
      }
    }
  }
}
