internal import CommandKit
internal import Glibc
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// The answers to the questions of a run: those of the command line first, then those of whoever sits at the terminal.
struct RunAnswers {
  /// Answers that nobody has asked for yet, by the question's id, in their order.
  private var waiting: [String: [Answer]] = [:]
  private let graph: CompiledGraph

  private enum Answer {
    /// Text as somebody typed it.
    case text(String)
    /// A value of a file.
    case value(Value)
  }

  /// Reads the answers of `--answers` and `--answer`.
  ///
  /// - Throws: `UsageError` or `CommandFailure` that says what is wrong with them.
  /// - Parameter questions: The questions that are open already, of which the only one may be answered without its id;
  ///   nil where none is.
  init(
    _ command: ParsedCommand, _ loading: GraphLoading, _ graph: CompiledGraph, questions: [PendingInterrupt]? = nil
  ) throws {
    self.graph = graph
    for (id, text) in try Self.texts(command, questions) { waiting[id, default: []].append(.text(text)) }
    guard let path = command.value("answers") else { return }
    for (id, value) in try Self.read(path, loading) { waiting[id, default: []].append(.value(value)) }
  }

  private static func texts(
    _ command: ParsedCommand, _ questions: [PendingInterrupt]?
  ) throws -> [(id: String, text: String)] {
    guard let questions else { return try command.assignments("answer").map { ($0.name, $0.value) } }
    let ids = questions.map(\.id)
    return try command.values("answer").map { text in
      if let equals = text.firstIndex(of: "="), ids.contains(String(text[..<equals])) || text.looksAssigned {
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
      }
      if ids.count == 1 { return (ids[0], text) }
      let known =
        ids.isEmpty ? "There is no open question." : "There are \(ids.map { "'\($0)'" }.joined(separator: ", "))."
      throw command.invalid(text, for: "answer", advice: "Please say which question it answers: 'id=value'. \(known)")
    }
  }

  private static func read(_ path: String, _ loading: GraphLoading) throws -> [(id: String, value: Value)] {
    let diagnostics = DiagnosticEngine()
    let file = SourceFile(path: path, bytes: try loading.read(path))
    var answers: [(id: String, value: Value)] = []
    if let root = YAMLParser.parse(file, diagnostics: diagnostics) {
      for node in root.sequence ?? [root] {
        guard let entries = node.mapping?.entries else {
          diagnostics.report(.answersNoMapping(node.kindDescription), at: node.span)
          continue
        }
        answers += entries.map { ($0.key.value, $0.value.plainValue) }
      }
    }
    loading.printText(diagnostics.diagnostics)
    guard !diagnostics.hasErrors else {
      throw CommandFailure("'\(path)' cannot be used as answers", code: .usage)
    }
    return answers
  }

  // MARK: - Answering

  /// The answers to as many of the questions as there are answers.
  ///
  /// - Throws: `CommandFailure` when an answer is not of the type that the state declares.
  mutating func take(for questions: [PendingInterrupt], _ terminal: Terminal) throws -> ValueObject {
    var answers = ValueObject()
    for question in questions {
      if let answer = waiting[question.id]?.first {
        waiting[question.id]?.removeFirst()
        answers[question.id] = try value(of: answer, for: question)
      } else if terminal.isInputInteractive, terminal.isErrorInteractive {
        guard !question.isOverdue, let answer = ask(question, namesIt: questions.count > 1) else { break }
        answers[question.id] = answer
      }
    }
    return answers
  }

  /// Says which answers nobody has asked for.
  func sayUnused(isQuiet: Bool) {
    guard !isQuiet else { return }
    var errors = OutputWriter.standardError()
    for (id, answers) in waiting.sorted(by: { $0.key < $1.key }) where !answers.isEmpty {
      try? errors.write("Warning: \(answers.count) answer\(answers.count == 1 ? "" : "s") to '\(id)' not asked for\n")
    }
  }

  private func value(of answer: Answer, for question: PendingInterrupt) throws(CommandFailure) -> Value {
    switch answer {
    case .value(let value):
      guard type(of: question).accepts(value) else {
        throw refusal(of: "", value, question)
      }
      return value
    case .text(let text):
      guard let value = parse(text, for: question) else {
        throw refusal(of: ", not '\(text)'", (try? Value(json: text)) ?? .string(text), question)
      }
      return value
    }
  }

  private func refusal(of text: String, _ value: Value, _ question: PendingInterrupt) -> CommandFailure {
    let type = type(of: question)
    var detail = ""
    if let place = type.check(value).violations.first {
      if place.path != "$" {
        detail = " At \(place)."
      } else if case .constrained = type {
        detail = " Expected \(place.expected), found \(place.found)."
      }
    }
    return CommandFailure("The answer to '\(question.id)' must be \(type)\(text).\(detail)", code: .usage)
  }

  /// Asks at the terminal until the answer is of the type that is wanted; nil when nobody answers.
  private func ask(_ question: PendingInterrupt, namesIt: Bool) -> Value? {
    var errors = OutputWriter.standardError()
    try? errors.write((namesIt ? "[\(question.id)] " : "") + question.text.withoutControls + "\n")
    while true {
      try? errors.write("> ")
      try? errors.flush()
      guard Self.waitForInput(until: question.expires) else {
        try? errors.write("\nNobody has answered in time.\n")
        return nil
      }
      guard let line = Self.readLine() else { return nil }
      if let value = parse(line, for: question) { return value }
      try? errors.write("That is not \(type(of: question)).\n")
    }
  }

  /// Waits until somebody has typed a line.
  ///
  /// - Parameter expires: When that is waited for no longer, in milliseconds since 1970 UTC.
  /// - Returns: Whether somebody has.
  private static func waitForInput(until expires: Int64?) -> Bool {
    guard let expires else { return true }
    while true {
      let left = expires - TimeText.now()
      guard left > 0 else { return false }
      var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      if poll(&input, 1, Int32(clamping: left)) > 0 { return true }
    }
  }

  /// A line of standard input without its end; nil at its end.
  private static func readLine() -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
  }

  // MARK: - Types

  private func type(of question: PendingInterrupt) -> SchemaType { graph.description.answerType(of: question.id) }

  /// What was typed as the type that is declared; where none is, lists, objects and quoted texts are JSON, and all
  /// else is text.
  private func parse(_ text: String, for question: PendingInterrupt) -> Value? {
    let type = type(of: question)
    guard type == .any else { return type.coerce(text: text) }
    let isJSON = text.unicodeScalars.first { !$0.properties.isWhitespace }.map { "[{\"".unicodeScalars.contains($0) }
    guard isJSON == true, let value = try? Value(json: text) else { return .string(text) }
    return value
  }
}

extension PendingInterrupt {
  /// What becomes of it when nobody answers, or nothing where it waits for ever.
  var timeText: String {
    expires.map { " until \(TimeText.describe($0)) it is \(defaultAnswer.string ?? defaultAnswer.json())" } ?? ""
  }
}

extension String {
  /// Whether the text begins with a name and a `=`, as an answer to a question of that id.
  fileprivate var looksAssigned: Bool {
    let name = prefix { $0 != "=" }
    return !name.isEmpty && name.count < count && !name.contains { $0.isWhitespace }
  }
}

extension DiagnosticMessage {
  fileprivate static func answersNoMapping(_ kind: String) -> Self {
    Self("GR0193", "answers must be a mapping of ids to values, or a list of such mappings, not \(kind)")
  }
}
