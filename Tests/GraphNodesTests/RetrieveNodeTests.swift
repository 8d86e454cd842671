import Glibc
import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// A `retrieve` node reads what its index names, and nothing else.
@Suite(.timeLimit(.minutes(10)))
struct RetrieveNodeTests {
  private let models = catalog(ScriptedModel { _ in "an answer" })

  private static func text(index: String, rest: String = "") -> String {
    """
    state: {question: str, documents: any}
    nodes:
      find: {type: retrieve, index: \(index), query: "{state.question}", state_key: found\(rest)}
    edges: [{from: START, to: find}, {from: find, to: END}]
    """
  }

  private func folder(_ files: [String: String], index: String, rest: String = "") throws -> TemporaryFolder {
    var files = files
    files["g.yaml"] = Self.text(index: index, rest: rest)
    return try TemporaryFolder(files)
  }

  /// What a run does; the folder stays until its end.
  private func log(_ folder: TemporaryFolder, _ question: Value, _ documents: Value = .null) async throws -> Log {
    let log = try await load(folder, models).log(["question": question, "documents": documents])
    withExtendedLifetime(folder) {}
    return log
  }

  /// What a question finds, as `source:line`.
  private func found(
    _ folder: TemporaryFolder, _ question: String, _ documents: Value = .null
  ) async throws -> [String] {
    try Self.places(try await log(folder, .string(question), documents))
  }

  private static func places(_ log: Log) throws -> [String] {
    let outcome = try #require(log.outcome)
    #expect(outcome.status == .completed, "\(String(describing: outcome.error))")
    return (outcome.state["found"]?.list ?? []).map { "\($0["source"]?.string ?? ""):\($0["line"]?.int ?? 0)" }
  }

  /// The message of the error that a question gives.
  private func failure(_ folder: TemporaryFolder, _ question: Value, _ documents: Value = .null) async throws -> String
  {
    try await log(folder, question, documents).outcome?.error?.description ?? "no error"
  }

  // MARK: - Files

  @Test func `the result has text, source, line, heading and score`() async throws {
    let folder = try folder(["d/a.md": "# Tides\n\nThe moon pulls.\n"], index: "d")
    let log = try await log(folder, "moon")
    let passage = try #require(log.outcome?.state["found"]?.list?.first?.object)
    #expect(passage.keys == ["text", "source", "line", "heading", "score"])
    #expect(passage["text"] == "# Tides\n\nThe moon pulls.")
    #expect(passage["source"] == "d/a.md")
    #expect(passage["heading"] == "Tides")
    #expect(try #require(passage["score"]?.double) > 0)
  }

  @Test(arguments: [
    ("d", ["d/a.md:1", "d/b.txt:1", "d/deep/c.md:1"]), ("d/a.md", ["d/a.md:1"]), ("d/x.bin", ["d/x.bin:1"]),
    ("[d/b.txt, d/a.md]", ["d/b.txt:1", "d/a.md:1"]), ("[d, d/a.md, ./d]", ["d/a.md:1", "d/b.txt:1", "d/deep/c.md:1"]),
    ("\"d/*.md\"", ["d/a.md:1"]), ("\"d/**/*.md\"", ["d/a.md:1", "d/deep/c.md:1"]), ("\"**/c.md\"", ["d/deep/c.md:1"]),
    ("\"d/?.*\"", ["d/a.md:1", "d/b.txt:1", "d/x.bin:1"]), ("\"*/*/*\"", ["d/deep/c.md:1"]), ("empty", []),
  ])
  func `files, folders and patterns`(index: String, expected: [String]) async throws {
    let files = [
      "d/a.md": "lamp", "d/b.txt": "lamp", "d/x.bin": "lamp", "d/deep/c.md": "lamp", "d/.hidden/e.md": "lamp",
      "d/.f.md": "lamp", "empty/x.png": "lamp", "other.md": "oil",
    ]
    #expect(try await found(try folder(files, index: index), "lamp") == expected)
  }

  @Test(arguments: [
    ("a.csv", "name,what\nlamp,\"light, \n bright\"\nhorn,sound\n", "bright", ["2 name: lamp\nwhat: light, \n bright"]),
    ("a.tsv", "name\twhat\nlamp\tlight\nhorn\tsound", "sound", ["3 name: horn\nwhat: sound"]),
    ("a.json", "[\n \"the lamp\",\n {\"text\": \"the horn\", \"title\": \"Fog\"}\n]", "horn", ["3 the horn"]),
    ("a.json", "{\"lamp\": {\"height\": 40,\n \"lit\": true},\n \"horn\": null}", "lamp", ["1 height: 40\nlit: true"]),
    ("a.json", "\"the lamp\"", "lamp", ["1 the lamp"]),
    ("a.jsonl", "{\"content\": \"a\"}\n\n{\"content\": \"lamp\"}\n", "lamp", ["3 lamp"]),
    ("a.yaml", "- oil\n- text: |\n    the lamp\n    burns\n", "lamp", ["2 the lamp\nburns"]),
    ("a.yml", "# no\nlamp: burns\nhorn: blows\n", "lamp", ["2 burns"]), ("a.yaml", "", "lamp", []),
    ("a.txt", "\u{FEFF}lamp", "lamp", ["1 lamp"]), ("a.csv", "", "lamp", []), ("a.json", "", "lamp", []),
  ])
  func `data files are read by their items`(
    name: String, text: String, question: String, expected: [String]
  ) async throws {
    let folder = try folder([name: text], index: name)
    let log = try await log(folder, .string(question))
    let found = log.outcome?.state["found"]?.list ?? []
    #expect(
      found.map { "\($0["line"]?.int ?? 0) \($0["text"]?.string ?? "")" } == expected,
      "\(String(describing: log.outcome?.error))")
  }

  @Test(arguments: [
    ("a.json", "[1,\n2", "'find': a.json:2: expected ',' or ']'"),
    ("a.json", "{1: 2}", "'find': a.json:1: expected a key"),
    ("a.jsonl", "1\n{\n", "'find': a.jsonl:2: "),
    ("a.yaml", "a:\n  - [", "'find': a.yaml:2: the file is not YAML (GR00"),
    ("a.txt", "a\u{0}b", "'find': cannot read 'a.txt': not a text in UTF-8"),
  ])
  func `a file that is not what its ending says fails the node`(name: String, text: String, message: String)
    async throws
  {
    let found = try await failure(try folder([name: text], index: name), "lamp")
    #expect(found.contains(message.dropFirst("'find': ".count)), "\(found)")
  }

  @Test func `an index is made anew when a file changes, comes or goes`() async throws {
    let folder = try folder(["d/a.md": "lamp", "d/b.md": "oil"], index: "d")
    let graph = try load(folder, models)
    func found() async throws -> [String] { try Self.places(try await graph.log(["question": "lamp"])) }
    #expect(try await found() == ["d/a.md:1"])
    try folder.write("d/b.md", "\nlamp and oil")
    #expect(try await found() == ["d/a.md:1", "d/b.md:2"])
    try folder.write("d/c.md", "lamp lamp lamp lamp")
    #expect(try await found().contains("d/c.md:1"))
    #expect(unlink("\(folder.path)/d/a.md") == 0)
    #expect(try await Set(found()) == ["d/b.md:2", "d/c.md:1"])
  }

  @Test func `runs side by side share one index`() async throws {
    let files = Dictionary(uniqueKeysWithValues: (0..<200).map { ("d/\($0).md", "lamp number n\($0)") })
    let folder = try folder(files, index: "d")
    let graph = try load(folder, models)
    defer { withExtendedLifetime(folder) {} }
    try await withThrowingTaskGroup(of: [String].self) { group in
      for number in 0..<40 {
        group.addTask { try Self.places(try await graph.log(["question": .string("n\(number)")])) }
      }
      var all: Set<String> = []
      for try await places in group { all.formUnion(places) }
      #expect(all == Set((0..<40).map { "d/\($0).md:1" }))
    }
  }

  @Test func `what lies outside the project is not read`() async throws {
    let outside = try TemporaryFolder(["secret.md": "lamp", "s/t.md": "lamp"])
    let inside = try folder(["d/a.md": "lamp"], index: "d")
    try inside.link("d/link.md", to: "\(outside.path)/secret.md")
    try inside.link("d/folder", to: "\(outside.path)/s")
    try inside.link("d/loop", to: ".")
    #expect(try await found(inside, "lamp") == ["d/a.md:1"])
  }

  @Test func `k, chunk_size and overlap`() async throws {
    let text = (0..<40).map { "lamp \($0)." }.joined(separator: " ")
    let folder = try folder(["a.txt": text], index: "a.txt", rest: ", k: 2, chunk_size: 50, overlap: 10")
    let log = try await log(folder, "lamp")
    let texts = (log.outcome?.state["found"]?.list ?? []).compactMap { $0["text"]?.string }
    #expect(texts.count == 2)
    #expect(texts.allSatisfy { $0.count <= 50 && $0.count > 20 })
  }

  // MARK: - State

  @Test func `a list of texts and objects in the state is searched`() async throws {
    let folder = try folder([:], index: "\"{state.documents}\"")
    let documents: Value = [
      "oil", "the lamp\n\nburns", ["text": "a lamp of 1900", "source": "book", "line": 7], ["lamp": 3, "horn": nil],
    ]
    #expect(Set(try await found(folder, "lamp", documents)) == ["documents[1]:1", "book:7", "documents[3]:1"])
    #expect(try await found(folder, "lamp", []) == [])
    #expect(try await found(folder, "lamp", nil) == [])
    #expect(try await found(folder, "lamp", "one lamp") == ["documents:1"])
    #expect(try await failure(folder, "lamp", 5).contains("'documents' must be a text or an object, not int"))
    #expect(try await failure(folder, "lamp", [nil]).contains("'documents[0]' must be a text or an object, not null"))
  }

  @Test func `a path in the state is text, not a file`() async throws {
    let folder = try folder(["a.md": "lamp"], index: "\"{state.documents}\"")
    #expect(try await found(folder, "lamp", ["a.md"]) == [])
  }

  @Test(arguments: ["\" OR (", "lamp\"", "NEAR(", "*", "col:lamp", "-lamp ^"])
  func `a question is never parsed`(question: String) async throws {
    let folder = try folder(["a.md": "lamp"], index: "a.md")
    #expect(try await found(folder, question) == (question.contains("lamp") ? ["a.md:1"] : []))
  }

  @Test func `a question that is null fails the node`() async throws {
    let folder = try TemporaryFolder([
      "a.md": "lamp",
      "g.yaml": """
      state: {question: "str?"}
      nodes: {find: {type: retrieve, index: a.md, query: "{state.question}"}}
      edges: [{from: START, to: find}, {from: find, to: END}]
      """,
    ])
    let log = try await load(folder, models).log()
    #expect(log.outcome?.error?.description.contains("'query' is null") == true)
  }

  // MARK: - Before a run

  @Test(arguments: [
    ("1️⃣notes.md", "GR0290", "cannot search 'notes.md': no such file", "did you mean 'note.md'?"),
    ("[note.md, 1️⃣gone/x.md]", "GR0290", "cannot search 'gone/x.md': no such file", nil),
    ("1️⃣..", "GR0291", "the index leads out of the project: '..'", nil),
    ("1️⃣/etc", "GR0291", "the index leads out of the project: '/etc'", nil),
    ("1️⃣\"*.rst\"", "GR0292", "no file matches '*.rst'", nil),
    (
      "1️⃣\"d/{state.question}\"", "GR0293",
      "'index' names files, or is one expression in braces whose value is a list of texts", nil
    ),
    ("1️⃣[]", "GR0293", "'index' names files, or is one expression in braces whose value is a list of texts", nil),
    ("1️⃣5", "GR0102", "'index' must be a string, not an integer", nil),
    (
      "note.md, chunk_size: 100, overlap: 1️⃣51", "GR0294",
      "'overlap' is at most half of 'chunk_size', which is 100, not 51", nil
    ),
    ("note.md, 1️⃣kk: 5", "GR0101", "unknown key 'kk' in node 'find'", "did you mean 'k'?"),
  ])
  func `mistakes are found before a run`(index: String, code: String, message: String, note: String?) throws {
    let source = MarkedSource(Self.text(index: index))
    let folder = try TemporaryFolder(["note.md": "lamp", "pyproject.toml": "", "g.yaml": source.text])
    let found = GraphCompiler(factory: StandardNodeFactory(models: models)).compile("\(folder.path)/g.yaml").diagnostics
    #expect(found.map { "\($0.code) \($0.message.text)" } == ["\(code) \(message)"])
    #expect(found.first?.span?.start == source["1️⃣"])
    if let note { #expect(found.first?.notes.map(\.text) == [note]) }
  }
}
