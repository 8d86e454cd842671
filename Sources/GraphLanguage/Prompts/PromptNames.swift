internal import GraphDiagnostics

/// The names in the texts of a prompt.
///
/// They are worked out once and shared, as thousands of nodes may use one prompt.
final class PromptNames: Sendable {
  /// The names that have to be given, each at its first use.
  let variables: [Located<String>]

  /// Those of the variables that every text can do without.
  let optional: Set<String>

  /// Those of the variables without which the messages are never made, whatever the others are.
  let certain: Set<String>

  /// Those of the variables that no text can be given as null.
  let neverNull: Set<String>

  /// The keys read below `state`, each at its first use.
  let stateKeys: [Located<String>]

  /// The names that the texts make themselves.
  let own: [String]

  /// What looks like placeholders in Jinja templates.
  let braced: [PromptTemplate.BracedName]

  /// What looks like broken placeholders in other texts.
  let nearPlaceholders: [PromptTemplate.NearPlaceholder]

  /// The paths of placeholders right behind a dollar sign, each with the place of the sign.
  let dollars: [(path: StatePath, sign: SourceSpan)]

  /// - Parameters:
  ///   - templates: The texts of the prompt.
  ///   - included: The texts that they include, in a fixed order.
  init(_ templates: [PromptTemplate], including included: [PromptTemplate]) {
    // A plain text that is included is taken as it is and has no variables.
    let included = included.filter { $0.body is JinjaPrompt }
    let read = templates + included
    own = templates.flatMap(\.ownNames)
    // What includes a text gives it the names that it makes itself, such as that of a loop's item.
    let made = included.isEmpty ? [] : Set(own + included.flatMap(\.ownNames))
    var variables = templates.flatMap(\.variables)
    var optional: Set<String> = []
    var required: Set<String> = []
    for (index, template) in read.enumerated() {
      let given = index < templates.count ? [] : made
      let names = template.variables.filter { !given.contains($0.value) }
      if index >= templates.count { variables += names }
      optional.formUnion(template.optionalVariables.subtracting(given))
      required.formUnion(names.map(\.value).filter { !template.optionalVariables.contains($0) })
    }
    self.variables = Self.firstUses(variables)
    stateKeys = Self.firstUses(read.flatMap(\.stateKeys))
    self.optional = optional.subtracting(required)
    certain = templates.reduce(into: []) { $0.formUnion($1.certainVariables) }
    // Jinja prints null as a text.
    neverNull = templates.reduce(into: []) { if !($1.body is JinjaPrompt) { $0.formUnion($1.certainVariables) } }
    braced = templates.flatMap(\.bracedNames)
    nearPlaceholders = templates.flatMap(\.nearPlaceholders)
    dollars = templates.flatMap(\.dollars)
  }

  static func firstUses(_ names: [Located<String>]) -> [Located<String>] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0.value).inserted }
  }
}
