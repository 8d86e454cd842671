internal import GraphDiagnostics
internal import GraphRuntime

/// What is known of the value one step below another one.
struct TypeStep {
  /// The type of the value, where there is one.
  var type: SchemaType

  /// Whether there may be none.
  var mayBeMissing: Bool

  /// The field that was found, in the object that has it.
  var field: SchemaField?
}

/// Why there is nothing one step below a value.
enum MissingStep: Error {
  /// Objects of known fields have no such field.
  case unknownField([SchemaField])
  /// What has no parts of that kind.
  case noParts
}

extension SchemaType {
  /// What is below a value of the type, by the name of a field.
  ///
  /// - Throws: Why no value of the type has anything there; null is not counted.
  func step(_ key: String) throws(MissingStep) -> TypeStep {
    var found: TypeStep?
    var known: [SchemaField] = []
    var hasObject = false
    for member in nonNull.members {
      switch member.unconstrained {
      case .any: return TypeStep(type: .any, mayBeMissing: true)
      case .dict(let value): found = Self.joined(found, TypeStep(type: value, mayBeMissing: true))
      case .object(let object):
        hasObject = true
        if let field = object.field(named: key) {
          let type = field.isRequired || field.defaultValue != nil ? field.type : field.type.optional
          found = Self.joined(found, TypeStep(type: type, mayBeMissing: false, field: field))
        } else if case .checked(let type) = object.additional {
          found = Self.joined(found, TypeStep(type: type, mayBeMissing: true))
        } else {
          known += object.fields
        }
      case .enumeration(let values):
        if values.contains(where: { $0.object != nil }) { return TypeStep(type: .any, mayBeMissing: true) }
      case .union: return TypeStep(type: .any, mayBeMissing: true)
      default: break
      }
    }
    guard var step = found else { throw hasObject ? .unknownField(known) : .noParts }
    if hasObject, !known.isEmpty || members.count > 1 { step.mayBeMissing = true }
    return step
  }

  /// What is below a value of the type, by an index.
  ///
  /// - Throws: That no value of the type has items; null is not counted.
  func item() throws(MissingStep) -> TypeStep {
    var found: TypeStep?
    for member in nonNull.members {
      switch member.unconstrained {
      case .any, .union: return TypeStep(type: .any, mayBeMissing: true)
      case .list(let item): found = Self.joined(found, TypeStep(type: item, mayBeMissing: true))
      case .enumeration(let values):
        if values.contains(where: { $0.list != nil }) { return TypeStep(type: .any, mayBeMissing: true) }
      default: break
      }
    }
    guard let found else { throw .noParts }
    return found.type == .never ? TypeStep(type: .any, mayBeMissing: true) : found
  }

  /// The types of all values of an object, joined.
  var entryType: SchemaType {
    var type = SchemaType.never
    for member in nonNull.members {
      switch member.unconstrained {
      case .dict(let value): type = type.joined(with: value)
      case .object(let object):
        type = type.joined(with: .joined(object.fields.map { $0.isRequired ? $0.type : $0.type.optional }))
        if case .checked(let other) = object.additional { type = type.joined(with: other) }
      case .any, .union: return .any
      case .enumeration(let values): if values.contains(where: { $0.object != nil }) { return .any }
      default: break
      }
    }
    return type
  }

  /// The type of what some steps lead to, or nil where no value has anything there.
  package func type(at components: some Sequence<StatePath.Component>) -> SchemaType? {
    var type = self
    for component in components {
      let step: TypeStep? =
        switch component {
        case .key(let key): try? type.step(key)
        case .index: try? type.item()
        }
      guard let step else { return nil }
      type = step.type
    }
    return type
  }

  /// The type of the items of lists; never where there is no list.
  package var itemType: SchemaType { (try? item())?.type ?? .never }

  private static func joined(_ left: TypeStep?, _ right: TypeStep) -> TypeStep {
    guard let left else { return right }
    return TypeStep(
      type: left.type.joined(with: right.type), mayBeMissing: left.mayBeMissing || right.mayBeMissing,
      field: left.field ?? right.field)
  }
}
