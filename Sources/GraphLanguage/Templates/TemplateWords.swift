/// The words of Jinja templates with what they do, as editors show them.
package enum TemplateWords {
  /// The filters behind `|`.
  package static let filters: [LanguageWord] = TemplateFilter.allCases.map { filter in
    LanguageWord(filter.rawValue, form(filter.rawValue, filter.signature), summary(of: filter))
  }

  /// The tests behind `is`.
  package static let tests: [LanguageWord] = TemplateTest.allCases.map { test in
    LanguageWord(test.rawValue, form(test.rawValue, test.signature), summary(of: test))
  }

  /// The functions that every template has.
  package static let functions: [LanguageWord] = TemplateFunction.allCases.map { function in
    switch function {
    case .range: LanguageWord("range", "range(start, stop, step)", "Whole numbers, up to and without the end.")
    case .dict: LanguageWord("dict", "dict(key=value)", "An object of the given keys.")
    case .namespace:
      LanguageWord("namespace", "namespace(key=value)", "An object whose attributes may be set, also inside of loops.")
    case .cycler: LanguageWord("cycler", "cycler(a, b)", "Gives its arguments in turn.")
    case .joiner: LanguageWord("joiner", "joiner(separator)", "Gives nothing at first, then a separator each time.")
    }
  }

  /// The words that statements begin with.
  package static let statements: [LanguageWord] = [
    LanguageWord("if", "{% if test %} … {% endif %}", "Text that is there where a test holds."),
    LanguageWord("elif", "{% elif test %}", "Another test of an 'if'."),
    LanguageWord("else", "{% else %}", "What is there where no test held, or a loop had no items."),
    LanguageWord("endif", "{% endif %}", "The end of an 'if'."),
    LanguageWord("for", "{% for item in list %} … {% endfor %}", "Text for each item of a list."),
    LanguageWord("endfor", "{% endfor %}", "The end of a 'for'."),
    LanguageWord("set", "{% set name = value %}", "A name for a value."),
    LanguageWord("endset", "{% endset %}", "The end of a text that 'set' gives a name."),
    LanguageWord("macro", "{% macro name(parameters) %} … {% endmacro %}", "A text with parameters, to be called."),
    LanguageWord("endmacro", "{% endmacro %}", "The end of a 'macro'."),
    LanguageWord("call", "{% call name() %} … {% endcall %}", "A call of a macro with a text of its own."),
    LanguageWord("endcall", "{% endcall %}", "The end of a 'call'."),
    LanguageWord("filter", "{% filter name %} … {% endfilter %}", "A text that goes through a filter."),
    LanguageWord("endfilter", "{% endfilter %}", "The end of a 'filter'."),
    LanguageWord("with", "{% with name = value %} … {% endwith %}", "Names that are known inside of it only."),
    LanguageWord("endwith", "{% endwith %}", "The end of a 'with'."),
    LanguageWord("include", "{% include 'name' %}", "The question of another prompt."),
    LanguageWord("raw", "{% raw %} … {% endraw %}", "Text in which braces mean nothing."),
    LanguageWord("endraw", "{% endraw %}", "The end of a 'raw'."),
  ]

  private static func form(_ name: String, _ signature: TemplateSignature) -> String {
    if signature.isOpen { return "\(name)(…)" }
    return signature.parameters.isEmpty ? name : "\(name)(\(signature.parameters.joined(separator: ", ")))"
  }

  private static func summary(of filter: TemplateFilter) -> String {
    switch filter {
    case .abs: "The number without its sign."
    case .attr: "The attribute of a name."
    case .batch: "Lists of so many items each."
    case .capitalize: "The first letter in upper case, all others in lower case."
    case .center: "The text in the middle of a width."
    case .count, .length: "The number of characters, items or entries."
    case .default: "Another value where there is none; with 'true' also where it is false."
    case .dictsort: "Keys and values in ascending order."
    case .escape, .forceescape: "The text with the signs of HTML replaced."
    case .filesizeformat: "A number of bytes in words, such as 4.1 kB."
    case .first: "The first item."
    case .float: "A float, or another value where there is none."
    case .format: "The text with '%s' and the like replaced by values."
    case .groupby: "Items that share an attribute, as groups of 'grouper' and 'list'."
    case .indent: "The text with each line but the first moved to the right."
    case .int: "A whole number, or another value where there is none."
    case .items: "The keys and values of an object."
    case .join: "The items as one text with a separator between them."
    case .last: "The last item."
    case .list: "The value as a list; of a text, its characters."
    case .lower: "The text in lower case."
    case .map: "An attribute, or a filter's result, of each item."
    case .max: "The greatest item."
    case .min: "The least item."
    case .reject: "The items for which a test does not hold."
    case .rejectattr: "The items for whose attribute a test does not hold."
    case .replace: "The text with a part replaced by another one."
    case .reverse: "The items, or the characters, from the last to the first."
    case .round: "The number with so many decimals."
    case .safe: "The text, which 'escape' then leaves as it is."
    case .select: "The items for which a test holds."
    case .selectattr: "The items for whose attribute a test holds."
    case .slice: "So many lists of about equal length."
    case .sort: "The items in ascending order."
    case .string: "The value as text."
    case .striptags: "The text without the tags of HTML."
    case .sum: "The sum of the items."
    case .title: "The text with each word's first letter in upper case."
    case .tojson: "The value as JSON."
    case .trim: "The text without white space at its ends."
    case .truncate: "The text, cut to a length."
    case .unique: "The items, each once."
    case .upper: "The text in upper case."
    case .urlencode: "The text as a part of an address."
    case .wordcount: "The number of words."
    case .wordwrap: "The text in lines of at most a width."
    }
  }

  private static func summary(of test: TemplateTest) -> String {
    switch test {
    case .boolean: "Whether it is true or false."
    case .callable: "Whether it can be called."
    case .defined: "Whether there is such a variable."
    case .divisibleby: "Whether a number divides it."
    case .eq: "Whether it equals another value."
    case .escaped: "Whether it is a text that 'safe' has marked."
    case .even: "Whether it is an even number."
    case .false: "Whether it is false."
    case .filter: "Whether there is a filter of that name."
    case .float: "Whether it is a float."
    case .ge: "Whether it is at least another value."
    case .gt: "Whether it is greater than another value."
    case .in: "Whether a list, text or object has it."
    case .integer: "Whether it is a whole number."
    case .iterable: "Whether it has items."
    case .le: "Whether it is at most another value."
    case .lower: "Whether all its letters are in lower case."
    case .lt: "Whether it is less than another value."
    case .mapping: "Whether it is an object."
    case .ne: "Whether it differs from another value."
    case .none: "Whether it is null."
    case .number: "Whether it is a number."
    case .odd: "Whether it is an odd number."
    case .sameas: "Whether it is the same value."
    case .sequence: "Whether it is a list or a text."
    case .string: "Whether it is text."
    case .test: "Whether there is a test of that name."
    case .true: "Whether it is true."
    case .undefined: "Whether there is no such variable."
    case .upper: "Whether all its letters are in upper case."
    }
  }
}
