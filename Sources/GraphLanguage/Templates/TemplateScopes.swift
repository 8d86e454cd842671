/// Which names mean what, found while a template is parsed.
///
/// A scope is the template itself, the body of a loop, macro, `with` or
/// capturing block. A name may be set anywhere in its scope and is unset until
/// then, so a reference has one slot for each enclosing scope that sets the
/// name, innermost first, and falls back to what the caller supplies.
struct TemplateScopes {
  /// One scope.
  struct Scope {
    let parent: Int?
    /// The macro whose call the scope lives in; 0 is the template itself.
    let activation: Int
    var slots: [(name: String, slot: Int)] = []

    func slot(of name: String) -> Int? { slots.first { $0.name == name }?.slot }
  }

  private(set) var scopes = [Scope(parent: nil, activation: 0)]
  private(set) var slotCounts = [0]
  private(set) var references: [(name: String, scope: Int)] = []
  private var referenceIndices: [Int: [String: Int]] = [:]

  /// The scope that is being parsed.
  var current = 0

  /// Opens a scope inside the current one.
  mutating func open(isMacro: Bool = false) {
    var activation = scopes[current].activation
    if isMacro {
      activation = slotCounts.count
      slotCounts.append(0)
    }
    scopes.append(Scope(parent: current, activation: activation))
    current = scopes.count - 1
  }

  /// Closes the current scope.
  mutating func close() { current = scopes[current].parent ?? 0 }

  /// The slot of a name that is set in the current scope.
  mutating func declare(_ name: String) -> Int {
    if let slot = scopes[current].slot(of: name) { return slot }
    let activation = scopes[current].activation
    let slot = slotCounts[activation]
    slotCounts[activation] += 1
    scopes[current].slots.append((name, slot))
    return slot
  }

  /// The index of a reference to a name from the current scope.
  mutating func reference(_ name: String) -> Int {
    if let index = referenceIndices[current]?[name] { return index }
    let index = references.count
    references.append((name, current))
    referenceIndices[current, default: [:]][name] = index
    return index
  }

  /// Whether a name is referred to from a scope or one inside it, even if that sets it itself.
  ///
  /// It is asked for the special names of macros: in Jinja2, a macro in which another one asks for `kwargs` takes any
  /// named arguments as well.
  func isReferred(_ name: String, from scope: Int) -> Bool {
    references.contains { reference in
      guard reference.name == name else { return false }
      var candidate: Int? = reference.scope
      while let index = candidate {
        if index == scope { return true }
        candidate = scopes[index].parent
      }
      return false
    }
  }

  /// The slots that a name may be found in from a scope, innermost first.
  func addresses(of name: String, from scope: Int) -> [TemplateAddress] {
    var addresses: [TemplateAddress] = []
    var candidate: Int? = scope
    var hops = 0
    while let index = candidate {
      if let slot = scopes[index].slot(of: name) {
        addresses.append(TemplateAddress(hops: hops, slot: slot, activation: scopes[index].activation))
      }
      if let parent = scopes[index].parent, scopes[parent].activation != scopes[index].activation { hops += 1 }
      candidate = scopes[index].parent
    }
    return addresses
  }

  /// The names set in a scope and those around it.
  func visibleNames(from scope: Int) -> [String] {
    var names: [String] = []
    var candidate: Int? = scope
    while let index = candidate {
      for (name, _) in scopes[index].slots where !names.contains(name) { names.append(name) }
      candidate = scopes[index].parent
    }
    return names
  }
}

/// Where the value of a name may be.
struct TemplateAddress: Sendable, Hashable {
  /// How many macro calls outwards.
  let hops: Int
  let slot: Int
  /// The activation of the slot, which with it is unique in a template.
  let activation: Int
}
