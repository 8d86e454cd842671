public import GraphDiagnostics
public import GraphRuntime

/// A parsed expression: what conditions, values, `over` and mappings are written in.
///
/// The language is small, free of side effects and total: every expression
/// ends, in time bounded by the sizes of the values it reads. It follows
/// Python where Python and JSON agree:
///
/// - `and` and `or` give an operand, not only a truth value, and do not read what they do not need.
/// - `null`, `false`, `0`, `''`, `[]` and `{}` are false, everything else is true.
/// - `/` gives a float; `//` and `%` round towards minus infinity. An integer beyond 64 bits and a division by zero are errors.
/// - `+` adds numbers, joins texts and lists, and appends anything else to a list; `*` repeats a text.
/// - `1 == 1.0` is true; values of different types are never equal and cannot be ordered.
/// - `value | name` and `value | name(more)` are other spellings of `name(value, more)`.
/// - Words such as `true`, `None` and `AND` may be written in any case.
///
/// A path may begin with `state.`. A key that is declared and not yet written
/// reads as null. A path below a value that does not have it is *missing*: null as an
/// operand of `==` and `!=` and in `default`, an error that names the path anywhere else.
///
/// ```swift
/// let diagnostics = DiagnosticEngine()
/// let source = ExpressionSource("score >= 0.8 or len(remarks) == 0")
/// if let expression = Expression.parse(source, diagnostics: diagnostics) {
///   let names = ["score", "remarks"]
///   let values: [Value] = [0.5, []]
///   let compiled = expression.compile { names.firstIndex(of: $0) }
///   print(try compiled.isTrue { values[$0] })
/// }
/// ```
public struct Expression: Sendable {
  /// The text it was parsed from, and the way back to the file.
  public let source: ExpressionSource

  /// The tree.
  public let root: ExpressionNode

  /// Creates an expression from a tree whose ranges belong to `source`.
  public init(source: ExpressionSource, root: ExpressionNode) {
    self.source = source
    self.root = root
  }

  /// Parses an expression, or reports what is wrong with it and returns nil.
  public static func parse(_ source: ExpressionSource, diagnostics: DiagnosticEngine) -> Expression? {
    parse(source, isCheck: false, diagnostics: diagnostics)
  }

  /// Parses the expression of a check, which may also look at files: `state.path | file_exists`.
  ///
  /// What a check asks for may not be there yet: `length` and `keys` of null are empty in it.
  public static func parseCheck(_ source: ExpressionSource, diagnostics: DiagnosticEngine) -> Expression? {
    parse(source, isCheck: true, diagnostics: diagnostics)
  }

  private static func parse(
    _ source: ExpressionSource, isCheck: Bool, diagnostics: DiagnosticEngine
  ) -> Expression? {
    do throws(ExpressionSyntaxError) {
      var parser = try ExpressionParser(source, isCheck: isCheck, diagnostics: diagnostics)
      let root = try parser.parseWhole()
      return parser.hasErrors ? nil : Expression(source: source, root: root)
    } catch {
      return nil
    }
  }

  /// The text of the expression.
  public var text: String { source.text(in: range) }

  /// The place of a range of the source's bytes in the file.
  public func span(of range: ByteRange) -> SourceSpan { source.span(of: range) }

  /// The place of the whole expression.
  public var span: SourceSpan { source.span(of: range) }

  /// The bytes of the tree with those parentheses around its first and last parts that have their partners in it.
  private var range: ByteRange {
    var (lower, upper) = (root.range.lowerBound, root.range.upperBound)
    guard upper <= source.bytes.count else { return root.range }
    var (opening, closing) = (0, 0)
    var quote: UInt8?
    var isEscaped = false
    for byte in source.bytes[lower..<upper] {
      if let end = quote {
        if byte == end, !isEscaped { quote = nil }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        continue
      }
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
      case UInt8(ascii: "("): opening += 1
      case UInt8(ascii: ")"): if opening > 0 { opening -= 1 } else { closing += 1 }
      default: break
      }
    }
    while closing > 0, lower > source.range.lowerBound {
      lower -= 1
      if source.bytes[lower] == UInt8(ascii: "(") { closing -= 1 }
    }
    while opening > 0, upper < source.range.upperBound {
      if source.bytes[upper] == UInt8(ascii: ")") { opening -= 1 }
      upper += 1
    }
    return ByteRange(lower, upper)
  }

  /// Every path that is read, in the order they are written, with repetitions.
  public var paths: [StatePath] {
    var paths: [StatePath] = []
    root.collectPaths(into: &paths)
    return paths
  }

  /// The value, when the expression is constant text, a constant number, bool or null.
  public var constant: Value? {
    if case .literal(let value, _) = root { value } else { nil }
  }

  /// Resolves names once, so that evaluation looks nothing up by name.
  ///
  /// - Parameter slot: The index of a state key, or nil when no key has that name. A path whose root has no index
  ///   is missing; a bare word to the right of `==` or `!=` (`status == done`) is then its own text.
  public func compile(_ slot: (String) -> Int?) -> CompiledExpression {
    compile(path: { slot($0.root) })
  }

  /// Resolves paths once, where a name alone does not tell which key is meant.
  func compile(path slot: (StatePath) -> Int?) -> CompiledExpression {
    CompiledExpression(root: Operation(root, tolerant: false, slot: slot), text: text)
  }
}

extension ExpressionNode {
  fileprivate func collectPaths(into paths: inout [StatePath]) {
    if case .path(let path) = self { paths.append(path) }
    for child in children { child.collectPaths(into: &paths) }
  }
}
