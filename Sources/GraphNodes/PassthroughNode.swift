internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// Computes state from state, without any call to the outside.
struct PassthroughNode: NodeType {
  let spec = NodeTypeSpec(
    "passthrough", "Computes state keys from expressions.",
    keys: [
      KeySpec(
        "output", .mapping, "State keys and what is written to them; all see the state before the node.",
        isRequired: true
      ).naming(.writtenStateKey).meaning(.template)
    ], writesOwnKey: false)

  func declare(_ node: NodeDocument, in scope: NodeScope) -> NodeDeclaration? {
    guard let mapping = node.fields.node("output")?.mapping else { return nil }
    var outputs: [(key: Located<String>, template: ValueTemplate)] = []
    for entry in mapping.entries {
      guard let template = ValueTemplate.parse(entry.value, diagnostics: scope.diagnostics) else { continue }
      outputs.append((entry.key, template))
    }
    var declaration = NodeDeclaration { schema in
      let compiled = outputs.map { output in
        (key: schema.key(output.key.value), template: output.template.compile { schema.index(of: $0) })
      }
      return .synchronous { state in
        var update = StateUpdate()
        for output in compiled {
          do throws(ExpressionError) {
            update.set(output.key, try output.template.evaluate { state[$0] })
          } catch {
            throw OutputError(key: output.key.name, error: error)
          }
        }
        return update
      }
    }
    declaration.reads = outputs.flatMap(\.template.reads)
    declaration.writes = outputs.map {
      NodeDeclaration.Write($0.key, source: .value($0.template), constant: $0.template.constant)
    }
    declaration.hasEffects = false
    declaration.isLocal = true
    declaration.isPure = true
    declaration.flow.copies = outputs.map { NodeFlow.Copy(to: $0.key.value, from: $0.template.places) }
    return declaration
  }
}

/// An expression of an output that cannot be evaluated.
private struct OutputError: Error, CustomStringConvertible {
  let key: String
  let error: ExpressionError

  var description: String { "output '\(key)': \(error)" }
}
