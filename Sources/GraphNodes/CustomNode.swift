public import GraphDiagnostics
public import GraphLanguage
public import GraphRuntime

/// A node of a type that a program registered, while its closure is built.
///
/// Values that may hold expressions are taken with `template(_:)`; what they
/// read of the state is then known to the compiler.
public final class CustomNode {
  /// The node as its author wrote it; plain values are read from `document.fields`.
  public let document: NodeDocument

  /// Where findings go.
  public let diagnostics: DiagnosticEngine

  /// The key that the result goes to.
  public var resultKey: StateKey { StateKey(document.stateKey.value) }

  fileprivate private(set) var reads: [NodeDeclaration.Read] = []
  fileprivate private(set) var uses: [TypedUse] = []

  fileprivate init(_ document: NodeDocument, _ diagnostics: DiagnosticEngine) {
    self.document = document
    self.diagnostics = diagnostics
  }

  /// The value of a key, which may hold expressions in braces.
  ///
  /// - Returns: The template, or nil when the key is missing or broken; the latter was reported.
  public func template(_ key: String) -> StateTemplate? {
    guard let node = document.fields.node(key), let template = ValueTemplate.parse(node, diagnostics: diagnostics)
    else { return nil }
    reads += template.reads
    uses.append(TypedUse(.value(template)))
    return StateTemplate(template)
  }
}

/// A value with expressions that are evaluated against the state by name.
public struct StateTemplate: Sendable {
  private let template: CompiledValueTemplate
  private let names: [String]

  init(_ template: ValueTemplate) {
    var names: [String] = []
    self.template = template.compile { name in
      if let index = names.firstIndex(of: name) { return index }
      names.append(name)
      return names.count - 1
    }
    self.names = names
  }

  /// The value for a state.
  ///
  /// - Throws: `ExpressionError` when an expression cannot be evaluated.
  public func evaluate(_ state: StateView) throws(ExpressionError) -> Value {
    let names = names
    return try template.evaluate { state[names[$0]] }
  }
}

/// A type that a program registered with a closure.
struct CustomNodeType: NodeType {
  let spec: NodeTypeSpec
  let result: SchemaType
  let build: @Sendable (CustomNode) -> NodeBody?

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    let custom = CustomNode(node, scope.diagnostics)
    let count = scope.diagnostics.count
    guard let body = build(custom) else {
      if scope.diagnostics.count == count {
        scope.diagnostics.report(.cannotBuild(node.name.value, node.type.value), at: node.name.span)
      }
      return nil
    }
    var declaration = NodeDeclaration { _ in body }
    declaration.reads = custom.reads
    declaration.uses = custom.uses
    declaration.writes = [NodeDeclaration.Write(node.stateKey, type: result)]
    declaration.mayReadAnyKey = true
    if case .streaming = body { declaration.streams = true }
    return declaration
  }
}

extension ValueTemplate {
  /// The state keys that its expressions read.
  var reads: [NodeDeclaration.Read] { reads(needsValue: false) }

  /// The state keys that its expressions read.
  ///
  /// - Parameter needsValue: Whether the node fails where the template's value is null.
  func reads(needsValue: Bool) -> [NodeDeclaration.Read] {
    let signs = dollars
    return pathUses(needsValue: needsValue).map { use in
      var read = NodeDeclaration.Read(
        Located(use.path.root, at: use.path.rootSpan), toleratesMissing: use.path.toleratesMissing,
        needsValue: use.needsValue)
      if use.path.components.isEmpty { read.dollar = signs.first { $0.path.span == use.path.span }?.sign }
      return read
    }
  }
}
