import GraphCompiler
import GraphDiagnostics
import GraphTestSupport
import Testing

/// Graphs as Mermaid, DOT and SVG.
@Suite(.timeLimit(.minutes(5)))
struct DiagramTests {
  private static let text = """
    name: a "name"
    state: {topic: str}
    defaults: {provider: scripted}
    nodes:
      choose: {type: router, user: 'which?', routes: {short: write, long: write, stop: END}, default_route: left}
      left: {user: hi, description: Says hi}
      right: {user: hi, stream: true}
      write: {user: 'about {topic}', state_key: text}
      judge: {user: '{text}', parse_json: true, state_key: mark}
    edges:
      - {from: START, to: choose}
      - {from: choose, to: [write, left, END], type: conditional}
      - {from: left, to: [right, write]}
      - {from: [right, write], to: judge}
      - {from: judge, to: judge, condition: mark < 2}
      - {from: judge, to: left, condition: 'text == "<a> & #b"'}
      - {from: judge, to: END}
    loop_limits: {judge: 3}
    loop_exits: {judge: choose}
    """

  private static func diagram(_ text: String = text) throws -> GraphDiagram {
    let compilation = testCompiler().compile(SourceFile(path: "test.yaml", text: text))
    return GraphDiagram(try #require(compilation.graph, "\(compilation.diagnostics.map(\.message.text))").description)
  }

  @Test func `Mermaid has a shape for each kind of node and the words of each way`() throws {
    #expect(
      try Self.diagram().mermaid == """
        flowchart TD
          start(["START"])
          node1{{"choose<br>router"}}
          node2["left<br>llm"]
          node3["right<br>llm · streams"]
          node4["write<br>llm"]
          node5["judge<br>llm · at most 3 runs"]
          join6(("all"))
          finish(["END"])
          start --> node1
          node1 -->|"short<br>long"| node4
          node1 -->|"other"| node2
          node1 -->|"stop"| finish
          node2 --> node3
          node2 --> node4
          node3 --- join6
          node4 --- join6
          join6 --> node5
          node5 -->|"mark #lt; 2"| node5
          node5 -->|"text == #quot;#lt;a#gt; #amp; #35;b#quot;"| node2
          node5 -->|"else"| finish
          node5 -.->|"after 3 runs"| node1

        """)
  }

  @Test func `DOT tells the same`() throws {
    #expect(
      try Self.diagram().dot == """
        digraph "a \\"name\\"" {
          graph [rankdir=TB]
          node [fontname="sans-serif", fontsize=12, shape=box, style=rounded]
          edge [fontname="sans-serif", fontsize=10]
          start [label="START", shape=oval, style=solid]
          node1 [label="choose\\nrouter", shape=hexagon, style=solid]
          node2 [label="left\\nllm", tooltip="Says hi"]
          node3 [label="right\\nllm · streams"]
          node4 [label="write\\nllm"]
          node5 [label="judge\\nllm · at most 3 runs"]
          join6 [label="", shape=box, style=filled, fillcolor=black, height=0.06, width=0.6]
          finish [label="END", shape=oval, style=solid]
          start -> node1
          node1 -> node4 [label="short\\nlong"]
          node1 -> node2 [label="other"]
          node1 -> finish [label="stop"]
          node2 -> node3
          node2 -> node4
          node3 -> join6 [arrowhead=none]
          node4 -> join6 [arrowhead=none]
          join6 -> node5
          node5 -> node5 [label="mark < 2"]
          node5 -> node2 [label="text == \\"<a> & #b\\""]
          node5 -> finish [label="else"]
          node5 -> node1 [label="after 3 runs", style=dashed]
        }

        """)
  }

  @Test func `SVG has all words, escaped, and neither scripts nor references`() throws {
    let diagram = try Self.diagram()
    let svg = try #require(diagram.svg)
    for word in [
      "START", "choose", "judge", "llm · streams", "mark &lt; 2", "&lt;a&gt; &amp; #b", "after 3 runs", "END",
    ] {
      #expect(svg.contains(">\(word)<") || svg.contains(word), "\(word)")
    }
    #expect(svg.contains("aria-label=\"Diagram of the graph a &quot;name&quot;\""))
    #expect(svg.contains("<title>Says hi</title>"))
    #expect(svg.contains("prefers-color-scheme: dark"))
    for forbidden in ["<script", "href", "url(", "@import", "<a>", "foreignObject"] {
      #expect(!svg.contains(forbidden), "\(forbidden)")
    }
    // Only the namespace is an address.
    #expect(svg.split(separator: "http").count == 2)
    #expect(try Self.diagram().svg == svg)
  }

  @Test func `What a limit leads to is drawn where no edge says it`() throws {
    let arrows = { (top: String, edges: String) in
      try Self.diagram(
        graph(
          "state: {n: int}\n" + top, nodes: "a: {type: step}\nb: {type: step}",
          edges: "- {from: START, to: a}\n" + edges)
      ).mermaid.split(separator: "\n").filter { $0.contains("after") }.map { $0.drop { $0 == " " } }
    }
    let limit = "loop_limits: {a: 1}"
    let loop = "- {from: a, to: b}\n- {from: b, to: a}"
    #expect(
      try arrows(
        limit, "- {from: a, to: b, condition: n > 1}\n- {from: a, to: END, condition: n <= 1}\n- {from: b, to: a}") == [
          "node1 -->|\"n #lt;= 1<br>after 1 run\"| finish"
        ])
    #expect(try arrows("\(limit)\nloop_exits: {a: END}", loop) == ["node1 -.->|\"after 1 run\"| finish"])
  }

  // MARK: - Layout

  @Test(arguments: 0..<100)
  func `Nothing lies on anything else, and ways lead down`(seed: UInt64) throws {
    var builder = ValidGraph(seed: seed)
    let text = builder.text()
    let diagram = try Self.diagram(text)
    let picture = try #require(DiagramPicture(diagram))
    let layout = picture.layout
    struct Frame {
      let left, right, top, bottom: Double
      func overlaps(_ other: Frame) -> Bool {
        left < other.right && other.left < right && top < other.bottom && other.top < bottom
      }
    }
    let frames = layout.items.map { item in
      Frame(left: item.x - item.left, right: item.x + item.right, top: item.y, bottom: item.y + item.height)
    }
    for (index, frame) in frames.enumerated() {
      let isInside = frame.left >= 0 && frame.top >= 0 && frame.right <= layout.width && frame.bottom <= layout.height
      #expect(isInside, "seed \(seed)\n\(text)")
      for other in frames[..<index] { #expect(!frame.overlaps(other), "seed \(seed)\n\(text)") }
    }
    for path in layout.paths where !path.items.isEmpty {
      let rows = path.items.map { layout.items[$0].row }
      #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 + 1 == $1 }, "seed \(seed)\n\(text)")
    }
    // Passages are as thin as a line, and no box of their row is in their way.
    for passage in layout.items where passage.isPassage {
      let row = layout.items.filter { !$0.isPassage && $0.row == passage.row }
      #expect(row.allSatisfy { passage.x < $0.x - $0.left || $0.x + $0.right < passage.x }, "seed \(seed)\n\(text)")
    }
    let svg = try #require(diagram.svg)
    #expect(try Self.diagram(text).svg == svg)
  }

  @Test func `A line of nodes is straight, and branches stand beside each other`() throws {
    let nodes = ["a", "b", "c", "d"].map { "\($0): {type: step}" }.joined(separator: "\n")
    let line = try Self.diagram(
      graph(
        nodes: nodes,
        edges:
          "- {from: START, to: a}\n- {from: a, to: b}\n- {from: b, to: c}\n- {from: c, to: d}\n- {from: d, to: END}"))
    let layout = try #require(DiagramPicture(line)).layout
    #expect(layout.items.allSatisfy { abs($0.x - layout.items[0].x) < 0.5 })
    #expect(layout.items.map(\.row) == [0, 1, 2, 3, 4, 5])
    let fan = try Self.diagram(
      graph(nodes: nodes, edges: "- {from: START, to: a}\n- {from: a, to: [b, c, d]}\n- {from: [b, c, d], to: END}"))
    let rows = try #require(DiagramPicture(fan)).layout.items.map(\.row)
    #expect(Array(rows.prefix(5)) == [0, 1, 2, 2, 2])
  }
}
