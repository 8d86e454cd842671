import GraphTestSupport
import Glibc
import Testing

/// `graph diagram`.
@Suite(.timeLimit(.minutes(10)))
struct DiagramCommandTests {
  private static let examples = ["hello", "opinions", "reflexion", "router", "story"]

  @Test func `Mermaid is printed unless another format is asked for`() async throws {
    let result = try await GraphProgram.run("diagram", "graphs/story.yaml")
    #expect(
      result
        == .init(
          standardOutput: """
            flowchart TD
              start(["START"])
              node1["plan<br>passthrough"]
              node2["tell<br>llm · streams"]
              finish(["END"])
              start --> node1
              node1 --> node2
              node2 --> finish

            """))
  }

  @Test(arguments: examples)
  func `A picture is well-formed XML with a box for each node`(example: String) async throws {
    let folder = try TemporaryFolder()
    let target = "\(folder.path)/a.svg"
    let result = try await GraphProgram.run("diagram", "graphs/\(example).yaml", "--format", "svg", "-o", target)
    #expect(result == .init())
    let program = """
      import sys, xml.etree.ElementTree as tree
      root = tree.parse(sys.argv[1]).getroot()
      names = [text.text for text in root.iter() if text.tag.endswith('}text') and 'name' in text.get('class').split()]
      print(root.tag, *names)
      """
    let python = try await ChildProcess.start("/usr/bin/python3", ["-c", program, target], folder: folder.path).result()
    #expect(python.status == 0, "\(python)")
    let words = python.standardOutput.split(whereSeparator: \.isWhitespace)
    #expect(words.first == "{http://www.w3.org/2000/svg}svg")
    let info = try await GraphProgram.run("diagram", "graphs/\(example).yaml")
    let boxes = info.standardOutput.split(separator: "\n").filter {
      $0.hasPrefix("  node") && $0.contains("<br>") && !$0.contains("|")
    }
    #expect(words.count - 1 == boxes.count + 2, "\(words)")
  }

  @Test(.enabled(if: access("/usr/bin/dot", X_OK) == 0, "Graphviz is not installed"), arguments: examples)
  func `Graphviz reads the DOT`(example: String) async throws {
    let command = "'\(GraphProgram.path)' diagram graphs/\(example).yaml --format dot | /usr/bin/dot -Tplain"
    let result = try await ChildProcess.start("/bin/sh", ["-c", command], folder: packageFolder).result()
    #expect(result.status == 0 && result.standardError == "", "\(result)")
    #expect(result.standardOutput.contains("node start "))
  }

  @Test func `A file is written whole, or an error says why not`() async throws {
    let folder = try TemporaryFolder(["old.mmd": "old\n"])
    let over = try await GraphProgram.run("diagram", "graphs/story.yaml", "-o", "\(folder.path)/old.mmd")
    #expect(over == .init())
    #expect(contents(ofFile: "\(folder.path)/old.mmd")?.hasPrefix("flowchart TD\n") == true)
    let result = try await GraphProgram.run("diagram", "graphs/story.yaml", "-o", "\(folder.path)/none/a.mmd")
    #expect(
      result
        == .init(
          standardError: "Error: Can't write '\(folder.path)/none/a.mmd': no such file or directory\n", status: 1))
    let device = try await GraphProgram.run("diagram", "graphs/story.yaml", "-o", "/dev/stdout")
    #expect(device.status == 0 && device.standardOutput.hasPrefix("flowchart TD\n"))
  }

  @Test func `A graph with errors is not drawn`() async throws {
    let folder = try TemporaryFolder(["a.yaml": "nodes: {a: {usr: hi}}\nedges: [{from: START, to: a}]\n"])
    let result = try await GraphProgram.run("diagram", "a.yaml", in: folder.path)
    #expect(result.status == 1)
    #expect(result.standardOutput == "")
    #expect(result.standardError.contains("a.yaml:1:13: error: "))
  }
}
