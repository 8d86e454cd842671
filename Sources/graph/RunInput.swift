internal import CommandKit
internal import GraphCompiler
internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import GraphYAML

/// The inputs of a run from `--var` and `--var-file`.
struct RunInput {
  private let command: ParsedCommand
  private let loading: GraphLoading

  init(_ command: ParsedCommand, _ loading: GraphLoading) {
    self.command = command
    self.loading = loading
  }

  /// The inputs, typed by the graph's state; files first, so that `--var` has the last word.
  ///
  /// - Throws: `UsageError` or `CommandFailure` that says which input is wrong and what is expected.
  func values(for graph: CompiledGraph) throws -> ValueObject {
    var values = ValueObject()
    if let path = command.value("import-state") { values = try read(path, for: graph, isState: true) }
    for path in command.values("var-file") { values.merge(try read(path, for: graph)) }
    for (name, text) in try command.assignments("var") {
      guard let key = graph.description.key(named: name) else { throw unknown(name, graph) }
      guard let value = key.type.coerce(text: text) else {
        throw CommandFailure(
          "The input '\(name)' must be \(key.type.expectation), not '\(Self.shortened(text))'. "
            + "Write it as in: --var \(key.type.example(of: name))",
          code: .usage)
      }
      values[name] = value
    }
    return values
  }

  /// Finds inputs without which a node could not do its work.
  ///
  /// - Parameter state: What an earlier turn of the thread has left.
  static func checkMissing(
    _ values: ValueObject, known state: ValueObject, _ graph: CompiledGraph
  ) throws(CommandFailure) {
    let missing = graph.requiredInputs.filter { (values[$0.name] ?? state[$0.name] ?? .null).isNull }
    guard !missing.isEmpty else { return }
    let list = missing.map { "'\($0.name)' (\($0.description.map { "\($0); " } ?? "")\($0.type))" }
    let options = missing.map { "--var \($0.name)=…" }.joined(separator: " ")
    throw CommandFailure(
      "The graph needs the input\(list.count == 1 ? "" : "s") \(list.joined(separator: ", ")). "
        + "Give \(list.count == 1 ? "it" : "them") with '\(options)' or in a '--var-file'.",
      code: .usage)
  }

  private func unknown(_ name: String, _ graph: CompiledGraph) -> CommandFailure {
    CommandFailure("The graph takes no input '\(name)'. " + Self.advice(for: name, graph), code: .usage)
  }

  private static func advice(for name: String, _ graph: CompiledGraph) -> String {
    if let near = Suggestion.nearest(to: name, among: graph.description.keys.map(\.name)) {
      return "Did you mean '\(near)'?"
    }
    let names = graph.description.inputs.map { "'\($0.name)'" }
    return names.isEmpty ? "It takes none." : "It takes \(names.joined(separator: ", "))."
  }

  private static func shortened(_ text: String) -> String { text.count > 40 ? "\(text.prefix(39))…" : text }

  // MARK: - Files

  /// The mapping in a YAML or JSON file; JSON is YAML here.
  ///
  /// - Parameter isState: Whether it is the state of another run, in which the engine's own keys and those that this graph
  ///   does not have are left out.
  private func read(_ path: String, for graph: CompiledGraph, isState: Bool = false) throws -> ValueObject {
    let diagnostics = DiagnosticEngine()
    let file = SourceFile(path: path, bytes: try loading.read(path))
    let values = Self.values(in: file, graph, isState: isState, diagnostics)
    let isQuiet = command.flag("quiet")
    loading.printText(diagnostics.diagnostics.filter { $0.severity == .error || !isQuiet })
    guard !diagnostics.hasErrors else {
      let count = DiagnosticTextRenderer.summary(diagnostics.diagnostics) ?? "errors"
      throw CommandFailure("'\(path)' cannot be used as inputs: \(count)", code: .usage)
    }
    return values
  }

  private static func values(
    in file: SourceFile, _ graph: CompiledGraph, isState: Bool, _ diagnostics: DiagnosticEngine
  ) -> ValueObject {
    guard let root = YAMLParser.parse(file, diagnostics: diagnostics) else { return ValueObject() }
    guard let entries = root.mapping?.entries else {
      diagnostics.report(.inputsNoMapping(root.kindDescription), at: root.span)
      return ValueObject()
    }
    var values = ValueObject()
    for entry in entries {
      let name = entry.key.value
      if isState, isLeftOut(name, entry.value, graph) {
        if !isOfEngine(name), !entry.value.plainValue.isNull {
          diagnostics.report(.unknownStateKey(name), at: entry.key.span)
        }
        continue
      }
      guard let key = graph.description.key(named: name) else {
        let near = Suggestion.nearest(to: name, among: graph.description.keys.map(\.name))
        diagnostics.report(
          .unknownInput(name), at: entry.key.span,
          notes: [near.map { .didYouMean($0) } ?? .known("inputs", graph.description.inputs.map(\.name))],
          fixIts: near.map { [.replace(entry.key.span, with: $0)] } ?? [])
        continue
      }
      let (value, violations) = key.type.check(entry.value.plainValue)
      if violations.isEmpty {
        values[name] = value
      } else if !entry.value.plainValue.isNull {
        // Null is as good as not given; whether that will do is seen when all inputs are together.
        diagnostics.report(.inputType(name, key.type.expectation, entry.value.plainValue.kind), at: entry.value.span)
      }
    }
    return values
  }
}

extension RunInput {
  /// Whether a key of another run's state is no input of this graph.
  private static func isLeftOut(_ name: String, _ node: YAMLNode, _ graph: CompiledGraph) -> Bool {
    isOfEngine(name) || graph.description.key(named: name) == nil
  }

  /// Whether a key says how far another run had come; yamlgraph writes those that begin with `_` and the times.
  private static func isOfEngine(_ name: String) -> Bool {
    ReservedKey(rawValue: name) != nil || name.hasPrefix("_") || ["started_at", "completed_at"].contains(name)
  }
}

extension CompiledGraph {
  /// The inputs that a node needs and that nobody has given, which is often why it failed.
  func missingInputs(of node: String?, in state: ValueObject) -> [String] {
    let needs = description.nodes.first { $0.name == node }?.needs ?? []
    return description.inputs.map(\.name).filter { needs.contains($0) && (state[$0] ?? .null).isNull }
  }
}

extension SchemaType {
  /// What a value has to be, in the words of messages.
  fileprivate var expectation: String {
    switch base {
    case .int: "a whole number"
    case .float: "a number"
    case .bool: "true or false"
    case .list: "a list (\(self))"
    case .dict, .object: "an object (\(self))"
    case .enumeration: "one of \(self)"
    default: "\(self)"
    }
  }

  /// What may stand behind `--var`, as it is typed in a shell.
  fileprivate func example(of name: String) -> String {
    switch base {
    case .int: "\(name)=3"
    case .float: "\(name)=0.5"
    case .bool: "\(name)=true"
    case .list(.int), .list(.float): "'\(name)=[1, 2]'"
    case .list: #"'\#(name)=["one", "two"]'"#
    case .dict, .object: #"'\#(name)={"key": "value"}'"#
    case .enumeration(let values): "\(name)=" + (values.first.map { $0.string ?? $0.json() } ?? "…")
    default: "\(name)=…"
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func inputsNoMapping(_ kind: String) -> Self {
    Self("GR0180", "a file of inputs must be a mapping of names to values, not \(kind)")
  }

  fileprivate static func unknownStateKey(_ name: String) -> Self {
    Self("GR0194", .warning, "the graph has no key '\(name)', and it is left out")
  }

  fileprivate static func unknownInput(_ name: String) -> Self { Self("GR0181", "the graph takes no input '\(name)'") }

  fileprivate static func inputType(_ name: String, _ expected: String, _ actual: String) -> Self {
    Self("GR0182", "the input '\(name)' must be \(expected), not \(actual)")
  }
}
