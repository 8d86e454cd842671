internal import GraphDiagnostics

/// A function that expressions can call.
public enum ExpressionFunction: String, Sendable, CaseIterable {
  /// The number of characters, items or entries.
  case len
  /// A whole number from a number (cut towards zero), a bool or text.
  case int
  /// A float from a number, a bool or text.
  case float
  /// The text of any value but null.
  case str
  /// Text in lower case.
  case lower
  /// Text in upper case.
  case upper
  /// The nearest whole number, or with a second argument that many decimals; halves go to the even neighbour.
  case round
  /// The least of several arguments or of one list.
  case min
  /// The greatest of several arguments or of one list.
  case max
  /// The sum of a list of numbers.
  case sum
  /// A list of numbers or of texts in ascending order.
  case sorted
  /// The keys of an object.
  case keys
  /// The values of an object.
  case values
  /// The texts of a list with a separator between them, `, ` when none is given.
  case join
  /// The parts of a text between separators, or between white space when none is given.
  case split
  /// Whether a list has an item, a text a part, an object a key.
  case contains
  /// The first argument, or the second when the first is missing or null.
  case `default`
  /// The whole numbers from 0 or a start, up to and without an end, in steps of 1 or of a third argument.
  case range
  /// The name of a value's type, as in declarations: `str`, `int`, `list`; `null` where there is none.
  case type
  /// Whether a text is the path of a file, from the working directory; only in checks.
  case fileExists = "file_exists"
  /// Whether a text is the path of a folder, from the working directory; only in checks.
  case dirExists = "dir_exists"

  /// The most items that `range` gives.
  public static let maximumRangeCount = 10_000

  /// The most bytes that repeating a text with `*` gives.
  public static let maximumRepetition = 1_000_000

  /// The numbers of arguments it takes.
  public var arity: ClosedRange<Int> {
    switch self {
    case .len, .int, .float, .str, .lower, .upper, .sum, .sorted, .keys, .values, .type, .fileExists, .dirExists: 1...1
    case .round, .join, .split: 1...2
    case .contains, .default: 2...2
    case .range: 1...3
    case .min, .max: 1...64
    }
  }

  /// Whether its result depends on more than its arguments, so that only checks may call it.
  var looksAtFiles: Bool { self == .fileExists || self == .dirExists }

  /// Whether its first argument may be missing.
  var toleratesMissing: Bool { self == .default || looksAtFiles }

  /// Finds a function by the name people give it; `length` is the guard filter of that name.
  static func named(_ name: String) -> ExpressionFunction? {
    name == "length" ? .len : ExpressionFunction(rawValue: name)
  }

  /// The function that a misspelled or foreign name means.
  static func nearest(to name: String) -> ExpressionFunction? {
    if let function = otherNames[name.lowercased()] { return function }
    let known = allCases.map(\.rawValue) + otherNames.keys.sorted()
    guard let near = Suggestion.nearest(to: name, among: known) else { return nil }
    return ExpressionFunction(rawValue: near) ?? otherNames[near]
  }

  /// What other languages call the functions that there are here.
  private static let otherNames: [String: ExpressionFunction] = [
    "length": .len, "count": .len, "size": .len, "string": .str, "integer": .int, "number": .float,
    "lowercase": .lower, "tolower": .lower, "uppercase": .upper, "toupper": .upper, "sort": .sorted,
    "includes": .contains, "coalesce": .default,
  ]
}
