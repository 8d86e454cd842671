public import GraphRuntime

extension GraphDescription {
  /// The keys that a caller may give: declared or read, and written by no node or needed before one writes them.
  public var inputs: [Key] { keys.filter { !$0.isWritten || $0.isRequired } }

  /// The key of a name, or nil.
  public func key(named name: String) -> Key? { keys.first { $0.name == name } }
}

extension CompiledGraph {
  /// The inputs that a caller has to give.
  public var requiredInputs: [GraphDescription.Key] { description.keys.filter(\.isRequired) }

  /// The value of a key before the first write; null where there is none.
  public func defaultValue(of name: String) -> Value {
    graph.schema.schema.index(of: name).map { graph.schema.schema.slots[$0].initial } ?? .null
  }
}
