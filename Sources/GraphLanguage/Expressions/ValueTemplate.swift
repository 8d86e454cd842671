public import GraphDiagnostics
public import GraphRuntime
public import GraphYAML

/// A value with expressions in it: what `variables`, `output`, tool arguments and mappings hold.
///
/// - A string that is one expression in braces, such as `"{state.items}"` or `"{n + 1}"`, is that expression's value,
///   whatever its type. Line breaks after the closing brace do not matter.
/// - With text around them, expressions are put into the text: texts as they are, numbers plainly, `true` and `false`,
///   the items of a list joined with `, `, objects and what is nested in lists as JSON. Null has no text: it is an error.
/// - A string that is an object literal, such as `{"a": 1, "b": state.b}`, is that object: a string or `}` after the
///   first brace, and a colon after the string, tell it from an expression in braces.
/// - Every other `{` begins an expression. Braces that are text are written `{{` and `}}`.
/// - Any other scalar is itself. Lists and objects are searched for strings; keys are taken as they are.
public struct ValueTemplate: Sendable {
  /// The tree of the template.
  public indirect enum Node: Sendable {
    /// A value without expressions.
    case constant(Value)
    /// The value of an expression.
    case expression(Expression)
    /// Text with expressions in it.
    case text([Piece])
    /// A list.
    case list([Node])
    /// An object.
    case object([(key: Located<String>, value: Node)])
  }

  /// A part of a text.
  public enum Piece: Sendable {
    /// Text as it is.
    case text(String)
    /// An expression whose value is put into the text.
    case expression(Expression)
  }

  /// The tree of the template.
  public let root: Node

  /// Where it is written.
  public let span: SourceSpan

  /// Creates a template from its tree.
  public init(root: Node, span: SourceSpan) {
    self.root = root
    self.span = span
  }

  /// Parses a value, or reports every mistake in it and returns nil.
  ///
  /// - Parameter plainIsExpression: Whether a string without braces is an expression too, as it is for `over`, where
  ///   plain text makes no sense.
  public static func parse(
    _ node: YAMLNode, plainIsExpression: Bool = false, diagnostics: DiagnosticEngine
  ) -> ValueTemplate? {
    ValueTemplateParser(diagnostics: diagnostics, plainIsExpression: plainIsExpression).parse(node).map {
      ValueTemplate(root: $0, span: node.span)
    }
  }

  /// Parses the text of one string.
  public static func parse(_ source: ExpressionSource, diagnostics: DiagnosticEngine) -> ValueTemplate? {
    ValueTemplateParser(diagnostics: diagnostics, plainIsExpression: false).parse(source).map {
      ValueTemplate(root: $0, span: source.span(of: source.range))
    }
  }

  /// Every expression, in the order they are written.
  public var expressions: [Expression] {
    var expressions: [Expression] = []
    root.collect(into: &expressions)
    return expressions
  }

  /// Every path that is read, in the order they are written, with repetitions.
  public var paths: [StatePath] { expressions.flatMap(\.paths) }

  /// The paths that are put into text right behind a dollar sign, each with the place of the sign.
  public var dollars: [(path: StatePath, sign: SourceSpan)] {
    guard case .text(let pieces) = root else { return [] }
    return zip(pieces, pieces.dropFirst()).compactMap { before, piece in
      guard case .text(let text) = before, text.hasSuffix("$"), case .expression(let expression) = piece,
        case .path(let path) = expression.root
      else { return nil }
      var brace = expression.source.range.lowerBound - 1
      let bytes = expression.source.bytes
      while brace > 0, bytes[brace] != UInt8(ascii: "{") { brace -= 1 }
      guard brace > 0, bytes[brace - 1] == UInt8(ascii: "$") else { return nil }
      return (path, expression.source.span(of: ByteRange(brace - 1, brace)))
    }
  }

  /// The value, when there are no expressions in it.
  public var constant: Value? {
    if case .constant(let value) = root { return value }
    return nil
  }

  /// Resolves names once; see ``Expression/compile(_:)``.
  public func compile(_ slot: (String) -> Int?) -> CompiledValueTemplate {
    CompiledValueTemplate(root: CompiledValueTemplate.Node(root, slot))
  }
}

extension ValueTemplate.Node {
  fileprivate func collect(into expressions: inout [Expression]) {
    switch self {
    case .constant: break
    case .expression(let expression): expressions.append(expression)
    case .text(let pieces):
      for case .expression(let expression) in pieces { expressions.append(expression) }
    case .list(let items): for item in items { item.collect(into: &expressions) }
    case .object(let entries): for entry in entries { entry.value.collect(into: &expressions) }
    }
  }
}

/// A value template whose names are resolved to slots.
public struct CompiledValueTemplate: Sendable {
  fileprivate indirect enum Node: Sendable {
    case constant(Value)
    case expression(CompiledExpression)
    case text([Piece])
    case list([Node])
    case object([(key: String, value: Node)])
  }

  fileprivate enum Piece: Sendable {
    case text(String)
    case expression(CompiledExpression, range: ByteRange)
  }

  private let root: Node

  fileprivate init(root: Node) { self.root = root }

  /// Computes the value; `read` gives the value of a slot.
  ///
  /// - Throws: `ExpressionError` when an expression has no value, or null stands inside a text.
  public func evaluate(_ read: (Int) -> Value) throws(ExpressionError) -> Value { try root.evaluate(read) }
}

extension CompiledValueTemplate.Node {
  fileprivate init(_ node: ValueTemplate.Node, _ slot: (String) -> Int?) {
    switch node {
    case .constant(let value): self = .constant(value)
    case .expression(let expression): self = .expression(expression.compile(slot))
    case .text(let pieces):
      self = .text(
        pieces.map { piece in
          switch piece {
          case .text(let text): .text(text)
          case .expression(let expression): .expression(expression.compile(slot), range: expression.root.range)
          }
        })
    case .list(let items): self = .list(items.map { Self($0, slot) })
    case .object(let entries): self = .object(entries.map { ($0.key.value, Self($0.value, slot)) })
    }
  }

  fileprivate func evaluate(_ read: (Int) -> Value) throws(ExpressionError) -> Value {
    switch self {
    case .constant(let value): return value
    case .expression(let expression): return try expression.evaluate(read)
    case .text(let pieces):
      var text = ""
      for piece in pieces {
        switch piece {
        case .text(let literal): text += literal
        case .expression(let expression, let range):
          let value = try expression.evaluate(read)
          if value.isNull {
            throw ExpressionError("'\(expression.text)' is null and cannot be put into text", at: range)
          }
          text += value.text
        }
      }
      return .string(text)
    case .list(let items):
      var values: [Value] = []
      for item in items { values.append(try item.evaluate(read)) }
      return .list(values)
    case .object(let entries):
      var object = ValueObject()
      for entry in entries { object[entry.key] = try entry.value.evaluate(read) }
      return .object(object)
    }
  }
}
