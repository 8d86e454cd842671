internal import GraphDiagnostics

extension DiagnosticMessage {
  static let emptyExpression = DiagnosticMessage("GR0501", .error, "expression is empty")

  static func operatorSpelling(_ written: String, _ right: String) -> DiagnosticMessage {
    let reason =
      switch written {
      case "=": "'=' does not compare"
      default: "'\(written)' is not an operator"
      }
    return DiagnosticMessage("GR0502", .error, "\(reason); write '\(right)'")
  }

  static func unknownOperator(_ written: String, _ advice: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0502", .error, "'\(written)' is not an operator; \(advice)")
  }

  static func unclosedQuote(_ quote: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0503", .error, "text that begins with \(quote) has no closing quote")
  }

  static let curlyQuote = DiagnosticMessage(
    "GR0503", .error, "text is quoted with ' or \", not with a typographic quote")

  static func unclosedBracket(_ bracket: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0504", .error, "'\(bracket)' is never closed")
  }

  static func unmatchedBracket(_ bracket: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0504", .error, "'\(bracket)' closes nothing")
  }

  static let bracesAroundExpression = DiagnosticMessage(
    "GR0505", .error, "conditions take no braces; write the path without them")

  static func unquotedKey(_ key: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0505", .error, "key '\(key)' of an object has to be quoted")
  }

  static func unknownFunction(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0506", .error, "no function is named '\(name)'")
  }

  static func methodCall(_ name: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0506", .error, "values have no methods; '\(name)' is called as a function")
  }

  static func onlyInChecks(_ function: ExpressionFunction) -> DiagnosticMessage {
    DiagnosticMessage(
      "GR0530", .error, "'\(function.rawValue)' looks at files, which only the checks of 'guards' and 'verify' may")
  }

  static func argumentCount(_ function: ExpressionFunction, _ count: Int) -> DiagnosticMessage {
    let arity = function.arity
    let takes =
      switch (arity.lowerBound, arity.upperBound) {
      case (1, 1): "one argument"
      case (2, 2): "two arguments"
      case (1, 2): "one or two arguments"
      case (1, 3): "one to three arguments"
      default: "\(arity.lowerBound) to \(arity.upperBound) arguments"
      }
    return DiagnosticMessage("GR0507", .error, "'\(function.rawValue)' takes \(takes), not \(count)")
  }

  static func unexpectedText(_ text: String, _ expectation: String? = nil) -> DiagnosticMessage {
    DiagnosticMessage("GR0508", .error, "unexpected '\(text)'" + (expectation.map { "; expected \($0)" } ?? ""))
  }

  static func endsEarly(_ expectation: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0509", .error, "expression ends where \(expectation) was expected")
  }

  static func badNumber(_ text: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0510", .error, "'\(text)' is not a number")
  }

  static func numberOutOfRange(_ text: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0510", .error, "number '\(text)' is out of range")
  }

  static func unknownEscape(_ escape: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0511", .error, "'\(escape)' is not an escape; a backslash is written '\\\\'")
  }

  static let expressionTooDeep = DiagnosticMessage(
    "GR0512", .error, "expression is nested too deeply; compute a part of it in a node before")

  static let expressionTooLong = DiagnosticMessage(
    "GR0512", .error, "expression has too many operators; compute a part of it in a node before")

  static let wholeState = DiagnosticMessage(
    "GR0513", .error, "the state cannot be read as a whole; name a key, as in 'state.topic'")
}
