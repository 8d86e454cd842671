internal import GraphRuntime

/// The names set during one call of a template or a macro.
final class TemplateFrame {
  /// One entry a name and scope; nil until it is set.
  var slots: [TemplateValue?]

  /// The call that the macro was defined in.
  let outer: TemplateFrame?
  let context: TemplateContext

  init(slotCount: Int, outer: TemplateFrame?, context: TemplateContext) {
    slots = Array(repeating: nil, count: slotCount)
    self.outer = outer
    self.context = context
  }

  /// The value of a slot, if it is set.
  @inline(__always)
  func value(_ address: TemplateAddress) -> TemplateValue? {
    if address.hops == 0 { return slots[address.slot] }
    var frame: TemplateFrame? = outer
    for _ in 1..<address.hops { frame = frame?.outer }
    return frame?.slots[address.slot]
  }

  /// Forgets all values: a macro in a slot holds this frame, which would never be freed.
  func clear() {
    for index in slots.indices { slots[index] = nil }
  }
}

/// One rendering of one template: the whole, or an included part.
final class TemplateContext {
  private enum External {
    case unknown
    case absent
    case value(TemplateValue)
  }

  let program: TemplateProgram
  let surroundings: TemplateSurroundings

  /// For an included template that sees the names of the one around it.
  private let includer: (frame: TemplateFrame, scope: Int)?
  private var externals: [External]

  /// Whether it was included without context, and so sees no name but those that it sets.
  private let isIsolated: Bool

  init(
    _ program: TemplateProgram, _ surroundings: TemplateSurroundings,
    includer: (frame: TemplateFrame, scope: Int)? = nil, isIsolated: Bool = false
  ) {
    self.program = program
    self.surroundings = surroundings
    self.includer = includer
    self.isIsolated = isIsolated
    externals = Array(repeating: .unknown, count: program.externalNames.count)
  }

  /// The value of a name from outside, by its index in the program.
  func external(_ index: Int) -> TemplateValue? {
    switch externals[index] {
    case .value(let value): return value
    case .absent: return nil
    case .unknown:
      let value = resolve(program.externalNames[index])
      externals[index] = value.map { .value($0) } ?? .absent
      return value
    }
  }

  /// The value of a name from outside, or the function that every template has by that name.
  private func resolve(_ name: String) -> TemplateValue? {
    if let includer {
      let context = includer.frame.context
      for address in context.program.scopes.addresses(of: name, from: includer.scope) {
        if let value = includer.frame.value(address) { return value }
      }
      return context.resolve(name)
    }
    if !isIsolated, let value = surroundings.lookup?(name) { return .value(value) }
    return TemplateFunction(rawValue: name).map { .function($0) }
  }

  /// The names that exist at a place of this template, nearest first.
  func availableNames(_ frame: TemplateFrame, from scope: Int) -> [String] {
    var names: [String] = []
    for name in program.scopes.visibleNames(from: scope) where name != "loop" {
      let addresses = program.scopes.addresses(of: name, from: scope)
      if addresses.contains(where: { frame.value($0) != nil }) { names.append(name) }
    }
    let outside =
      includer.map { $0.frame.context.availableNames($0.frame, from: $0.scope) }
      ?? (isIsolated ? nil : surroundings.names?()) ?? []
    return names + outside.filter { !names.contains($0) }
  }
}

/// What the caller of a rendering gave to look things up with.
final class TemplateSurroundings {
  private(set) var lookup: ((String) -> Value?)?
  private(set) var names: (() -> [String])?
  private(set) var includes: ((String) -> JinjaTemplate?)?

  init(
    lookup: @escaping (String) -> Value?, names: @escaping () -> [String],
    includes: @escaping (String) -> JinjaTemplate?
  ) {
    self.lookup = lookup
    self.names = names
    self.includes = includes
  }

  /// Lets go of the caller's functions, which may not outlive the rendering.
  func clear() {
    lookup = nil
    names = nil
    includes = nil
  }
}
