internal import GraphDiagnostics
internal import GraphRuntime

extension ExpressionTyper {
  /// The type of a path, with null for a key that has no value yet.
  mutating func type(of path: StatePath, isTolerant: Bool) -> SchemaType {
    guard let name = scope.find(path) else {
      // A bare word that is no key stands for its text; any other name was reported.
      return path.mayBeText ? .enumeration([.string(path.root)]) : .any
    }
    if !name.isCertain { isCertain = false }
    if path.components.isEmpty {
      return narrowed.isEmpty ? name.type.optional : narrowed[path.root] ?? name.type.optional
    }
    var type = narrowed.isEmpty ? name.type : narrowed[path.root] ?? name.type
    var mayBeMissing = isTolerant
    for (depth, component) in path.components.enumerated() {
      if type == .any { return .any }
      // A value of a type that is not known, such as that of a branch that is never taken.
      guard type.nonNull != .never else { return .any }
      let step: TypeStep
      do throws(MissingStep) {
        step =
          switch component {
          case .key(let key): try type.step(key)
          case .index: try type.item()
          }
      } catch {
        report(error, component, of: type, in: path, depth: depth, isTolerant: isTolerant)
        return .any
      }
      mayBeMissing = mayBeMissing || (isTolerant && step.mayBeMissing)
      type = step.type
      if !narrowed.isEmpty, let known = narrowed[path.root + StatePath.suffix(path.components[...depth])] {
        type = known
        mayBeMissing = false
      }
    }
    return mayBeMissing ? type.optional : type
  }

  /// The type of an item or entry whose index or key is computed.
  mutating func element(
    _ base: ExpressionNode, _ index: ExpressionNode, _ node: ExpressionNode, isTolerant: Bool
  ) -> SchemaType {
    let container = type(of: base, isTolerant: isTolerant)
    let key = type(of: index)
    if container == .any { return .any }
    let kinds = container.nonNull.kinds
    let keyKinds = key.kinds
    guard !kinds.isEmpty, !key.nonNull.kinds.isEmpty else { return .any }
    var result = SchemaType.never
    if kinds.contains(.list), keyKinds.contains(.int) { result = container.limited(to: .list).itemType }
    if kinds.contains(.object), keyKinds.contains(.string) {
      let object = container.limited(to: .object)
      guard case .enumeration(let names) = key.limited(to: .string), names.count == 1, let name = names[0].string else {
        return isTolerant
          ? result.joined(with: object.entryType).optional : Self.known(result.joined(with: object.entryType))
      }
      do throws(MissingStep) {
        result = result.joined(with: try object.step(name).type)
      } catch {
        if result == .never {
          if case .unknownField(let fields) = error {
            reportUnknown(name, expression.source.text(in: base.range), fields, node, nil, because: base)
          }
          return .any
        }
      }
    }
    if result == .never, !kinds.meets([.list, .object]) || !keyKinds.meets([.int, .string]) || !fits(kinds, keyKinds) {
      let text = expression.source.text(in: base.range)
      report(
        .noElements(text, container.kindNames, by: key.kindNames), node, at: node, .fails, because: [base, index])
      return .any
    }
    return isTolerant ? Self.known(result).optional : Self.known(result)
  }

  private func fits(_ container: ValueKinds, _ key: ValueKinds) -> Bool {
    (container.contains(.list) && key.contains(.int)) || (container.contains(.object) && key.contains(.string))
  }

  private static func known(_ type: SchemaType) -> SchemaType { type == .never ? .any : type }

  // MARK: - Findings

  private mutating func report(
    _ problem: MissingStep, _ component: StatePath.Component, of type: SchemaType, in path: StatePath, depth: Int,
    isTolerant: Bool
  ) {
    let base = path.root + StatePath.suffix(path.components[..<depth])
    let node = ExpressionNode.path(path)
    let prefix = ExpressionNode.path(path.prefix(depth))
    switch (problem, component) {
    case (.unknownField(let fields), .key(let key)):
      reportUnknown(key, base, fields, node, path.components.count - depth, because: prefix, isTolerant: isTolerant)
    case (_, .key(let key)):
      var notes: [Diagnostic.Note] = []
      if type.nonNull.kinds == .list {
        let item = "\(base)[0]\(StatePath.suffix([component]))"
        if (try? type.item().type.step(key)) != nil { notes.append(.didYouMean(item)) }
      }
      report(
        isTolerant ? .neverThere(key, base, type.kindNames) : .noFields(key, base, type.kindNames), node, at: node,
        isTolerant ? .isMissing : .fails, because: [prefix], notes: notes)
    case (_, .index(let index)):
      report(
        isTolerant
          ? .neverThere("[\(index)]", base, type.kindNames) : .noItems("[\(index)]", base, type.kindNames),
        node, at: node, isTolerant ? .isMissing : .fails, because: [prefix])
    }
  }

  /// Reports a field that no object has.
  ///
  /// - Parameter following: How many steps of a path reach from the field to the path's end; nil where it is no path.
  private mutating func reportUnknown(
    _ key: String, _ base: String, _ fields: [SchemaField], _ node: ExpressionNode, _ following: Int?,
    because: ExpressionNode, isTolerant: Bool = false
  ) {
    var seen: Set<String> = []
    let names = fields.map(\.name.value).filter { seen.insert($0).inserted }
    let near = Suggestion.nearest(to: key, among: names)
    let place = following.flatMap { self.place(of: key, followedBy: $0, in: node) }
    var notes: [Diagnostic.Note] = [near.map { .didYouMean($0) } ?? .known("fields of '\(base)'", names)]
    if let field = fields.first(where: { $0.name.value == near }) ?? fields.first, field.name.span.range.count > 0 {
      notes.append(Diagnostic.Note("the fields of '\(base)' are declared here", at: field.name.span))
    }
    report(
      isTolerant ? .neverThere(key, base) : .unknownField(key, base), node,
      at: place ?? expression.span(of: node.range), isTolerant ? .isMissing : .fails, because: [because], notes: notes,
      fixIts: near.flatMap { name in place.map { [.replace($0, with: name)] } } ?? [])
  }

  /// Where a field's name stands in a path, if it is written after a dot.
  private func place(of key: String, followedBy following: Int, in node: ExpressionNode) -> SourceSpan? {
    guard case .path(let path) = node else { return nil }
    let bytes = expression.source.bytes
    let range = path.range
    guard range.upperBound <= bytes.count else { return nil }
    // Steps behind the field are passed over from the end.
    var end = range.upperBound
    for component in path.components.suffix(following - 1).reversed() {
      guard case .key(let name) = component, end - name.utf8.count > range.lowerBound,
        bytes[(end - name.utf8.count)..<end].elementsEqual(name.utf8),
        bytes[end - name.utf8.count - 1] == UInt8(ascii: ".")
      else { return nil }
      end -= name.utf8.count + 1
    }
    let start = end - key.utf8.count
    guard start > range.lowerBound, bytes[start..<end].elementsEqual(key.utf8), bytes[start - 1] == UInt8(ascii: ".")
    else { return nil }
    return expression.span(of: ByteRange(start, end))
  }
}

extension StatePath {
  /// The path up to a step.
  func prefix(_ count: Int) -> StatePath {
    StatePath(
      root: root, components: Array(components.prefix(count)), hasStatePrefix: hasStatePrefix, range: range, span: span,
      rootSpan: rootSpan)
  }
}

extension DiagnosticMessage {
  static func unknownField(_ field: String, _ base: String) -> Self {
    Self("GR0540", "'\(base)' has no field '\(field)'")
  }

  fileprivate static func noFields(_ field: String, _ base: String, _ kind: String) -> Self {
    Self("GR0541", "'\(base)' is \(kind) and has no field '\(field)'")
  }

  fileprivate static func noItems(_ index: String, _ base: String, _ kind: String) -> Self {
    Self("GR0541", "'\(base)' is \(kind) and has no items, so no '\(index)'")
  }

  fileprivate static func noElements(_ base: String, _ kind: String, by key: String) -> Self {
    Self("GR0541", "'\(base)' is \(kind) and has no elements by \(key)")
  }

  fileprivate static func neverThere(_ field: String, _ base: String) -> Self {
    Self("GR0549", .warning, "'\(field)' is always missing: '\(base)' has no such field")
  }

  fileprivate static func neverThere(_ field: String, _ base: String, _ kind: String) -> Self {
    Self("GR0549", .warning, "'\(field)' is always missing: '\(base)' is \(kind)")
  }
}
