/// The filters, by the names that templates use.
enum TemplateFilter: String, Sendable, CaseIterable {
  case abs, attr, batch, capitalize, center
  case count, `default`, dictsort, escape
  case filesizeformat, first, float, forceescape, format, groupby, indent, int, items, join, last, length
  case list, lower, map, max, min, reject, rejectattr, replace, reverse, round, safe, select, selectattr
  case slice, sort, string, striptags, sum, title, tojson, trim, truncate, unique, upper, urlencode
  case wordcount, wordwrap

  /// The filter of a name or of its short form.
  static func named(_ name: String) -> TemplateFilter? { table[name] }

  /// Every name a filter can be written by.
  static var names: [String] { allCases.map(\.rawValue) + ["d", "e"] }

  private static let table: [String: TemplateFilter] = {
    var table = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
    table["d"] = .default
    table["e"] = .escape
    return table
  }()

  /// What Jinja2 has and templates here do not, with what to do instead.
  static let unsupported = [
    "pprint": "use 'tojson(indent=2)'", "random": "the same input must give the same prompt",
    "urlize": "a prompt is not HTML", "xmlattr": "a prompt is not HTML",
  ]

  /// The parameters behind the filtered value.
  var signature: TemplateSignature {
    switch self {
    case .abs, .capitalize, .count, .escape, .first, .forceescape, .items, .last, .length, .list, .lower, .reverse,
      .safe, .string, .striptags, .title, .upper, .urlencode, .wordcount:
      TemplateSignature([])
    case .attr: TemplateSignature(["name"], required: 1)
    case .batch: TemplateSignature(["linecount", "fill_with"], required: 1)
    case .center: TemplateSignature(["width"])
    case .default: TemplateSignature(["default_value", "boolean"])
    case .dictsort: TemplateSignature(["case_sensitive", "by", "reverse"])
    case .filesizeformat: TemplateSignature(["binary"])
    case .float: TemplateSignature(["default"])
    case .format: TemplateSignature(nil)
    case .groupby: TemplateSignature(["attribute", "default", "case_sensitive"], required: 1)
    case .indent: TemplateSignature(["width", "first", "blank"])
    case .int: TemplateSignature(["default", "base"])
    case .join: TemplateSignature(["d", "attribute"])
    case .map: TemplateSignature(["attribute", "default"])
    case .max, .min, .unique: TemplateSignature(["case_sensitive", "attribute"])
    case .select, .reject: TemplateSignature([])
    case .selectattr, .rejectattr: TemplateSignature(["attribute"], required: 1)
    case .replace: TemplateSignature(["old", "new", "count"], required: 2)
    case .round: TemplateSignature(["precision", "method"])
    case .slice: TemplateSignature(["slices", "fill_with"], required: 1)
    case .sort: TemplateSignature(["reverse", "case_sensitive", "attribute"])
    case .sum: TemplateSignature(["attribute", "start"])
    case .tojson: TemplateSignature(["indent"])
    case .trim: TemplateSignature(["chars"])
    case .truncate: TemplateSignature(["length", "killwords", "end", "leeway"])
    case .wordwrap: TemplateSignature(["width", "break_long_words", "wrapstring", "break_on_hyphens"])
    }
  }

  /// What the filter applies to each item, if it does.
  var innerKind: InnerKind? {
    switch self {
    case .map: .filter
    case .select, .reject, .selectattr, .rejectattr: .test
    default: nil
    }
  }

  enum InnerKind {
    case filter
    case test
  }

  /// Whether the result is a generator in Jinja2: always true, and without a text of its own.
  var givesGenerator: Bool {
    switch self {
    case .map, .select, .reject, .selectattr, .rejectattr, .batch, .slice, .unique, .items: true
    default: false
    }
  }
}

/// The tests behind `is`, by their main names.
enum TemplateTest: String, Sendable, CaseIterable {
  case boolean, callable, defined, divisibleby, eq, escaped, even, `false`, filter, float, ge, gt, `in`, integer
  case iterable, le, lower, lt, mapping, ne, none, number, odd, sameas, sequence, string, test, `true`
  case undefined, upper

  /// The test of a name or of one of its other names.
  static func named(_ name: String) -> TemplateTest? { TemplateTest(rawValue: name) ?? aliases[name] }

  /// Every name a test can be written by.
  static var names: [String] { allCases.map(\.rawValue) + ["equalto", "greaterthan", "lessthan"] }

  private static let aliases: [String: TemplateTest] = [
    "==": .eq, "equalto": .eq, "!=": .ne, ">": .gt, "greaterthan": .gt, ">=": .ge, "<": .lt, "lessthan": .lt,
    "<=": .le,
  ]

  /// The parameters behind the tested value.
  var signature: TemplateSignature {
    switch self {
    case .divisibleby: TemplateSignature(["num"], required: 1)
    case .eq, .ne, .lt, .le, .gt, .ge, .sameas: TemplateSignature(["other"], required: 1)
    case .in: TemplateSignature(["seq"], required: 1)
    default: TemplateSignature([])
    }
  }
}

/// The parameters of a filter or a test.
struct TemplateSignature {
  /// The names in order; empty when anything goes.
  let parameters: [String]
  let isOpen: Bool
  let required: Int

  /// Creates a signature; nil parameters take any arguments.
  init(_ parameters: [String]?, required: Int = 0) {
    self.parameters = parameters ?? []
    self.isOpen = parameters == nil
    self.required = required
  }
}
