internal import GraphDiagnostics
internal import GraphRuntime

extension TemplateRenderer {
  mutating func execute(_ include: TemplateInclude) throws(TemplateError) {
    let value = try evaluate(include.name)
    var names: [String] = []
    if let text = value.text {
      names = [text]
    } else {
      let items = try locating(program.source, include.range) { () throws(TemplateFailure) in try value.items() }
      for item in items {
        guard let text = item.text else {
          throw error(.templateNeeds("the name of a prompt", found: item.kind), include.range)
        }
        names.append(text)
      }
    }
    for name in names {
      guard let template = context.surroundings.includes?(name) else { continue }
      try render(template, named: name, include)
      return
    }
    if !include.ignoresMissing {
      let isWritten = if case .constant = include.name.kind { true } else { false }
      throw error(.templateMissingInclude(isWritten ? names.first : nil), include.range)
    }
  }

  private mutating func render(
    _ template: JinjaTemplate, named name: String, _ include: TemplateInclude
  ) throws(TemplateError) {
    try locating(program.source, include.range) { () throws(TemplateFailure) in try budget.enter() }
    defer { budget.leave() }
    let caller = (context: context, frame: frame)
    context = TemplateContext(
      template.program, context.surroundings, includer: include.hasContext ? (frame, include.scope) : nil,
      isIsolated: !include.hasContext)
    frame = TemplateFrame(slotCount: template.program.slotCount, outer: nil, context: context)
    defer {
      frame.clear()
      (context, frame) = caller
    }
    do throws(TemplateError) {
      try execute(template.program.nodes)
    } catch {
      let place = caller.context.program.source.span(include.range)
      throw error.adding(Diagnostic.Note(TemplateNote.inInclude(name), at: place))
    }
  }
}
