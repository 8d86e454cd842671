extension GraphDiagram {
  /// The diagram as a picture that stands on its own, or nil when it is so large that nobody could follow its arrows.
  ///
  /// It has no script, fetches nothing, and has colours for light and for dark pages. Shapes and words tell everything
  /// that colours do.
  public var svg: String? {
    let picture = DiagramPicture(self)
    return picture.map(\.text)
  }
}

/// A diagram with its layout, as SVG.
package struct DiagramPicture {
  private let diagram: GraphDiagram
  /// Where everything stands.
  package let layout: DiagramLayout
  private let labels: [[String]]

  private static let nameSize = 14.0
  private static let captionSize = 11.0
  private static let labelSize = 11.5
  private static let lineHeight = 15.0
  private static let longestName = 36
  /// The room that an arrow to its own box takes up beside it.
  private static let loopWidth = 34.0

  package init?(_ diagram: GraphDiagram) {
    self.diagram = diagram
    labels = diagram.arrows.map { arrow in
      // Of very many labels the first say what kind they are.
      var lines = arrow.labels.prefix(5).flatMap { TextMeasure.wrapped($0, width: 30, maximumLines: 3) }
      if arrow.labels.count > 5 { lines.append("and \(arrow.labels.count - 5) more") }
      return lines
    }
    var sizes = diagram.boxes.map(Self.size)
    for (arrow, lines) in zip(diagram.arrows, labels) where arrow.source == arrow.target {
      sizes[arrow.source].right += Self.loopWidth + Self.width(of: lines)
    }
    let rooms = zip(diagram.arrows, labels).map { arrow, lines -> (width: Double, height: Double)? in
      guard !lines.isEmpty, arrow.source != arrow.target else { return nil }
      return (Self.width(of: lines) + 12, Double(lines.count) * Self.lineHeight + 4)
    }
    guard let layout = DiagramLayout(diagram, sizes: sizes, labels: rooms) else { return nil }
    self.layout = layout
  }

  private static func width(of lines: [String]) -> Double {
    lines.map { TextMeasure.width($0, size: labelSize) }.max() ?? 0
  }

  private static func size(_ box: GraphDiagram.Box) -> (left: Double, right: Double, height: Double) {
    switch box.form {
    case .join: return (30, 30, 6)
    case .start, .end: return (38, 38, 30)
    default:
      let text = max(
        TextMeasure.width(TextMeasure.shortened(box.name, to: longestName), size: nameSize, isBold: true),
        TextMeasure.width(box.caption, size: captionSize))
      let half = max(45, text / 2 + (box.form == .step ? 16 : 26))
      return (half, half, 46)
    }
  }

  /// A box without the room for an arrow to itself.
  package func frame(_ index: Int) -> (x: Double, y: Double, width: Double, height: Double) {
    let item = layout.items[index]
    return (item.x - item.left, item.y, 2 * item.left, item.height)
  }

  // MARK: - SVG

  /// The whole picture.
  package var text: String {
    let (width, height) = (Self.number(layout.width), Self.number(layout.height))
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      role="img" aria-label="\(Self.escaped("Diagram of the graph \(diagram.title)"))">
      <title>\(Self.escaped(diagram.title))</title>
      <style>\(Self.style)</style>
      <rect class="page" width="\(width)" height="\(height)"/>

      """
    let ports = Ports(layout, diagram)
    for index in diagram.arrows.indices { text += arrow(index, ports) }
    for index in diagram.boxes.indices { text += box(index) }
    return text + "</svg>\n"
  }

  private static let style = """

    text { font-family: system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; \
    text-anchor: middle; fill: #1f2328; }
    .name { font-size: 14px; font-weight: 600; }
    .caption { font-size: 11px; fill: #59636e; }
    .label { font-size: 11.5px; fill: #39424c; }
    .page { fill: #ffffff; }
    .box { fill: #f6f8fa; stroke: #59636e; stroke-width: 1.3; }
    .choice { fill: #fff8e6; stroke: #8a6100; }
    .question { fill: #fbefff; stroke: #7a3ebd; }
    .graph { fill: #eaf6ff; stroke: #0a5ea8; }
    .inner { fill: none; }
    .end { fill: #1f2328; stroke: #1f2328; }
    .bar { fill: #59636e; }
    .onend { fill: #ffffff; }
    .arrow { fill: none; stroke: #59636e; stroke-width: 1.4; }
    .exit { stroke-dasharray: 5 4; }
    .head { fill: #59636e; }
    .plate { fill: #ffffff; }
    @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .caption { fill: #9aa5b1; }
    .label { fill: #c3ccd5; }
    .page, .plate { fill: #0d1117; }
    .box { fill: #1b222b; stroke: #9aa5b1; }
    .choice { fill: #2b2412; stroke: #d9a83b; }
    .question { fill: #261b33; stroke: #b98aec; }
    .graph { fill: #11263a; stroke: #6cb6ff; }
    .inner { fill: none; }
    .end { fill: #e6edf3; stroke: #e6edf3; }
    .bar, .head { fill: #9aa5b1; }
    .onend { fill: #0d1117; }
    .arrow { stroke: #9aa5b1; }
    }

    """

  private func box(_ index: Int) -> String {
    let box = diagram.boxes[index]
    let (x, y, width, height) = frame(index)
    let (centre, bottom) = (x + width / 2, y + height)
    func rectangle(_ name: String, inset: Double = 0, radius: Double) -> String {
      """
      <rect class="\(name)" x="\(Self.number(x + inset))" y="\(Self.number(y + inset))" \
      width="\(Self.number(width - 2 * inset))" height="\(Self.number(height - 2 * inset))" \
      rx="\(Self.number(radius))"/>
      """
    }
    func polygon(_ name: String, _ points: [(Double, Double)]) -> String {
      let list = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
      return "<polygon class=\"\(name)\" points=\"\(list)\"/>"
    }
    let shape: String
    switch box.form {
    case .join: return "<g>" + rectangle("bar", radius: 3) + "</g>\n"
    case .start, .end:
      let isEnd = box.form == .end
      return "<g>" + rectangle(isEnd ? "box end" : "box", radius: height / 2)
        + Self.line(box.name, isEnd ? "name onend" : "name", centre, y + height / 2 + 5) + "</g>\n"
    case .step: shape = rectangle("box", radius: 8)
    case .graph: shape = rectangle("box graph", radius: 4) + rectangle("box graph inner", inset: 4, radius: 2)
    case .choice:
      shape = polygon(
        "box choice",
        [
          (x, y + height / 2), (x + 14, y), (x + width - 14, y), (x + width, y + height / 2), (x + width - 14, bottom),
          (x + 14, bottom),
        ])
    case .question:
      shape = polygon("box question", [(x + 14, y), (x + width, y), (x + width - 14, bottom), (x, bottom)])
    }
    let name = TextMeasure.shortened(box.name, to: Self.longestName)
    let told = [name == box.name ? nil : box.name, box.summary].compactMap { $0 }.joined(separator: ": ")
    return "<g>" + (told.isEmpty ? "" : "<title>\(Self.escaped(told))</title>") + shape
      + Self.line(name, "name", centre, y + 20) + Self.line(box.caption, "caption", centre, y + 36) + "</g>\n"
  }

  private static func line(_ text: String, _ name: String, _ x: Double, _ y: Double) -> String {
    "<text class=\"\(name)\" x=\"\(number(x))\" y=\"\(number(y))\">\(escaped(text))</text>"
  }

  // MARK: - Arrows

  private func arrow(_ index: Int, _ ports: Ports) -> String {
    let arrow = diagram.arrows[index]
    let path = layout.paths[index]
    let hasHead = diagram.boxes[arrow.target].form != .join
    let line = path.items.isEmpty ? loop(index) : curve(path, ports.ends[index], hasHead: hasHead)
    var text = "<g><path class=\"\(arrow.isExit ? "arrow exit" : "arrow")\" d=\"\(line.path)\"/>"
    if hasHead { text += "<path class=\"head\" d=\"\(line.head)\"/>" }
    if !labels[index].isEmpty { text += label(index, arrow, path) }
    return text + "</g>\n"
  }

  /// A curve that passes the rows straight down and bends between them.
  private func curve(
    _ path: DiagramLayout.Path, _ ends: (upper: Double, lower: Double), hasHead: Bool
  ) -> (path: String, head: String) {
    let first = layout.items[path.items[0]]
    let last = layout.items[path.items[path.items.count - 1]]
    var points = [(ends.upper, first.y + first.height)]
    for index in path.items.dropFirst().dropLast() {
      let item = layout.items[index]
      points.append((item.x, item.y))
      if item.height > 0 { points.append((item.x, item.y + item.height)) }
    }
    points.append((ends.lower, last.y))
    // The line ends where its head begins.
    let headLength = hasHead ? 7.0 : 0
    let tip = path.isReversed ? points[0] : points[points.count - 1]
    if path.isReversed { points[0].1 += headLength } else { points[points.count - 1].1 -= headLength }
    var text = "M\(Self.number(points[0].0)) \(Self.number(points[0].1))"
    for (from, to) in zip(points, points.dropFirst()) {
      if from.0 == to.0 {
        text += "V\(Self.number(to.1))"
      } else {
        let middle = Self.number((from.1 + to.1) / 2)
        text +=
          "C\(Self.number(from.0)) \(middle) \(Self.number(to.0)) \(middle) \(Self.number(to.0)) \(Self.number(to.1))"
      }
    }
    let base = tip.1 + (path.isReversed ? 8 : -8)
    let head =
      "M\(Self.number(tip.0)) \(Self.number(tip.1))L\(Self.number(tip.0 - 4.5)) \(Self.number(base))"
      + "H\(Self.number(tip.0 + 4.5))Z"
    return (text, head)
  }

  /// An arrow that leaves a box at its right side and comes back.
  private func loop(_ index: Int) -> (path: String, head: String) {
    let (x, y, width, height) = frame(diagram.arrows[index].source)
    let right = x + width
    let (top, bottom) = (y + height * 0.28, y + height * 0.72)
    let far = Self.number(right + Self.loopWidth - 6)
    let path =
      "M\(Self.number(right - 4)) \(Self.number(top))C\(far) \(Self.number(top - 10)) \(far) \(Self.number(bottom + 10)) "
      + "\(Self.number(right + 5)) \(Self.number(bottom))"
    let head =
      "M\(Self.number(right - 2)) \(Self.number(bottom - 1))L\(Self.number(right + 6)) \(Self.number(bottom - 4.5))"
      + "V\(Self.number(bottom + 4.5))Z"
    return (path, head)
  }

  private func label(_ index: Int, _ arrow: GraphDiagram.Arrow, _ path: DiagramLayout.Path) -> String {
    let lines = labels[index]
    let width = Self.width(of: lines)
    let height = Double(lines.count) * Self.lineHeight
    let centre: Double
    let top: Double
    if let item = path.label.map({ layout.items[$0] }) {
      (centre, top) = (item.x, item.y + (item.height - height) / 2)
    } else {
      let (x, y, boxWidth, boxHeight) = frame(arrow.source)
      (centre, top) = (x + boxWidth + Self.loopWidth + width / 2 - 6, y + (boxHeight - height) / 2)
    }
    var text =
      "<rect class=\"plate\" x=\"\(Self.number(centre - width / 2 - 3))\" y=\"\(Self.number(top))\" "
      + "width=\"\(Self.number(width + 6))\" height=\"\(Self.number(height))\"/>"
    for (number, line) in lines.enumerated() {
      text += Self.line(line, "label", centre, top + Double(number) * Self.lineHeight + 11.5)
    }
    let whole = arrow.labels.joined(separator: "\n")
    return whole == lines.joined(separator: "\n") ? text : "<title>\(Self.escaped(whole))</title>" + text
  }

  // MARK: - Text

  /// A number with one digit behind the point at most.
  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      case "\n", "\t": "&#\(scalar.value);"
      // What XML does not allow, even as a reference.
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: "\u{FFFD}"
      default: String(scalar)
      }
    }.joined()
  }
}

/// Where arrows leave and reach their boxes: side by side, in the order of what they lead to.
private struct Ports {
  /// The places at the upper and the lower end of each arrow.
  private(set) var ends: [(upper: Double, lower: Double)]

  init(_ layout: DiagramLayout, _ diagram: GraphDiagram) {
    ends = layout.paths.map { path in
      guard let first = path.items.first, let last = path.items.last else { return (0, 0) }
      return (layout.items[first].x, layout.items[last].x)
    }
    var upper = Array(repeating: [Int](), count: diagram.boxes.count)
    var lower = upper
    for (index, path) in layout.paths.enumerated() {
      guard let first = path.items.first, let last = path.items.last else { continue }
      upper[first].append(index)
      lower[last].append(index)
    }
    for box in diagram.boxes.indices {
      for (index, x) in Self.spread(upper[box], box, layout, { $0.items[1] }) { ends[index].upper = x }
      for (index, x) in Self.spread(lower[box], box, layout, { $0.items[$0.items.count - 2] }) { ends[index].lower = x }
    }
  }

  private static func spread(
    _ arrows: [Int], _ box: Int, _ layout: DiagramLayout, _ next: (DiagramLayout.Path) -> Int
  ) -> [(Int, Double)] {
    let sorted = arrows.sorted { left, right in
      let (leftX, rightX) = (layout.items[next(layout.paths[left])].x, layout.items[next(layout.paths[right])].x)
      return leftX == rightX ? left < right : leftX < rightX
    }
    let item = layout.items[box]
    let room = max(0, 2 * item.left - 44)
    let step = sorted.count > 1 ? min(22, room / Double(sorted.count - 1)) : 0
    let start = item.x - step * Double(sorted.count - 1) / 2
    return sorted.enumerated().map { ($0.element, start + step * Double($0.offset)) }
  }
}
