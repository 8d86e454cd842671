internal import GraphDiagnostics
public import GraphRuntime
public import GraphYAML

extension YAMLNode {
  /// The node as plain data, without regard to templates in its strings.
  public var plainValue: Value {
    switch content {
    case .scalar(let scalar): scalar.value
    case .sequence(let items): .list(items.map(\.plainValue))
    case .mapping(let mapping): .object(ValueObject(mapping.entries.map { ($0.key.value, $0.value.plainValue) }))
    }
  }

  /// Whether the node is null or left out.
  var isNull: Bool { scalar?.resolved == .null }
}

extension YAMLScalar {
  /// The scalar as plain data.
  var value: Value {
    switch resolved {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .string: .string(text)
    }
  }
}
