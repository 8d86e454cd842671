internal import GraphDiagnostics

// MARK: - Syntax

extension DiagnosticMessage {
  static func templateExpected(_ what: String, found: String) -> Self {
    Self("GR0620", .error, "expected \(what), found \(found)")
  }

  static func templateTagNotClosed(_ open: String, _ close: String) -> Self {
    Self("GR0621", .error, "'\(open)' is never closed with '\(close)'")
  }

  static func templateBlockNotClosed(_ name: String) -> Self {
    Self("GR0622", .error, "'\(name)' is never closed with 'end\(name)'")
  }

  static func templateWrongEnd(_ name: String, expected: String) -> Self {
    Self("GR0623", .error, "expected '\(expected)', found '\(name)'")
  }

  static func templateStrayEnd(_ name: String) -> Self {
    Self("GR0624", .error, "'\(name)' belongs to no open block")
  }

  static func templateUnknownTag(_ name: String, suggestion: String?) -> Self {
    Self("GR0625", .error, "there is no tag '\(name)'\(didYouMean(suggestion))")
  }

  static func templateUnsupportedTag(_ name: String, _ reason: String) -> Self {
    Self("GR0626", .error, "the tag '\(name)' is not part of prompt templates: \(reason)")
  }

  static func templateUnknownFilter(_ name: String, suggestion: String?) -> Self {
    Self("GR0627", .error, "there is no filter '\(name)'\(didYouMean(suggestion))")
  }

  static func templateUnsupportedFilter(_ name: String, _ reason: String) -> Self {
    Self("GR0628", .error, "the filter '\(name)' is not part of prompt templates: \(reason)")
  }

  static func templateUnknownTest(_ name: String, suggestion: String?) -> Self {
    Self("GR0629", .error, "there is no test '\(name)'\(didYouMean(suggestion))")
  }

  static let templateStringNotClosed = Self("GR0630", .error, "the string is never closed")

  static let templateBadEscape = Self("GR0631", .error, "the escape does not name a character")

  static let templateBadNumber = Self("GR0632", .error, "this is not a number")

  static let templateIntegerTooLarge = Self("GR0632", .error, "the integer does not fit in 64 bits")

  static func templateUnexpectedCharacter(_ scalar: Unicode.Scalar) -> Self {
    let isShown = PythonText.isPrintable(scalar)
    let name = isShown ? "'\(scalar)'" : "U+" + String(scalar.value, radix: 16, uppercase: true)
    return Self("GR0633", .error, "\(name) has no meaning in a template")
  }

  static func templateForeignOperator(_ found: String, _ name: String) -> Self {
    Self("GR0633", .error, "'\(found)' is written '\(name)' in a template")
  }

  static func templateBracketNotClosed(_ bracket: String) -> Self {
    Self("GR0634", .error, "'\(bracket)' is never closed")
  }

  static func templateWrongBracket(_ found: String, expected: String) -> Self {
    Self("GR0634", .error, "expected '\(expected)', found '\(found)'")
  }

  static func templateStrayBracket(_ bracket: String) -> Self {
    Self("GR0634", .error, "'\(bracket)' closes nothing")
  }

  static let templateNestedOutput = Self("GR0635", .error, "names inside '{% %}' are written without '{{ }}'")

  static func templateNestedTooDeep(_ limit: Int) -> Self {
    Self("GR0636", .error, "nested more than \(limit) levels deep")
  }
}

// MARK: - Names and arguments

extension DiagnosticMessage {
  static func templateCannotAssign(_ name: String) -> Self {
    Self("GR0637", .error, "'\(name)' cannot be assigned to")
  }

  static let templateLoopAssigned = Self(
    "GR0637", .error, "'loop' cannot be the variable of a loop, which sets it itself")

  static func templateRepeatedParameter(_ name: String) -> Self {
    Self("GR0637", .error, "the macro has two parameters named '\(name)'")
  }

  static func templateMissingDefault(_ name: String) -> Self {
    Self("GR0637", .error, "'\(name)' needs a default because a parameter before it has one")
  }

  static let templateCallExpected = Self("GR0638", .error, "'call' needs the call of a macro")

  static func templateTooManyArguments(_ owner: String, _ parameters: [String]) -> Self {
    Self("GR0639", .error, "the \(owner) takes \(list(parameters))")
  }

  static func templateMissingArgument(_ owner: String, _ name: String) -> Self {
    Self("GR0639", .error, "the \(owner) needs the argument '\(name)'")
  }

  static func templateUnknownArgument(
    _ name: String, _ owner: String, _ parameters: [String], suggestion: String?
  ) -> Self {
    let rest = suggestion == nil ? ": it takes \(list(parameters))" : didYouMean(suggestion)
    return Self("GR0639", .error, "the \(owner) has no argument '\(name)'\(rest)")
  }

  static func templateRepeatedArgument(_ name: String) -> Self {
    Self("GR0639", .error, "the argument '\(name)' is given twice")
  }

  static let templatePositionalAfterNamed = Self(
    "GR0639", .error, "arguments without a name come before those with one")

  static let templateSpreadArgument = Self("GR0639", .error, "arguments cannot be spread with '*' in a template")

  static let templateMapNeedsFilter = Self(
    "GR0639", .error, "the filter 'map' needs the name of a filter or 'attribute'")

  static func templateInnerNotConstant(_ name: String) -> Self {
    Self("GR0639", .error, "what '\(name)' applies must be written as a string")
  }

  static func templateDottedFilter(_ name: String) -> Self {
    Self("GR0640", .error, "a filter has no attributes: put parentheses around all up to '\(name)'")
  }

  static let templateChainedTests = Self("GR0640", .error, "tests cannot be chained with 'is'")

  static let templateSubscriptTuple = Self("GR0640", .error, "one index only can stand between brackets")

  static func templateAlwaysTrue(_ filter: String) -> Self {
    Self("GR0641", .warning, "the result of '\(filter)' is always true, even when it is empty: add '|list'")
  }

  fileprivate static func didYouMean(_ suggestion: String?) -> String {
    suggestion.map { "; did you mean '\($0)'?" } ?? ""
  }

  fileprivate static func list(_ parameters: [String]) -> String {
    if parameters.isEmpty { return "no arguments" }
    return "only " + parameters.map { "'\($0)'" }.joined(separator: ", ")
  }
}

// MARK: - Rendering

extension DiagnosticMessage {
  static func templateUndefined(_ name: String, suggestion: String?) -> Self {
    Self("GR0645", .error, "'\(name)' is undefined\(didYouMean(suggestion))")
  }

  static func templateNoAttribute(_ name: String, of kind: String, suggestion: String?) -> Self {
    Self("GR0646", .error, "the \(kind) has no '\(name)'\(didYouMean(suggestion))")
  }

  static func templateMethodNotCalled(_ name: String) -> Self {
    Self("GR0646", .error, "'\(name)' is a method: write '\(name)()'")
  }

  static func templateNoItem(_ index: Int, count: Int) -> Self {
    Self("GR0646", .error, "there is no item \(index) in \(count == 1 ? "1 item" : "\(count) items")")
  }

  static func templateNoSuchItem(of kind: String) -> Self { Self("GR0646", .error, "the \(kind) has no such item") }

  static func templateNothing(_ reason: String) -> Self { Self("GR0647", .error, "there is no value here: \(reason)") }

  static func templateOperator(_ symbol: String, _ left: String, _ right: String) -> Self {
    Self("GR0648", .error, "'\(symbol)' does not work between \(left) and \(right)")
  }

  static func templateNeeds(_ what: String, found: String) -> Self {
    Self("GR0648", .error, "expected \(what), found \(found)")
  }

  static func templateNotIterable(_ kind: String) -> Self {
    Self("GR0648", .error, "\(kind) has no items to go through")
  }

  static func templateNotHashable(_ kind: String) -> Self {
    Self("GR0648", .error, "\(kind) cannot be a key or be compared for uniqueness")
  }

  static func templateNotCallable(_ kind: String) -> Self { Self("GR0648", .error, "\(kind) cannot be called") }

  static func templateNoText(_ what: String) -> Self {
    Self("GR0648", .error, "\(what) has no text of its own: add '|list' or '|join'")
  }

  static func templateUnpack(_ wanted: Int, _ found: Int) -> Self {
    Self("GR0649", .error, "cannot unpack \(found) \(found == 1 ? "item" : "items") into \(wanted) names")
  }

  static func templateNoMethod(_ name: String, of kind: String, suggestion: String?) -> Self {
    Self("GR0650", .error, "the \(kind) has no method '\(name)'\(didYouMean(suggestion))")
  }

  static func templateMutation(_ name: String) -> Self {
    Self("GR0650", .error, "'\(name)' would change a value of the graph: build a new one and 'set' it")
  }

  static func templateCallArguments(_ problem: String) -> Self { Self("GR0651", .error, problem) }

  static let templateDivisionByZero = Self("GR0652", .error, "division by zero")

  static let templateOverflow = Self("GR0652", .error, "the result does not fit in a 64-bit integer")

  static func templateBadFormat(_ problem: String) -> Self { Self("GR0653", .error, problem) }

  static func templateTooManySteps(_ limit: Int) -> Self {
    Self("GR0654", .error, "the template takes more than \(limit) steps")
  }

  static func templateTooLong(_ limit: Int) -> Self { Self("GR0654", .error, "the text is longer than \(limit) bytes") }

  static func templateTooManyItems(_ count: Int, _ limit: Int) -> Self {
    Self("GR0654", .error, "\(count) items are more than the \(limit) allowed")
  }

  static func templateTooDeep(_ limit: Int) -> Self {
    Self("GR0654", .error, "nested more than \(limit) levels deep: does a macro or include call itself?")
  }

  static func templateMissingInclude(_ name: String?) -> Self {
    Self("GR0655", .error, name.map { "there is no prompt '\($0)'" } ?? "there is no such prompt")
  }
}

/// The notes of diagnostics about templates.
enum TemplateNote {
  static func expectedBeforeEnd(_ tag: String) -> String { "'{% \(tag) %}' is expected before here" }

  static func outerEndHere(_ tag: String) -> String { "'\(tag)' here closes a block around it" }

  static func blockOpenedHere(_ name: String) -> String { "'\(name)' is opened here" }

  static func openedHere(_ bracket: String) -> String { "'\(bracket)' is opened here" }

  static func inMacro(_ name: String) -> String { "in macro '\(name)', called here" }

  static func inInclude(_ name: String) -> String { "in '\(name)', included here" }

  static func available(_ names: [String]) -> String {
    let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    let rest = names.count > 20 ? " and \(names.count - 20) more" : ""
    return "these exist: \(shown)\(rest)"
  }
}
