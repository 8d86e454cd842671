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

  /// Whether it could not be read, so that its texts and its answer may be anything.
  public private(set) var isUnknown = false

  /// Every text in the order the model gets them.
  public var templates: [PromptTemplate] {
    system.map(\.text) + messages.map(\.content) + (user.map { [$0] } ?? [])
  }

  /// The names that have to be given, each at its first use.
  public var variables: [Located<String>] { names.variables }

  /// Those of the variables that every text can do without.
  public var optionalVariables: Set<String> { names.optional }

  /// The keys read below `state`, each at its first use.
  public var stateKeys: [Located<String>] { names.stateKeys }

  /// Those of the variables without which the messages are never made, whatever the others are.
  public var certainVariables: Set<String> { names.certain }

  /// Those of the variables that no text can be given as null.
  public var variablesNeverNull: Set<String> { names.neverNull }

  /// The names that the texts make themselves, by loops and assignments.
  public var ownNames: [String] { names.own }

  /// What looks like placeholders in its Jinja templates, where it is text.
  public var bracedNames: [PromptTemplate.BracedName] { names.braced }

  /// What looks like broken placeholders in its other texts.
  public var nearPlaceholders: [PromptTemplate.NearPlaceholder] { names.nearPlaceholders }

  /// The paths of placeholders right behind a dollar sign, each with the place of the sign.
  public var dollars: [(path: StatePath, sign: SourceSpan)] { names.dollars }

  /// Whether a text may read any key below `state`.
  public var readsWholeState: Bool {
    isUnknown || templates.contains(where: \.readsWholeState)
      || includedTemplates.values.contains(where: \.readsWholeState)
  }

  /// The prompts that are included by a name that is written out, each at its first use.
  public var includes: [Located<String>] { PromptNames.firstUses(templates.flatMap(\.includes)) }

  /// The questions of the prompts that are included, by the names they are included by; those of a whole chain.
  private(set) var includedTemplates: [String: PromptTemplate] = [:]

  private var names: PromptNames

  fileprivate init(
    system: [Segment], messages: [Turn], user: PromptTemplate?, outputSchema: OutputSchema?,
    provider: Located<String>?, model: Located<String>?, temperature: Located<Double>?, maximumTokens: Located<Int>?,
    metadata: ValueObject, span: SourceSpan
  ) {
    self.system = system
    self.messages = messages
    self.user = user
    self.outputSchema = outputSchema
    self.provider = provider
    self.model = model
    self.temperature = temperature
    self.maximumTokens = maximumTokens
    self.metadata = metadata
    self.span = span
    names = PromptNames(system.map(\.text) + messages.map(\.content) + (user.map { [$0] } ?? []), including: [])
  }

  /// Adds the question of a prompt that is included by this name, and what that one includes.
  mutating func include(_ question: PromptTemplate, of document: PromptDocument, as name: String) {
    includedTemplates[name] = question
    includedTemplates.merge(document.includedTemplates) { own, _ in own }
    names = PromptNames(templates, including: includedTemplates.sorted { $0.key < $1.key }.map(\.value))
  }

  /// Puts values into one of the texts, with what it includes.
  ///
  /// - Throws: `PromptError` when a value is missing or null, or does not fit its format.
  public func render(
    _ template: PromptTemplate, _ lookup: (String) -> Value?, names: () -> [String]
  ) throws(PromptError) -> String {
    try template.render(lookup, names: names, includes: { includedTemplates[$0] })
  }
}

extension PromptDocument {
  /// The keys of a prompt file.
  static var fileKeys: KeyTable { PromptReader.keys }

  /// Parses a prompt file; reports every mistake and returns nil when it cannot be used.
  public static func parse(_ file: SourceFile, diagnostics: DiagnosticEngine) -> PromptDocument? {
    let found = DiagnosticEngine()
    defer { for diagnostic in found.diagnostics { diagnostics.report(diagnostic) } }
    SecretScan.run(file, diagnostics: found)
    guard let node = YAMLParser.parse(file, diagnostics: found) else {
      if !found.hasErrors { found.report(.emptyFile("prompt"), at: SourceSpan(file, ByteRange(0, 0))) }
      return nil
    }
    guard let reader = FieldReader(node, owner: "a prompt file", keys: PromptReader.keys, diagnostics: found)
    else { return nil }
    let name = baseName(of: file.path)
    let document = PromptReader(reader: reader, span: node.span, name: name).read()
    document.checkAnswerForm(found)
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

  /// What stands for a prompt that cannot be read, which was reported.
  ///
  /// - Parameter span: Where it is named, or would be.
  public static func unknown(at span: SourceSpan) -> PromptDocument {
    var document = PromptDocument(
      system: [], messages: [], user: nil, outputSchema: nil, provider: nil, model: nil, temperature: nil,
      maximumTokens: nil, metadata: [:], span: span)
    document.isUnknown = true
    return document
  }

  /// The name of a file without folders and extension.
  private static func baseName(of path: String) -> String {
    let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
    return String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)])
  }
}

/// Reads the keys of a prompt file.
private struct PromptReader {
  let reader: FieldReader
  let span: SourceSpan
  let name: String

  private var diagnostics: DiagnosticEngine { reader.diagnostics }

  /// The keys of a prompt file.
  static let keys = KeyTable(
    [
      KeySpec("system", .any, "The system message: a text, or a list of texts and of {content, cache}.").holding(
        .either([.kind(.string), .items(segment)])
      ).meaning(.promptText),
      KeySpec("system_segments", .list, "The system message as a list of texts and of {content, cache}.").holding(
        .items(segment)
      ).meaning(.promptText),
      KeySpec("user", .string, "The question.").meaning(.promptText),
      KeySpec("template", .string, "The question, by another name.").meaning(.promptText),
      KeySpec("messages", .list, "Turns of the conversation before the question: {role, content}.").holding(
        .items(.keys(turnKeys))),
      KeySpec("schema", .mapping, "What the answer has to look like: {name, fields}.").holding(
        .keys(OutputSchema.nativeKeys)),
      KeySpec("output_schema", .mapping, "What the answer has to look like, as JSON Schema."),
      KeySpec("metadata", .mapping, "Data about the prompt, which no step reads."),
      KeySpec("name", .anyOrNull, "The prompt's name."),
      KeySpec("description", .anyOrNull, "What the prompt is for."),
      KeySpec("version", .anyOrNull, "The prompt's version."),
    ] + ModelSettings.keys.filter { $0.name != "base_url" },
    misplaced: Dictionary(
      uniqueKeysWithValues: [
        "parse_json", "stream", "variables", "state_key", "timeout", "tools", "retry", "thinking_budget",
      ].map { ($0, "it is a key of the node that uses the prompt") }
        + ["tags", "author", "notes"].map { ($0, "data about the prompt is written under 'metadata'") }
        + [("prompt", "the question is written under 'user'")]))

  /// A part of the system message.
  private static let segment = FieldForm.either([.kind(.string), .keys(segmentKeys)])

  private static let segmentKeys = KeyTable([
    KeySpec("content", .string, "The text.", isRequired: true).meaning(.promptText),
    KeySpec("cache", .bool, "Whether the provider is asked to keep the message up to here for the next call."),
  ])

  private static let turnKeys = KeyTable([
    KeySpec(
      "role", .choice(PromptDocument.Turn.Role.allCases.map(\.rawValue)), "Who speaks.", isRequired: true),
    KeySpec("content", .string, "What is said.", isRequired: true).meaning(.promptText),
  ])

  func read() -> PromptDocument {
    let turns = readTurns()
    return PromptDocument(
      system: readSystem(), messages: turns, user: readUser(hasTurns: reader.has("messages")),
      outputSchema: readSchema(), provider: reader.string("provider"), model: reader.string("model"),
      temperature: reader.double("temperature"), maximumTokens: reader.int("max_tokens"), metadata: readMetadata(),
      span: span)
  }

  // MARK: - Messages

  private func readSystem() -> [PromptDocument.Segment] {
    let system = reader.node("system")
    guard let segments = reader.node("system_segments") else {
      return system.map { Self.segments($0, "'system'", diagnostics: diagnostics) } ?? []
    }
    if let system, let entry = reader.mapping["system_segments"] {
      let note = Diagnostic.Note.theOther(at: system.span)
      diagnostics.report(.bothKeys("system", "system_segments"), at: entry.key.span, notes: note)
    }
    return Self.segments(segments, "'system_segments'", diagnostics: diagnostics)
  }

  /// Reads a text, or a list of texts and of `{content, cache}`.
  static func segments(_ node: YAMLNode, _ subject: String, diagnostics: DiagnosticEngine) -> [PromptDocument.Segment] {
    guard let items = node.sequence else {
      guard node.mapping == nil else {
        diagnostics.report(
          .wrongType(subject, expected: "a string or a list", found: node.kindDescription), at: node.span)
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
      guard
        let reader = FieldReader(
          item, owner: "a segment of \(subject)", keys: segmentKeys, diagnostics: diagnostics),
        let content = reader.node("content")
      else { return nil }
      let isCached = reader.bool("cache")?.value ?? false
      return PromptTemplate.parse(content, "'content'", diagnostics: diagnostics).map {
        .init(text: $0, isCached: isCached)
      }
    }
  }

  private func readUser(hasTurns: Bool) -> PromptTemplate? {
    if let user = reader.keySpan("user"), let template = reader.keySpan("template") {
      let note = Diagnostic.Note.theOther(at: user)
      diagnostics.report(.bothKeys("user", "template"), at: template, notes: note)
    }
    let key = reader.has("user") ? "user" : "template"
    if !reader.has(key) && !hasTurns {
      diagnostics.report(.promptAsksNothing, at: reader.mapping.entries.first?.key.span ?? span)
    }
    return reader.node(key).flatMap { PromptTemplate.parse($0, "'\(key)'", diagnostics: diagnostics) }
  }

  private func readTurns() -> [PromptDocument.Turn] {
    (reader.sequence("messages") ?? []).compactMap { item in
      guard let turn = FieldReader(item, owner: "a message", keys: Self.turnKeys, diagnostics: diagnostics),
        let role = turn.string("role"), let known = PromptDocument.Turn.Role(rawValue: role.value),
        let content = turn.node("content")
      else { return nil }
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
      let note = Diagnostic.Note.theOther(at: native.span)
      diagnostics.report(.bothKeys("schema", "output_schema"), at: entry.key.span, notes: note)
      return nil
    }
    return OutputSchema.parse(jsonSchema: jsonSchema, name: name, diagnostics: diagnostics)
  }

  private func readMetadata() -> ValueObject {
    var metadata = ValueObject()
    for key in ["name", "description", "version"] {
      guard let node = reader.node(key) else { continue }
      guard node.scalar != nil else {
        diagnostics.report(.wrongType("'\(key)'", expected: "a string", found: node.kindDescription), at: node.span)
        continue
      }
      metadata[key] = node.plainValue
    }
    if let node = reader.node("metadata"), case .object(let object) = node.plainValue { metadata.merge(object) }
    return metadata
  }
}

extension DiagnosticMessage {
  static func bothKeys(_ first: String, _ second: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0604", .error, "'\(first)' and '\(second)' cannot both be set")
  }

  static let promptAsksNothing = DiagnosticMessage(
    "GR0605", .error, "the prompt has no 'user', 'template' or 'messages'")

}
