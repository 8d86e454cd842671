internal import GraphDiagnostics

/// How an entry is going to be printed, decided from the inside out.
struct YAMLLayoutPlan {
  enum Shape {
    /// Nothing at all.
    case absent
    /// Text that begins in the line of its key or `-`.
    case text([String])
    /// A text after `|` or `>`.
    case block(YAMLBlockText)
    /// Entries in lines of their own; of an item, the first one beside its `-` where that is possible.
    case entries([YAMLLayoutPlan], end: [YAMLComment], isCompact: Bool)
  }

  /// The most characters of a line that a list in brackets or a mapping in braces may fill.
  static let width = 100

  var leading: [YAMLComment]
  var hasBlankBefore: Bool
  /// The key with its `:`, `-`, or nothing for the root.
  var label: String
  /// Anchor and tag.
  var properties: String
  var shape: Shape
  /// The comment in the line of the label, or for text behind its last line.
  var comment: String?
  /// Comments below a value that is left out.
  var below: [YAMLComment] = []

  /// Plans an entry.
  ///
  /// - Parameters:
  ///   - indentation: Where its label stands; -2 for the root.
  ///   - isItem: Whether it is an item of a list.
  init(_ entry: YAMLLayoutEntry, indentation: Int, isItem: Bool) throws(YAMLLayoutProblem) {
    let value = entry.value
    leading = entry.leading
    hasBlankBefore = entry.hasBlankBefore
    label = isItem ? "-" : entry.key.map { Self.key($0) + ":" } ?? ""
    properties = value.properties.joined(separator: " ")
    comment = entry.trailing
    let start = max(0, indentation) + label.count + 1 + (properties.isEmpty ? 0 : properties.count + 1)
    switch value.content {
    case .alias(let name): shape = .text(["*" + name])
    case .scalar(let scalar) where scalar.isAbsent: shape = .absent
    case .scalar(let scalar) where scalar.isBlock: shape = .block(try YAMLBlockText(scalar))
    case .scalar(let scalar): shape = .text(Self.lines(of: scalar, isTagged: value.isTagged))
    case .collection(let collection):
      if collection.entries.isEmpty {
        shape = .text([collection.isMapping ? "{}" : "[]"])
        leading += collection.endComments
      } else if !collection.isPair, let text = Self.flow(collection), start + text.count <= Self.width {
        shape = .text([text])
      } else {
        var plans: [YAMLLayoutPlan] = []
        for entry in collection.entries {
          plans.append(try YAMLLayoutPlan(entry, indentation: indentation + 2, isItem: !collection.isMapping))
        }
        shape = .entries(plans, end: collection.endComments, isCompact: isItem && properties.isEmpty)
      }
    }
    place(entry)
  }

  /// Finds a place for the comments between label and value.
  private mutating func place(_ entry: YAMLLayoutEntry) {
    switch shape {
    case .absent:
      below = entry.inner
      addComment(entry.header)
    case .text:
      leading += entry.inner
      addComment(entry.header)
    case .block(let text):
      leading += entry.inner
      comment = text.comment
      addComment(entry.header)
    case .entries(var plans, let end, isCompact: true):
      // Beside a '-' there is no place for them.
      leading += Self.ownLine(entry.header) + entry.inner + Self.ownLine(comment) + plans[0].leading
      plans[0].leading = []
      plans[0].hasBlankBefore = false
      comment = nil
      shape = .entries(plans, end: end, isCompact: true)
    case .entries(var plans, let end, isCompact: false):
      plans[0].leading = entry.inner + plans[0].leading
      if label.isEmpty && properties.isEmpty {
        // The root has no line of its own.
        plans[0].leading = leading + plans[0].leading
        plans[0].hasBlankBefore = plans[0].hasBlankBefore || hasBlankBefore
        leading = []
        hasBlankBefore = false
      }
      var rest: [YAMLComment] = []
      if let header = entry.header {
        rest = Self.ownLine(comment)
        comment = header
      }
      shape = .entries(plans, end: end + rest, isCompact: false)
    }
  }

  /// Puts a comment behind the value, or before everything when there is one already.
  private mutating func addComment(_ text: String?) {
    if comment == nil { comment = text } else { leading += Self.ownLine(text) }
  }

  private static func ownLine(_ text: String?) -> [YAMLComment] {
    text.map { [YAMLComment(text: $0, column: -1, hasBlankBefore: false)] } ?? []
  }

  // MARK: - Text

  private static func key(_ key: YAMLLayoutNode) -> String {
    // The colon would belong to the name of the alias.
    if case .alias(let name) = key.content { return "*\(name) " }
    return oneLine(key, isInFlow: false) ?? ""
  }

  /// A node in one line, or nil when it needs several.
  private static func oneLine(_ node: YAMLLayoutNode, isInFlow: Bool) -> String? {
    var parts = node.properties
    switch node.content {
    case .alias(let name): parts.append("*" + name)
    case .collection(let collection):
      guard let text = flow(collection) else { return nil }
      parts.append(text)
    case .scalar(let scalar):
      let lines = scalar.source.splitIntoLines()
      guard lines.count == 1 && !scalar.isBlock else { return nil }
      if !scalar.isAbsent {
        parts.append(YAMLQuoting.text(of: scalar, isInFlow: isInFlow, isTagged: node.isTagged))
      }
    }
    return parts.joined(separator: " ")
  }

  /// A flow collection in one line, or nil when it needs several.
  private static func flow(_ collection: YAMLLayoutCollection) -> String? {
    guard collection.isFlow, collection.endComments.isEmpty else { return nil }
    var items: [String] = []
    for entry in collection.entries {
      guard entry.leading.isEmpty, entry.inner.isEmpty, entry.header == nil, entry.trailing == nil,
        let value = oneLine(entry.value, isInFlow: true)
      else { return nil }
      guard let key = entry.key else {
        items.append(value)
        continue
      }
      // Without its value, a key with a colon would look like one without.
      guard var text = oneLine(key, isInFlow: true), entry.hasColon != value.isEmpty else { return nil }
      if case .alias = key.content { text += " " }
      items.append(entry.hasColon ? "\(text): \(value)" : text)
    }
    let text = items.joined(separator: ", ")
    return collection.isPair ? text : collection.isMapping ? "{\(text)}" : "[\(text)]"
  }

  private static func lines(of scalar: YAMLLayoutScalar, isTagged: Bool) -> [String] {
    let lines = scalar.source.splitIntoLines()
    guard lines.count > 1 else { return [YAMLQuoting.text(of: scalar, isInFlow: false, isTagged: isTagged)] }
    return lines.indices.map { index in
      // Blanks around the breaks of a line mean nothing, but for one behind a backslash.
      let line = index == 0 ? lines[index] : String(lines[index].drop { $0 == " " || $0 == "\t" })
      guard index < lines.count - 1 else { return line }
      let trimmed = line.withoutBlanksAtEnd
      let isEscaped = scalar.style == .doubleQuoted && trimmed.reversed().prefix { $0 == "\\" }.count % 2 == 1
      return isEscaped && trimmed.count < line.count ? String(line.prefix(trimmed.count + 1)) : trimmed
    }
  }
}
