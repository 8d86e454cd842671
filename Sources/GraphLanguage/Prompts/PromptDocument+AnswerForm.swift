internal import GraphDiagnostics

extension PromptDocument {
  /// Warns where the texts show the answer with other keys than the schema has.
  ///
  /// An object that a text shows is taken for the answer's form when at least half of its keys are the schema's, or
  /// nearly; it may be anything else otherwise. A list of words has to have two of them, and more than of others.
  func checkAnswerForm(_ diagnostics: DiagnosticEngine) {
    guard let schema = outputSchema else { return }
    for template in templates where !isSaidByUser(template) {
      let start = template.source.range.lowerBound
      let bytes = Array(template.source.text.utf8)
      let check = AnswerFormCheck(
        schema: schema, place: { template.source.span(of: ByteRange(start + $0.lowerBound, start + $0.upperBound)) },
        diagnostics: diagnostics)
      for form in AnswerForm.all(in: bytes) { check.compare(form, schema.object, in: "") }
      for list in AnswerForm.lists(in: bytes) { check.compare(list: list, schema.object) }
    }
  }

  /// Whether a text is an example of a question, in which an object is what the person gives.
  private func isSaidByUser(_ template: PromptTemplate) -> Bool {
    messages.contains { $0.role == .user && $0.content.span == template.span }
  }
}

private struct AnswerFormCheck {
  let schema: OutputSchema
  let place: (ByteRange) -> SourceSpan
  let diagnostics: DiagnosticEngine

  func compare(_ form: AnswerForm, _ object: SchemaObject, in path: String) {
    guard case .checked = object.additional else { return compareKnown(form, object, in: path) }
  }

  /// Compares a list of fields, in which not all words have to be fields.
  func compare(list: AnswerForm, _ object: SchemaObject) {
    if case .checked = object.additional { return }
    let names = object.fields.map(\.name.value)
    let shown = Set(list.keys.map(\.name))
    let left = names.filter { !shown.contains($0) }
    let fitting = names.count - left.count
    guard fitting > 1, fitting * 2 > list.keys.count else { return }
    let keys = list.keys.filter { key in
      names.contains(key.name) || Suggestion.nearest(to: key.name, among: left) != nil
        // Beside prose, and at the beginning of a sentence, a word may be anything.
        || (!list.isPartial && key.name.first?.isUppercase == false && !Self.asides.contains(key.name))
    }
    compareKnown(AnswerForm(range: list.range, keys: keys, isPartial: true), object, in: "")
  }

  /// What items of a list begin with that are no fields.
  private static let asides: Set<String> = ["note", "notes", "example", "examples", "hint", "important", "remember"]

  private func compareKnown(_ form: AnswerForm, _ object: SchemaObject, in path: String) {
    let names = object.fields.map(\.name.value)
    let shown = Set(form.keys.map(\.name))
    let missing = object.fields.filter { !shown.contains($0.name.value) }
    var left = missing.map(\.name.value)
    var misspelled: [(key: AnswerForm.Key, name: String)] = []
    var unknown: [AnswerForm.Key] = []
    for key in form.keys where !names.contains(key.name) {
      if let near = Suggestion.nearest(to: key.name, among: left) {
        left.removeAll { $0 == near }
        misspelled.append((key, near))
      } else {
        unknown.append(key)
      }
    }
    let fitting = form.keys.count - misspelled.count - unknown.count
    // With a slip of the pen in one key of one, nothing is left to tell the answer by.
    guard fitting + misspelled.count >= unknown.count, fitting > 0 else { return }
    let note = Diagnostic.Note("the schema '\(schema.name)' is declared here", at: schema.span)
    for (key, name) in misspelled {
      diagnostics.report(
        .formKeyUnknown(path + key.name, schema.name), at: place(key.range), notes: [.didYouMean(name), note],
        fixIts: [.replace(place(key.range), with: name)])
    }
    for key in unknown {
      diagnostics.report(.formKeyUnknown(path + key.name, schema.name), at: place(key.range), notes: [note])
    }
    if !form.isPartial {
      for field in missing where field.isRequired && left.contains(field.name.value) {
        diagnostics.report(
          .formKeyMissing(path + field.name.value, schema.name),
          at: place(ByteRange(form.range.lowerBound, form.range.lowerBound + 1)),
          notes: [Diagnostic.Note("the schema has the field here", at: field.name.span)])
      }
    }
    for key in form.keys {
      guard let value = key.value, case .object(let inner) = object.field(named: key.name)?.type.nonNull.unconstrained
      else { continue }
      compare(value, inner, in: "\(path)\(key.name).")
    }
  }
}

extension DiagnosticMessage {
  fileprivate static func formKeyUnknown(_ key: String, _ schema: String) -> Self {
    Self("GR0660", .warning, "the text asks for '\(key)', which the schema '\(schema)' does not have")
  }

  fileprivate static func formKeyMissing(_ key: String, _ schema: String) -> Self {
    Self("GR0661", .warning, "the text shows an answer without '\(key)', which the schema '\(schema)' wants")
  }
}
