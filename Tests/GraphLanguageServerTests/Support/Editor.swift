import GraphDiagnostics
import GraphLanguageServer
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels

/// An editor with a folder of files, which talks to a server in the same process.
///
/// In texts, `‸` is where the cursor is; it is taken out.
final class Editor {
  let folder: TemporaryFolder
  private(set) var server: LanguageServer
  private var nextID = 1
  private var now = ContinuousClock.now
  private var versions: [String: Int] = [:]

  let factory = {
    var factory = StandardNodeFactory(models: ModelCatalog(environment: Environment([:])))
    factory.assumesFunctions = true
    return factory
  }()

  /// The last diagnostics of each file.
  private(set) var diagnostics: [String: [Value]] = [:]

  /// Every message that was no answer, in order.
  private(set) var notifications: [Value] = []

  /// The capabilities of a client that can do everything.
  static let abilities: Value = [
    "general": ["positionEncodings": ["utf-8", "utf-16"]],
    "workspace": ["workspaceEdit": ["documentChanges": false]],
    "textDocument": [
      "publishDiagnostics": ["relatedInformation": true, "codeDescriptionSupport": true],
      "completion": ["completionItem": ["snippetSupport": true]],
      "hover": ["contentFormat": ["markdown", "plaintext"]],
      "documentSymbol": ["hierarchicalDocumentSymbolSupport": true],
      "rename": ["prepareSupport": true],
    ],
  ]

  /// Starts a server for a folder with files; a `.git` marks it as a project.
  init(_ files: [String: String], abilities: Value = Editor.abilities, options: Value = .null) throws {
    folder = try TemporaryFolder(files.mapValues { $0.replacingCursor().text })
    folder.makeFolder(".git")
    server = LanguageServer(
      factory: factory,
      knowledge: .init(
        providers: ["openai", "anthropic"], models: ["openai": ["gpt-4o"]],
        explanation: { $0 == "GR0201" ? "An edge leads from one node to another." : nil }),
      version: "test")
    _ = request(
      "initialize",
      ["capabilities": abilities, "rootUri": .string("file://\(folder.path)"), "initializationOptions": options])
    notify("initialized", [:])
  }

  func uri(_ name: String) -> Value { .string("file://\(folder.path)/\(name)") }

  // MARK: - Messages

  /// Sends a message and takes note of what comes back.
  @discardableResult
  func send(_ message: Value) -> [Value] {
    let answers = server.receive(message, at: now)
    note(answers)
    return answers
  }

  private func note(_ messages: [Value]) {
    for message in messages where message["method"] != nil {
      notifications.append(message)
      guard message["method"] == "textDocument/publishDiagnostics", let uri = message["params"]?["uri"]?.string else {
        continue
      }
      let name = String(uri.dropFirst("file://\(folder.path)/".count))
      diagnostics[name] = message["params"]?["diagnostics"]?.list ?? []
    }
  }

  /// Sends a request and returns its answer: the result, or the whole message when it is an error.
  @discardableResult
  func request(_ method: String, _ parameters: Value) -> Value {
    let id = Value.int(nextID)
    nextID += 1
    let answers = send(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters])
    let answer = answers.first { $0["id"] == id }
    return answer?["result"] ?? answer ?? .null
  }

  func notify(_ method: String, _ parameters: Value) {
    send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
  }

  /// Lets so much time pass that everything which was put off is done.
  func settle() {
    now += .seconds(5)
    var rounds = 0
    while server.deadline != nil, rounds < 1_000 {
      note(server.work(at: now))
      rounds += 1
    }
  }

  // MARK: - Files

  func open(_ name: String, _ text: String? = nil) throws {
    versions[name] = 1
    let text = try text?.replacingCursor().text ?? folder.read(name)
    notify(
      "textDocument/didOpen",
      ["textDocument": ["uri": uri(name), "languageId": "yaml", "version": 1, "text": .string(text)]])
  }

  /// Puts another text in the place of a file's.
  func change(_ name: String, _ text: String) { change(name, [["text": .string(text.replacingCursor().text)]]) }

  func change(_ name: String, _ changes: [Value]) {
    versions[name, default: 0] += 1
    notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": uri(name), "version": .int(versions[name] ?? 0)], "contentChanges": .list(changes),
      ])
  }

  /// The messages of what was found in a file, each with its line and its code.
  func findings(_ name: String) -> [String] {
    (diagnostics[name] ?? []).map { diagnostic in
      let line = diagnostic["range"]?["start"]?["line"]?.int ?? -1
      return "\(line) \(diagnostic["code"]?.string ?? "") \(diagnostic["message"]?.string ?? "")"
    }
  }

  // MARK: - At the cursor

  /// A request about the place of the cursor in a text that is first put in the file's place.
  func ask(_ method: String, _ name: String, _ marked: String, _ more: ValueObject = [:]) throws -> Value {
    let (text, offset) = marked.replacingCursor()
    if versions[name] == nil { try open(name, text) } else { change(name, text) }
    return request(method, .object(place(name, text, offset, more)))
  }

  private func place(_ name: String, _ text: String, _ offset: Int, _ more: ValueObject) -> ValueObject {
    let before = Array(text.utf8.prefix(offset))
    let line = before.count { $0 == UInt8(ascii: "\n") }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var parameters: ValueObject = [
      "textDocument": ["uri": uri(name)], "position": ["line": .int(line), "character": .int(offset - start)],
    ]
    parameters.merge(more)
    return parameters
  }

  /// The labels that completion offers at the cursor, in the order in which editors show them.
  func completions(_ name: String, _ marked: String) throws -> [String] {
    let items = try ask("textDocument/completion", name, marked)["items"]?.list ?? []
    return items.sorted { ($0["sortText"]?.string ?? "") < ($1["sortText"]?.string ?? "") }
      .compactMap { $0["label"]?.string }
  }

  /// The text after the entry of a label was chosen; snippets as they are written.
  func completing(_ label: String, _ name: String, _ marked: String) throws -> String? {
    let items = try ask("textDocument/completion", name, marked)["items"]?.list ?? []
    guard let edit = items.first(where: { $0["label"] == .string(label) })?["textEdit"] else { return nil }
    return Self.apply([edit], to: marked.replacingCursor().text)
  }

  func hover(_ name: String, _ marked: String) throws -> String {
    try ask("textDocument/hover", name, marked)["contents"]?["value"]?.string ?? ""
  }

  /// Places as `file:line:text`, the text being what stands there.
  func places(_ locations: Value) -> [String] {
    (locations.list ?? []).map { location in
      let name = String((location["uri"]?.string ?? "").dropFirst("file://\(folder.path)/".count))
      let text = current(name)
      let range = Self.range(location["range"] ?? .null, text)
      let line = (location["range"]?["start"]?["line"]?.int ?? 0) + 1
      return "\(name):\(line):\(String(decoding: Array(text.utf8)[range], as: UTF8.self))"
    }
  }

  /// The texts of files, in the editor or on disk, after an edit.
  func applying(_ edit: Value) -> [String: String] {
    var texts: [String: String] = [:]
    for (uri, edits) in edit["changes"]?.object ?? [:] {
      let name = String(uri.dropFirst("file://\(folder.path)/".count))
      texts[name] = Self.apply(edits.list ?? [], to: current(name))
    }
    return texts
  }

  /// The text of a file as the server knows it.
  private func current(_ name: String) -> String {
    server.text(uri: "file://\(folder.path)/\(name)") ?? (try? folder.read(name)) ?? ""
  }

  /// A text after edits whose characters are counted in bytes.
  static func apply(_ edits: [Value], to text: String) -> String {
    var bytes = Array(text.utf8)
    let ranges = edits.map { (range($0["range"] ?? .null, text), $0["newText"]?.string ?? "") }
    for (range, new) in ranges.sorted(by: { $0.0.lowerBound > $1.0.lowerBound }) {
      bytes.replaceSubrange(range, with: new.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func range(_ range: Value, _ text: String) -> Range<Int> {
    let file = SourceFile(path: "", text: text)
    func offset(_ position: Value?) -> Int {
      let line = min(position?["line"]?.int ?? 0, file.lineStarts.count - 1)
      return min(file.lineStarts[line] + (position?["character"]?.int ?? 0), file.bytes.count)
    }
    return offset(range["start"])..<offset(range["end"])
  }
}

extension String {
  /// The text without the sign of the cursor, and the offset in bytes at which it stood.
  func replacingCursor() -> (text: String, offset: Int) {
    guard let place = firstIndex(of: "‸") else { return (self, 0) }
    return (String(self[..<place]) + String(self[index(after: place)...]), self[..<place].utf8.count)
  }
}
