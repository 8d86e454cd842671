internal import GraphDiagnostics
internal import GraphRuntime

/// Infers the types of values with expressions in them.
package struct ValueTyper {
  private let scope: TypeScope

  /// What was found in all of the values so far.
  package private(set) var findings: [TypeFinding] = []

  /// Whether the types of all that is read were proved.
  package private(set) var isCertain = true

  /// Creates a typer of values at one place.
  package init(in scope: TypeScope) { self.scope = scope }

  /// The type of a value, where it can be computed.
  package mutating func type(of template: ValueTemplate) -> SchemaType { type(of: template.root, at: template.span) }

  private mutating func type(of node: ValueTemplate.Node, at span: SourceSpan) -> SchemaType {
    switch node {
    case .constant(let value): return SchemaType(of: value, at: span)
    case .expression(let expression): return type(of: expression)
    case .text(let pieces):
      for case .expression(let expression) in pieces { _ = type(of: expression) }
      return .string
    case .list(let items): return .list(.joined(items.map { type(of: $0, at: span) }))
    case .object(let entries):
      return .object(
        SchemaObject(
          fields: entries.map { SchemaField(name: $0.key, type: type(of: $0.value, at: span), isRequired: true) }))
    }
  }

  private mutating func type(of expression: Expression) -> SchemaType {
    var typer = ExpressionTyper(expression, in: scope)
    let type = typer.run()
    findings += typer.findings
    if !typer.isCertain { isCertain = false }
    return type
  }
}
