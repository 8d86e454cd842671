internal import GraphDiagnostics

/// Prints a file in the one layout that all files have.
struct YAMLLayoutPrinter {
  private struct Line {
    var text: String
    var comment: String?
  }

  private var lines: [Line] = []
  /// Whether a blank line would be the first of a collection.
  private var isAtStart = true

  /// The text of a file, with `\n` for line breaks.
  static func text(of document: YAMLLayoutDocument) throws(YAMLLayoutProblem) -> String {
    var printer = YAMLLayoutPrinter()
    try printer.print(document)
    return printer.text
  }

  private mutating func print(_ document: YAMLLayoutDocument) throws(YAMLLayoutProblem) {
    print(document.prologue, indentation: 0)
    if var root = document.root {
      if document.hasMarker {
        add("---", root.header)
        root.header = nil
        isAtStart = true
      }
      print(try YAMLLayoutPlan(root, indentation: -2, isItem: false), indentation: -2)
    } else if document.hasMarker {
      add("---", nil)
    }
    print(document.epilogue, indentation: 0)
  }

  private mutating func print(_ plan: YAMLLayoutPlan, indentation: Int) {
    print(plan.leading, indentation: max(0, indentation))
    if plan.hasBlankBefore { addBlank() }
    let margin = Self.spaces(indentation)
    let inner = Self.spaces(indentation + 2)
    var label = margin + plan.label
    func append(_ text: String) {
      if !text.isEmpty { label += (label == margin ? "" : " ") + text }
    }
    append(plan.properties)
    switch plan.shape {
    case .absent:
      add(label, plan.comment)
      isAtStart = true
      print(plan.below, indentation: indentation + 2)
      isAtStart = false
    case .text(let texts):
      append(texts[0])
      for (index, text) in texts.enumerated() {
        let isLast = index == texts.count - 1
        add(index == 0 ? label : text.isEmpty ? "" : inner + text, isLast ? plan.comment : nil)
      }
    case .block(let block):
      append(block.header)
      add(label, plan.comment)
      let margin = Self.spaces(max(2, indentation + 2))
      for line in block.lines { add(line.isEmpty ? "" : margin + line, nil) }
    case .entries(let plans, let end, isCompact: true):
      let first = lines.count
      isAtStart = true
      for plan in plans { print(plan, indentation: indentation + 2) }
      lines[first].text = label + lines[first].text.dropFirst(label.count)
      print(end, indentation: indentation + 2)
    case .entries(let plans, let end, isCompact: false):
      if label != margin || plan.comment != nil { add(label, plan.comment) }
      isAtStart = isAtStart || label != margin
      for plan in plans { print(plan, indentation: indentation + 2) }
      print(end, indentation: max(0, indentation + 2))
    }
  }

  private mutating func print(_ comments: [YAMLComment], indentation: Int) {
    for comment in comments {
      if comment.hasBlankBefore { addBlank() }
      add(Self.spaces(indentation) + comment.text, nil)
    }
  }

  private mutating func add(_ text: String, _ comment: String?) {
    lines.append(Line(text: text, comment: comment))
    isAtStart = false
  }

  private mutating func addBlank() {
    if !isAtStart { lines.append(Line(text: "")) }
  }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  // MARK: - Comments side by side

  /// The last column that comments of several lines are lined up at.
  private static let lastColumn = 60

  private var text: String {
    var text = ""
    var index = 0
    while index < lines.count {
      guard lines[index].comment != nil else {
        text += lines[index].text + "\n"
        index += 1
        continue
      }
      let end = lines[index...].firstIndex { $0.comment == nil } ?? lines.count
      let widest = lines[index..<end].map(\.text.count).max() ?? 0
      for line in lines[index..<end] {
        let gap = widest <= Self.lastColumn ? widest - line.text.count : 0
        text += line.text + Self.spaces(gap + 2) + (line.comment ?? "") + "\n"
      }
      index = end
    }
    return text
  }
}
