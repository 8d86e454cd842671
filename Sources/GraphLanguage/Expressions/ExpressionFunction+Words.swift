/// A word of a language inside of files, as editors show it.
package struct LanguageWord: Sendable {
  /// The word.
  package let name: String

  /// How it is written with its arguments.
  package let form: String

  /// What it does, in one sentence.
  package let summary: String

  init(_ name: String, _ form: String, _ summary: String) {
    self.name = name
    self.form = form
    self.summary = summary
  }
}

extension ExpressionFunction {
  /// The functions with what they do; those that look at files are for checks only.
  package static func words(forChecks: Bool) -> [LanguageWord] {
    allCases.filter { forChecks || !$0.looksAtFiles }.map { LanguageWord($0.rawValue, $0.form, $0.summary) }
  }

  /// The words of expressions that are no functions.
  package static let operators: [LanguageWord] = [
    LanguageWord("and", "a and b", "The first operand if it is false, else the second."),
    LanguageWord("or", "a or b", "The first operand if it is true, else the second."),
    LanguageWord("not", "not a", "True when the operand is false."),
    LanguageWord("in", "a in b", "Whether a list has an item, a text a part, an object a key."),
    LanguageWord("if", "a if condition else b", "The first value where the condition holds, else the second."),
    LanguageWord("else", "a if condition else b", "The first value where the condition holds, else the second."),
    LanguageWord("true", "true", "The truth value."), LanguageWord("false", "false", "The truth value."),
    LanguageWord("null", "null", "No value."),
  ]

  private var form: String {
    switch self {
    case .len, .int, .float, .str, .lower, .upper, .keys, .values, .type: "\(rawValue)(value)"
    case .round: "round(number, decimals)"
    case .min, .max: "\(rawValue)(a, b, …)"
    case .sum, .sorted: "\(rawValue)(list)"
    case .join: "join(list, separator)"
    case .split: "split(text, separator)"
    case .contains: "contains(whole, part)"
    case .default: "default(value, otherwise)"
    case .range: "range(start, end, step)"
    case .fileExists, .dirExists: "\(rawValue)(path)"
    }
  }

  private var summary: String {
    switch self {
    case .len: "The number of characters, items or entries."
    case .int: "A whole number from a number (cut towards zero), a bool or text."
    case .float: "A float from a number, a bool or text."
    case .str: "The text of any value but null."
    case .lower: "Text in lower case."
    case .upper: "Text in upper case."
    case .round:
      "The nearest whole number, or with a second argument that many decimals; halves go to the even neighbour."
    case .min: "The least of several arguments or of one list."
    case .max: "The greatest of several arguments or of one list."
    case .sum: "The sum of a list of numbers."
    case .sorted: "A list of numbers or of texts in ascending order."
    case .keys: "The keys of an object."
    case .values: "The values of an object."
    case .join: "The texts of a list with a separator between them, ', ' when none is given."
    case .split: "The parts of a text between separators, or between white space when none is given."
    case .contains: "Whether a list has an item, a text a part, an object a key."
    case .default: "The first argument, or the second when the first is missing or null."
    case .range: "The whole numbers from 0 or a start, up to and without an end, in steps of 1 or of a third argument."
    case .type: "The name of a value's type, as in declarations."
    case .fileExists: "Whether a text is the path of a file, from the working directory."
    case .dirExists: "Whether a text is the path of a folder, from the working directory."
    }
  }
}
