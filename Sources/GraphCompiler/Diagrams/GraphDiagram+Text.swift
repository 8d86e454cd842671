extension GraphDiagram {
  // MARK: - Mermaid

  /// The diagram in Mermaid's language, as Markdown pages of GitHub and GitLab show it.
  public var mermaid: String {
    var text = "flowchart TD\n"
    for (index, box) in boxes.enumerated() {
      let label = Self.mermaid([box.name, box.caption].filter { !$0.isEmpty })
      let shape =
        switch box.form {
        case .start, .end: "([\"\(label)\"])"
        case .join: "((\"all\"))"
        case .step: "[\"\(label)\"]"
        case .choice: "{{\"\(label)\"}}"
        case .question: "[/\"\(label)\"/]"
        case .graph: "[[\"\(label)\"]]"
        }
      text += "  \(id(index))\(shape)\n"
    }
    for arrow in arrows {
      let label = arrow.labels.isEmpty ? "" : "|\"\(Self.mermaid(arrow.labels))\"|"
      let line = arrow.isExit ? "-.->" : boxes[arrow.target].form == .join ? "---" : "-->"
      text += "  \(id(arrow.source)) \(line)\(label) \(id(arrow.target))\n"
    }
    return text
  }

  /// A name that no language takes for a word of its own.
  private func id(_ index: Int) -> String {
    switch boxes[index].form {
    case .start: "start"
    case .end: "finish"
    case .join: "join\(index)"
    default: "node\(index)"
    }
  }

  private static func mermaid(_ lines: [String]) -> String {
    lines.map { line in
      line.unicodeScalars.map { scalar in
        switch scalar {
        case "\"": "#quot;"
        case "#": "#35;"
        case "<": "#lt;"
        case ">": "#gt;"
        case "&": "#amp;"
        case "`": "#96;"
        case "\\": "#92;"
        case _ where scalar.value < 0x20: " "
        default: String(scalar)
        }
      }.joined()
    }.joined(separator: "<br>")
  }

  // MARK: - DOT

  /// The diagram in the language of Graphviz.
  public var dot: String {
    var text = """
      digraph \(Self.quoted([title])) {
        graph [rankdir=TB]
        node [fontname="sans-serif", fontsize=12, shape=box, style=rounded]
        edge [fontname="sans-serif", fontsize=10]

      """
    for (index, box) in boxes.enumerated() {
      var attributes = ["label=\(Self.quoted([box.name, box.caption].filter { !$0.isEmpty }))"]
      switch box.form {
      case .start, .end: attributes += ["shape=oval", "style=solid"]
      case .join:
        attributes = ["label=\"\"", "shape=box", "style=filled", "fillcolor=black", "height=0.06", "width=0.6"]
      case .step: break
      case .choice: attributes += ["shape=hexagon", "style=solid"]
      case .question: attributes += ["shape=parallelogram", "style=solid"]
      case .graph: attributes += ["peripheries=2"]
      }
      if let summary = box.summary { attributes.append("tooltip=\(Self.quoted([summary]))") }
      text += "  \(id(index)) [\(attributes.joined(separator: ", "))]\n"
    }
    for arrow in arrows {
      var attributes: [String] = []
      if !arrow.labels.isEmpty { attributes.append("label=\(Self.quoted(arrow.labels))") }
      if arrow.isExit { attributes.append("style=dashed") }
      if boxes[arrow.target].form == .join { attributes.append("arrowhead=none") }
      let list = attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]"
      text += "  \(id(arrow.source)) -> \(id(arrow.target))\(list)\n"
    }
    return text + "}\n"
  }

  private static func quoted(_ lines: [String]) -> String {
    let escaped = lines.map { line in
      line.unicodeScalars.map { scalar in
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case _ where scalar.value < 0x20: " "
        default: String(scalar)
        }
      }.joined()
    }
    return "\"" + escaped.joined(separator: "\\n") + "\""
  }
}
