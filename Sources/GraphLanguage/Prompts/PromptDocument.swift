public import GraphDiagnostics
public import GraphRuntime
public import GraphYAML

/// A prompt file: the messages of one call to a model, the answer that is wanted and settings of the call.
public struct PromptDocument: Sendable {
  /// A part of the system message.
  public struct Segment: Sendable {
    /// The text.
    public let text: PromptTemplate
    /// Whether the provider is asked to keep the message up to here for the next call.
    public let isCached: Bool
  }

  /// A turn of the conversation that stands before the question, as an example.
  public struct Turn: Sendable {
    /// Who speaks.
    public enum Role: String, Sendable, CaseIterable {
      /// The person.
      case user
      /// The model.
      case assistant
      /// Instructions.
      case system
    }

    /// Who speaks.
    public let role: Role
    /// What is said.
    public let content: PromptTemplate
  }

  /// The parts of the system message; none when there is no such message.
  public let system: [Segment]

  /// Example turns before the question.
  public let messages: [Turn]

  /// The question; nil when the turns end with it.
  public let user: PromptTemplate?

  /// What the answer has to look like, or nil for text.
  public let outputSchema: OutputSchema?

  /// The provider that is called unless the node names one.
  public let provider: Located<String>?

  /// The model that is called unless the node names one.
  public let model: Located<String>?

  /// The temperature unless the node sets one.
  public let temperature: Located<Double>?

  /// The most tokens of an answer unless the node sets it.
  public let maximumTokens: Located<Int>?

  /// Data about the prompt, which no step reads: `metadata`, and `name`, `description` and `version` beside it.
  public let metadata: ValueObject

  /// The whole prompt.
  public let span: SourceSpan

  /// The questions of the prompts that are included, by the names they are included by; those of a whole chain.
  public internal(set) var includedTemplates: [String: PromptTemplate] = [:]

  /// Every text in the order the model gets them.
  public var templates: [PromptTemplate] {
    system.map(\.text) + messages.map(\.content) + (user.map { [$0] } ?? [])
  }

  /// The texts and what they include; a plain text that is included is taken as it is and has no variables.
  private var readTemplates: [PromptTemplate] {
    templates + includedTemplates.sorted { $0.key < $1.key }.map(\.value).filter { $0.body is JinjaPrompt }
  }

  /// The names that have to be given, each at its first use.
  public var variables: [Located<String>] { firstUses(readTemplates.flatMap(\.variables)) }

  /// Those of the variables that every text can do without.
  public var optionalVariables: Set<String> {
    var optional = Set<String>()
    var required = Set<String>()
    for template in readTemplates {
      optional.formUnion(template.optionalVariables)
      required.formUnion(template.variables.map(\.value).filter { !template.optionalVariables.contains($0) })
    }
    return optional.subtracting(required)
  }

  /// The prompts that are included by a name that is written out, each at its first use.
  public var includes: [Located<String>] { firstUses(templates.flatMap(\.includes)) }

  /// The keys read below `state`, each at its first use.
  public var stateKeys: [Located<String>] { firstUses(readTemplates.flatMap(\.stateKeys)) }

  /// Puts values into one of the texts, with what it includes.
  ///
  /// - Throws: `PromptError` when a value is missing or null, or does not fit its format.
  public func render(
    _ template: PromptTemplate, _ lookup: (String) -> Value?, names: () -> [String]
  ) throws(PromptError) -> String {
    try template.render(lookup, names: names, includes: { includedTemplates[$0] })
  }

  private func firstUses(_ names: [Located<String>]) -> [Located<String>] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0.value).inserted }
  }
}

extension PromptDocument {
  /// Parses a prompt file; reports every mistake and returns nil when it cannot be used.
  public static func parse(_ file: SourceFile, diagnostics: DiagnosticEngine) -> PromptDocument? {
    let found = DiagnosticEngine()
    defer { for diagnostic in found.diagnostics { diagnostics.report(diagnostic) } }
    guard let node = YAMLParser.parse(file, diagnostics: found) else {
      if !found.hasErrors { found.report(.emptyPromptFile, at: SourceSpan(file, ByteRange(0, 0))) }
      return nil
    }
    guard let reader = MappingReader(node, "a prompt file", diagnostics: found) else { return nil }
    let name = baseName(of: file.path)
    let document = PromptReader(reader: reader, span: node.span, name: name).read()
    return found.hasErrors ? nil : document
  }

  /// A prompt written inside a node: its `system` and `user` texts.
  ///
  /// Reports mistakes and returns nil when there are any.
  public static func inline(
    system: YAMLNode?, user: YAMLNode?, span: SourceSpan, diagnostics: DiagnosticEngine
  ) -> PromptDocument? {
    let found = DiagnosticEngine()
    defer { for diagnostic in found.diagnostics { diagnostics.report(diagnostic) } }
    let segments = system.map { PromptReader.segments($0, "'system'", diagnostics: found) } ?? []
    let question = user.flatMap { PromptTemplate.parse($0, "'user'", diagnostics: found) }
    if user == nil && !found.hasErrors { found.report(.promptAsksNothing, at: span) }
    guard !found.hasErrors else { return nil }
    return PromptDocument(
      system: segments, messages: [], user: question, outputSchema: nil, provider: nil, model: nil, temperature: nil,
      maximumTokens: nil, metadata: [:], span: span)
  }

  /// The name of a file without folders and extension.
  private static func baseName(of path: String) -> String {
    let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
    return String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)])
  }
}

/// Reads the keys of a prompt file.
private struct PromptReader {
  let reader: MappingReader
  let span: SourceSpan
  let name: String

  private var diagnostics: DiagnosticEngine { reader.diagnostics }

  private static let keys = [
    "system", "system_segments", "user", "template", "messages", "schema", "output_schema", "provider", "model",
    "temperature", "max_tokens", "metadata", "name", "description", "version",
  ]

  func read() -> PromptDocument {
    reader.refuseKeys(except: Self.keys) { key in
      switch key {
      case "parse_json", "stream", "variables", "state_key", "timeout", "tools", "retry", "thinking_budget":
        "'\(key)' is a key of the node that uses the prompt"
      case "prompt": "the question is written 'user'"
      case "tags", "author", "notes": "data about the prompt is written below 'metadata'"
      default: nil
      }
    }
    let turns = readTurns()
    return PromptDocument(
      system: readSystem(), messages: turns, user: readUser(hasTurns: reader.node("messages") != nil),
      outputSchema: readSchema(), provider: reader.string("provider"), model: reader.string("model"),
      temperature: readTemperature(), maximumTokens: reader.int("max_tokens", atLeast: 1), metadata: readMetadata(),
      span: span)
  }

  // MARK: - Messages

  private func readSystem() -> [PromptDocument.Segment] {
    let system = reader.node("system")
    guard let segments = reader.node("system_segments") else {
      return system.map { Self.segments($0, "'system'", diagnostics: diagnostics) } ?? []
    }
    if let system, let entry = reader.mapping["system_segments"] {
      let note = Diagnostic.Note("the other is here", at: system.span)
      diagnostics.report(.bothKeys("system", "system_segments"), at: entry.key.span, notes: [note])
    }
    if segments.sequence == nil {
      diagnostics.report(.wrongKind("'system_segments'", "a list", segments.kindDescription), at: segments.span)
      return []
    }
    return Self.segments(segments, "'system_segments'", diagnostics: diagnostics)
  }

  /// Reads a text, or a list of texts and of `{content, cache}`.
  static func segments(_ node: YAMLNode, _ subject: String, diagnostics: DiagnosticEngine) -> [PromptDocument.Segment] {
    guard let items = node.sequence else {
      guard node.mapping == nil else {
        diagnostics.report(.wrongKind(subject, "a string or a list", node.kindDescription), at: node.span)
        return []
      }
      return PromptTemplate.parse(node, subject, diagnostics: diagnostics).map { [.init(text: $0, isCached: false)] }
        ?? []
    }
    return items.compactMap { item in
      guard item.mapping != nil else {
        let text = PromptTemplate.parse(item, "a segment of \(subject)", diagnostics: diagnostics)
        return text.map { .init(text: $0, isCached: false) }
      }
      guard let reader = MappingReader(item, "a segment", diagnostics: diagnostics) else { return nil }
      reader.refuseKeys(except: ["content", "cache"])
      guard let content = reader.node("content") else {
        diagnostics.report(.schemaLacks("content", "a segment of \(subject)"), at: item.span)
        return nil
      }
      let isCached = reader.bool("cache") ?? false
      return PromptTemplate.parse(content, "'content'", diagnostics: diagnostics).map {
        .init(text: $0, isCached: isCached)
      }
    }
  }

  private func readUser(hasTurns: Bool) -> PromptTemplate? {
    let user = reader.mapping["user"]
    let template = reader.mapping["template"]
    if let user, let template {
      let note = Diagnostic.Note("the other is here", at: user.key.span)
      diagnostics.report(.bothKeys("user", "template"), at: template.key.span, notes: [note])
    }
    guard let entry = user ?? template else {
      if !hasTurns { diagnostics.report(.promptAsksNothing, at: reader.mapping.entries.first?.key.span ?? span) }
      return nil
    }
    return PromptTemplate.parse(entry.value, "'\(entry.key.value)'", diagnostics: diagnostics)
  }

  private func readTurns() -> [PromptDocument.Turn] {
    (reader.sequence("messages") ?? []).compactMap { item in
      guard let turn = MappingReader(item, "a message", diagnostics: diagnostics) else { return nil }
      turn.refuseKeys(except: ["role", "content"])
      let role = turn.string("role")
      for key in ["role", "content"] where turn.node(key) == nil {
        diagnostics.report(.schemaLacks(key, "a message"), at: item.span)
      }
      guard let role, let content = turn.node("content") else { return nil }
      guard let known = PromptDocument.Turn.Role(rawValue: role.value) else {
        let names = PromptDocument.Turn.Role.allCases.map(\.rawValue)
        let near = Suggestion.nearest(to: role.value, among: names)
        let note = near.map { "did you mean '\($0)'?" } ?? "roles are \(names.joined(separator: ", "))"
        diagnostics.report(
          .unknownRole(role.value), at: role.span, notes: [.init(note, at: role.span)],
          fixIts: near.map { [.replace(role.span, with: $0)] } ?? [])
        return nil
      }
      return PromptTemplate.parse(content, "'content'", diagnostics: diagnostics).map {
        .init(role: known, content: $0)
      }
    }
  }

  // MARK: - Settings

  private func readSchema() -> OutputSchema? {
    let native = reader.node("schema")
    guard let jsonSchema = reader.node("output_schema") else {
      return native.flatMap { OutputSchema.parse(native: $0, diagnostics: diagnostics) }
    }
    if let native, let entry = reader.mapping["output_schema"] {
      let note = Diagnostic.Note("the other is here", at: native.span)
      diagnostics.report(.bothKeys("schema", "output_schema"), at: entry.key.span, notes: [note])
      return nil
    }
    return OutputSchema.parse(jsonSchema: jsonSchema, name: name, diagnostics: diagnostics)
  }

  private func readTemperature() -> Located<Double>? {
    guard let temperature = reader.number("temperature") else { return nil }
    if temperature.value < 0 || temperature.value > 2 {
      diagnostics.report(.outOfRange("temperature", "from 0 to 2"), at: temperature.span)
    }
    return temperature
  }

  private func readMetadata() -> ValueObject {
    var metadata = ValueObject()
    for key in ["name", "description", "version"] {
      guard let node = reader.node(key) else { continue }
      guard node.scalar != nil else {
        diagnostics.report(.wrongKind("'\(key)'", "a string", node.kindDescription), at: node.span)
        continue
      }
      metadata[key] = node.plainValue
    }
    if let node = reader.node("metadata") {
      guard case .object(let object) = node.plainValue else {
        diagnostics.report(.wrongKind("'metadata'", "a mapping", node.kindDescription), at: node.span)
        return metadata
      }
      metadata.merge(object)
    }
    return metadata
  }
}

extension DiagnosticMessage {
  static func bothKeys(_ first: String, _ second: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0604", .error, "'\(first)' and '\(second)' cannot both be set")
  }

  static let promptAsksNothing = DiagnosticMessage(
    "GR0605", .error, "the prompt has no 'user', 'template' or 'messages'")

  static let emptyPromptFile = DiagnosticMessage("GR0606", .error, "the prompt file is empty")

  static func unknownRole(_ role: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0607", .error, "no role is named '\(role)'")
  }
}
