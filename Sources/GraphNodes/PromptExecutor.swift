internal import GraphDiagnostics
internal import GraphLanguage
public import GraphRuntime
public import LanguageModels

/// Asks models with prompt files, without a graph.
///
/// A prompt is found by its name as a graph in the executor's folder would find it: in `prompts_dir` where one is
/// given, then in `prompts` in the folder and in those above it, up to the project's root. Files are read for each
/// call, so that a change shows at the next one.
///
/// ```swift
/// let executor = PromptExecutor(folder: "examples")
/// for try await token in executor.stream("greet", variables: ["name": "World"]) { print(token, terminator: "") }
/// ```
public struct PromptExecutor: Sendable {
  /// Where models come from.
  public let models: ModelCatalog

  /// The folder that the search for prompts begins in.
  public let folder: String

  /// The folder in which prompts are looked for first, relative to `folder`, as a graph's `prompts_dir`.
  public let promptsDirectory: String?

  /// The executor of `executePrompt` and `executePromptStreaming`: the working folder, and the environment and `.env` as
  /// they are at its first use.
  public static let shared = PromptExecutor()

  /// Creates an executor; it reads no prompt and opens no connection.
  public init(
    models: ModelCatalog = ModelCatalog(environment: .load()), folder: String = ".", promptsDirectory: String? = nil
  ) {
    self.models = models
    self.folder = folder
    self.promptsDirectory = promptsDirectory
  }

  /// Asks for the whole answer.
  ///
  /// An answer that does not fit the prompt's schema is sent back once with what is wrong with it.
  /// - Parameters:
  ///   - prompt: The prompt's name, without its extension.
  ///   - variables: The values for its placeholders.
  ///   - temperature: The sampling temperature; the prompt file's, else the provider's own when nil.
  ///   - provider: The provider; chosen by the prompt file, else by the environment when nil.
  ///   - model: The model; chosen as the provider is when nil.
  ///   - parsesJSON: Whether the JSON value in the answer is wanted where the prompt has no schema.
  /// - Returns: The text, or the value that fits the prompt's schema.
  /// - Throws: `DiagnosticError` when there is no such prompt or it has mistakes, `PromptError` when a variable is
  ///   missing, `ModelError`, `AnswerError` when the second answer does not fit either, `CancellationError`.
  public func execute(
    _ prompt: String, variables: ValueObject = [:], temperature: Double? = nil, provider: String? = nil,
    model: String? = nil, parsesJSON: Bool = false
  ) async throws -> Value {
    let call = PromptCall(
      executor: self, prompt: prompt, variables: variables, temperature: temperature,
      choice: ModelChoice(provider: provider, model: model), parsesJSON: parsesJSON)
    let (model, request, answer) = try call.prepare()
    let response = try await model.respond(to: request)
    return try await answer.value(of: response, to: request) { request, _ in
      try await model.respond(to: request)
    }.value
  }

  /// Asks for an answer that arrives token by token; nothing happens before the first token is asked for.
  ///
  /// - Parameters:
  ///   - prompt: The prompt's name, without its extension.
  ///   - variables: The values for its placeholders.
  ///   - temperature: The sampling temperature; the prompt file's, else the provider's own when nil.
  ///   - provider: The provider; chosen by the prompt file, else by the environment when nil.
  ///   - model: The model; chosen as the provider is when nil.
  public func stream(
    _ prompt: String, variables: ValueObject = [:], temperature: Double? = nil, provider: String? = nil,
    model: String? = nil
  ) -> PromptTokens {
    PromptTokens(
      call: PromptCall(
        executor: self, prompt: prompt, variables: variables, temperature: temperature,
        choice: ModelChoice(provider: provider, model: model), parsesJSON: false))
  }
}

/// Asks a model with a prompt of the working folder and returns the whole answer.
///
/// ```swift
/// let greeting = try await executePrompt("greet", variables: ["name": "World"])
/// ```
///
/// - Returns: The text, or the value that fits the prompt's schema.
/// - Throws: What the executor throws.
public func executePrompt(
  _ prompt: String, variables: ValueObject = [:], temperature: Double? = nil, provider: String? = nil,
  model: String? = nil
) async throws -> Value {
  try await PromptExecutor.shared.execute(
    prompt, variables: variables, temperature: temperature, provider: provider, model: model)
}

/// Asks a model with a prompt of the working folder; the answer arrives token by token.
///
/// ```swift
/// for try await token in executePromptStreaming("greet", variables: ["name": "World"]) {
///   print(token, terminator: "")
/// }
/// ```
public func executePromptStreaming(
  _ prompt: String, variables: ValueObject = [:], temperature: Double? = nil, provider: String? = nil,
  model: String? = nil
) -> PromptTokens {
  PromptExecutor.shared.stream(
    prompt, variables: variables, temperature: temperature, provider: provider, model: model)
}

/// The tokens of one answer, pulled from the provider as they are asked for.
///
/// Each iteration is a call of its own. Tokens are never empty and never split a character. Dropping the iterator, or
/// cancelling its task, closes the connection. The text of a prompt with a schema is checked when it has ended.
public struct PromptTokens: AsyncSequence, Sendable {
  /// The elements are pieces of text.
  public typealias Element = String

  fileprivate let call: PromptCall

  /// Begins a call, which is sent when the first token is asked for.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(phase: .idle(call)) }

  /// Reads the tokens of one call.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate enum Phase {
      case idle(PromptCall)
      case open(any ModelStream, ModelAnswer, text: String)
      case ended
    }

    fileprivate var phase: Phase

    /// The next token, or nil after the last.
    ///
    /// - Throws: `DiagnosticError` when there is no such prompt or it has mistakes, `PromptError` when a variable is
    ///   missing, `ModelError`, `AnswerError` when the text does not fit the prompt's schema, `CancellationError`.
    public mutating func next() async throws -> String? {
      guard let (stream, answer, soFar) = try open() else { return nil }
      var text = soFar
      // Nothing is asked of a stream that has failed.
      phase = .ended
      if let token = try await stream.next() {
        if !answer.isText { text += token }
        phase = .open(stream, answer, text: text)
        return token
      }
      _ = try answer.value(of: text, stream.summary.finishReason)
      return nil
    }

    /// The stream, which is made at the first call; nil after its end.
    private mutating func open() throws -> (stream: any ModelStream, answer: ModelAnswer, text: String)? {
      switch phase {
      case .open(let stream, let answer, let text): return (stream, answer, text)
      case .ended: return nil
      case .idle(let call):
        phase = .ended
        let (model, request, answer) = try call.prepare()
        return (model.stream(request), answer, "")
      }
    }
  }
}

/// One call of a prompt by its name.
struct PromptCall: Sendable {
  let executor: PromptExecutor
  let prompt: String
  let variables: ValueObject
  let temperature: Double?
  let choice: ModelChoice
  let parsesJSON: Bool

  /// Reads the prompt, puts the variables into it and chooses the model.
  func prepare() throws -> (model: any LanguageModel, request: ModelRequest, answer: ModelAnswer) {
    let document = try document()
    let messages = try document.messages({ variables[$0] }, names: { variables.keys })
    let request = ModelRequest(
      messages: messages, temperature: temperature ?? document.temperature?.value,
      maxTokens: document.maximumTokens?.value, schema: document.responseSchema)
    let file = ModelChoice(provider: document.provider?.value, model: document.model?.value)
    return (
      try executor.models.model(for: [choice, file]), request,
      ModelAnswer(to: document, parsesJSON: parsesJSON)
    )
  }

  private func document() throws(DiagnosticError) -> PromptDocument {
    // The name stands in no file; this one stands in for it and is taken out of what is reported.
    let caller = SourceFile(path: "", text: prompt)
    let diagnostics = DiagnosticEngine()
    guard let files = ProjectFiles(containing: ProjectFiles.join(executor.folder, "graph.yaml")) else {
      throw DiagnosticError([Diagnostic(.noPromptFolder(executor.folder), at: nil)])
    }
    let document = PromptLoader(files: files).load(
      Located(prompt, at: SourceSpan(caller, ByteRange(0, prompt.utf8.count))),
      PromptLoader.Lookup(graphFolder: executor.folder, directory: executor.promptsDirectory),
      diagnostics: diagnostics)
    guard let document, !diagnostics.hasErrors else {
      throw DiagnosticError(diagnostics.diagnostics.map { $0.withoutPlaces(in: caller) })
    }
    return document
  }
}

extension Diagnostic {
  /// The same finding without places in a file that there is not.
  fileprivate func withoutPlaces(in file: SourceFile) -> Diagnostic {
    func kept(_ span: SourceSpan?) -> SourceSpan? { span.flatMap { $0.file === file ? nil : $0 } }
    return Diagnostic(
      message, at: kept(span), notes: notes.map { Note($0.text, at: kept($0.span)) },
      fixIts: fixIts.filter { $0.span.file !== file })
  }
}

extension DiagnosticMessage {
  fileprivate static func noPromptFolder(_ folder: String) -> Self {
    Self("GR0619", "there is no folder '\(folder)' to look for prompts in")
  }
}
