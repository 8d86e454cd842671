/// What stands inside of a value, as editors have to know it; whoever reads the value checks it.
public indirect enum FieldForm: Sendable, Hashable {
  /// A value of a kind.
  case kind(FieldKind)
  /// A mapping with these keys.
  case keys(KeyTable)
  /// A mapping of names, which the author chooses, to values of a form.
  case entries(FieldForm)
  /// A list of values of a form.
  case items(FieldForm)
  /// A value of one of several forms.
  case either([FieldForm])
  /// A node, with the keys of its type.
  case node
  /// A tool, with the keys of its type.
  case tool
  /// A stage of a pipeline: a node with a `name` beside the keys of its type.
  case stage
}

extension KeySpec {
  /// The same key, with what stands inside of its value.
  public func holding(_ form: FieldForm) -> KeySpec {
    var spec = self
    spec.form = form
    return spec
  }
}

extension KeyTable: Hashable {
  /// Tables are equal when they are the same object.
  public static func == (left: KeyTable, right: KeyTable) -> Bool { left === right }

  /// Hashes the identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
