public import GraphDiagnostics
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

extension YAMLNode {
  /// Every key and every text in the node, however deep.
  var texts: Set<String> {
    var texts: Set<String> = []
    var open = [self]
    while let node = open.popLast() {
      switch node.content {
      case .scalar(let scalar): texts.insert(scalar.text)
      case .sequence(let items): open.append(contentsOf: items)
      case .mapping(let mapping):
        for entry in mapping.entries {
          texts.insert(entry.key.value)
          open.append(entry.value)
        }
      }
    }
    return texts
  }
}

extension YAMLMapping.Entry {
  /// Where a wrong value is pointed at: the key of a value that is left out, else nil for the value itself.
  public var place: SourceSpan? { value.span.range.count == 0 ? key.span : nil }
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
