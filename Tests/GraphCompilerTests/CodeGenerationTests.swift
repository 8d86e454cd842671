import Glibc
import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// `graph codegen`: types of a graph that compile, and that hold what runs give.
@Suite(.timeLimit(.minutes(10)))
struct CodeGenerationTests {
  /// A graph whose names are hard to write, and whose model gives an object of every kind of field.
  private static let odd = #"""
    name: odd-names
    description: |
      Names that no language likes; "quotes", \ and more.
      A second line.
    state:
      class: {type: str, description: "What is \"taught\". A second sentence that makes the description of this key longer than one line has room for, so that it is wrapped."}
      self: {type: str, default: "say \"hi\"\n"}
      a-b: {type: int, default: 3}
      a_b: float?
      HTTPStatus: {type: int, default: 200}
      ratio: {type: float, default: 1}
      string: {type: "list[int]", default: [1, 2]}
      value: {type: "dict[str, list[str]]", default: {}}
      anything: any
      open: {type: dict, default: {a: [1, null, true]}}
      größe: str?
      __secret: bool?
    nodes:
      review:
        prompt: review
        variables: {class: "{class}"}
    edges:
      - {from: START, to: review}
      - {from: review, to: END}

    """#

  private static let review = #"""
    user: "Review {class}"
    output_schema:
      type: object
      description: What is said of a class.
      required: [score, tone, points, level, first name]
      properties:
        score: {type: number, description: From 0 to 1.}
        tone: {enum: [calm, very loud, "", default, 2x]}
        level: {enum: [1, -2]}
        mood: {enum: [good, bad, null], default: good}
        points:
          type: array
          items:
            type: object
            required: [text]
            properties: {text: {type: string}, at: {type: [integer, "null"]}}
        first name: {type: string}
        extra: {type: object, additionalProperties: {type: integer}}
        mixed: {anyOf: [{type: string}, {type: integer}]}
        nested: {type: object, required: [deep], properties: {deep: {type: boolean}}, additionalProperties: {type: string}}

    """#

  private static let answer = #"""
    {"score": 1, "tone": "very loud", "level": -2, "points": [{"text": "a", "at": 3}, {"text": "b"}], "first name": "Ada",
     "extra": {"n": 1}, "mixed": 5, "nested": {"deep": true, "more": "x"}}
    """#

  private static func compiled() throws -> (graph: CompiledGraph, folder: TemporaryFolder) {
    let folder = try TemporaryFolder(["graphs/odd.yaml": odd, "prompts/review.yaml": review])
    let models = ModelCatalog(environment: Environment(["PROVIDER": "scripted"]))
    models.register("scripted", ScriptedModel { _ in .text(answer) })
    return (
      try GraphCompiler(factory: StandardNodeFactory(models: models)).load("\(folder.path)/graphs/odd.yaml"), folder
    )
  }

  // MARK: - Swift

  @Test func `Swift types are those that are compiled here`() throws {
    let text = SwiftTypes(of: try Self.compiled().graph, generatedBy: "graph codegen").text
    expectFile(text, "OddNamesGraph.swift")
    #expect(text == SwiftTypes(of: try Self.compiled().graph, generatedBy: "graph codegen").text)
  }

  /// Compares a text with a file of this target; `UPDATE_SNAPSHOTS=1` writes it.
  private func expectFile(_ text: String, _ name: String) {
    let path = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/Generated/" + name
    if getenv("UPDATE_SNAPSHOTS") != nil, let file = fopen(path, "w") {
      fputs(text, file)
      fclose(file)
    }
    var bytes: [UInt8] = []
    if let file = fopen(path, "r") {
      while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
      fclose(file)
    }
    #expect(text == String(decoding: bytes, as: UTF8.self), "\(path)")
  }

  @Test func `A run takes the inputs and gives the state`() async throws {
    let (graph, folder) = try Self.compiled()
    defer { withExtendedLifetime(folder) {} }
    var input = OddNamesGraph.Input(class: "Swift", aB: 4)
    #expect(input.self_ == "say \"hi\"\n" && input.string == [1, 2] && input.httpStatus == 200)
    input.value = ["k": ["v"]]
    let outcome = try await graph.run(input.valueObject).result()
    let state = try OddNamesGraph.State(outcome.state)
    #expect(state.class == "Swift" && state.aB == 4 && state.aB2 == nil && state.ratio == 1)
    #expect(state.value == ["k": ["v"]] && state.open == ["a": [1, nil, true]] && state.anything == .null)
    let review = try #require(state.review)
    #expect(review.score == 1 && review.tone == .veryLoud && review.level == .valueMinus2)
    #expect(review.points == [.init(text: "a", at: 3), .init(text: "b")])
    #expect(review.firstName == "Ada" && review.extra == ["n": 1] && review.mixed == 5 && review.mood == .good)
    #expect(review.nested?.deep == true && review.nested?.additionalProperties == ["more": "x"])
    // Back again, it is the same state.
    #expect(try OddNamesGraph.State(state.valueObject) == state)
    #expect(try OddNamesGraph.Input(input.valueObject) == input)
    let own = ValueObject(
      outcome.state.filter { graph.description.key(named: $0.key) != nil && !$0.value.isNull }.map {
        ($0.key, $0.value)
      })
    #expect(Set(state.valueObject.keys) == Set(own.keys))
  }

  @Test func `A state that does not fit is an error with its place`() {
    func error(_ values: ValueObject) -> String {
      do throws(ValueConversionError) {
        _ = try OddNamesGraph.State(values)
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    #expect(error([:]) == "'class' is missing")
    #expect(error(["class": 1]) == "'class' must be str, not int")
    #expect(
      error(["class": "x", "review": ["score": 1, "tone": "calm", "level": 1, "points": [["text": 1]]]])
        == "'review.points[0].text' must be str, not int")
  }

  // MARK: - Python

  @Test func `Python imports the types`() throws {
    let folder = try TemporaryFolder([
      "odd.py": PythonTypes(of: try Self.compiled().graph, generatedBy: "graph codegen").text,
      "check.py": #"""
      import odd, typing

      hints = typing.get_type_hints(odd.OddNamesState)
      assert hints["class"] is str and hints["größe"] == (str | None), hints
      assert hints["review"] is odd.OddNamesReview, hints
      assert odd.OddNamesInput.__required_keys__ == {"class"}, odd.OddNamesInput.__required_keys__
      assert "__secret" in odd.OddNamesInput.__optional_keys__
      assert "review" not in odd.OddNamesInput.__annotations__
      assert {"self", "a-b", "ratio"} <= odd.OddNamesState.__required_keys__
      assert "review" in odd.OddNamesState.__optional_keys__
      review = typing.get_type_hints(odd.OddNamesReview)
      assert review["points"] == list[odd.OddNamesReviewPointsItem], review
      assert typing.get_args(review["tone"]) == ("calm", "very loud", "", "default", "2x"), review
      assert typing.get_args(review["level"]) == (1, -2)
      assert review["extra"] == (dict[str, int] | None) and review["mixed"] is typing.Any, review
      assert odd.OddNamesReviewPointsItem.__optional_keys__ == {"at"}
      assert "\"quotes\", \\ and more" in odd.__doc__, odd.__doc__
      print("fine")
      """#,
    ])
    let pipe = try #require(popen("cd '\(folder.path)' && python3 check.py 2>&1", "r"))
    var bytes: [UInt8] = []
    while case let byte = fgetc(pipe), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
    #expect(pclose(pipe) == 0)
    #expect(String(decoding: bytes, as: UTF8.self) == "fine\n")
  }

  @Test func `The empty graph has types, too`() throws {
    let empty = try #require(
      testCompiler().compile(
        SourceFile(path: "graphs/2 x.yaml", text: graph(nodes: "a: {type: passthrough, output: {out: x}}"))
      ).graph)
    let swift = SwiftTypes(of: empty, generatedBy: "x\ny").text
    #expect(swift.contains("// Written by 'x y'; changes are lost."))
    #expect(swift.contains("public enum _2XGraph {"))
    let python = PythonTypes(of: empty, generatedBy: "x").text
    #expect(python.contains("class _2XInput(TypedDict):"))
  }
}
