internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// The syntax of Jinja templates.
  static let templates: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0620", .error, "expected …, found …",
      title: "Something else was expected",
      meaning: """
        The tag or expression goes on in a way that has no meaning in Jinja. The message says what could stand here.
        """,
      remedy: "Write what is expected.",
      example: """
        state: {items: "list[str]"}
        nodes:
          list: {user: "{% for item [-of-]{+in+} items %}{{ item }} {% endfor %}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:29: expected 'in', found 'of'",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0621", .error, "'…' is never closed with '…'",
      title: "A tag that is never closed",
      meaning: """
        What begins with `{{`, `{%` or `{#` ends with `}}`, `%}` or `#}`. Here the end is missing, and the rest of the
        text would be part of the tag.
        """,
      remedy: "Close the tag with `}}`, `%}` or `#}`.",
      example: """
        state: {name: str}
        nodes:
          greet: {user: "Say hello to {{ name[-.-]{+ }}.+}"}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:31: '{{' is never closed with '}}'",
      related: ["GR0622"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0622", .error, "'…' is never closed with 'end…'",
      title: "A block that is never closed",
      meaning: "`if`, `for`, `set` and others begin a block, which ends with `endif`, `endfor`, `endset`.",
      remedy: "Add the end tag.",
      example: """
        state: {formal: bool}
        nodes:
          greet: {user: "{% if formal %}Sir or Madam, {+{% endif %}+}say hello."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:18: 'if' is never closed with 'endif'",
      related: ["GR0623"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0623", .error, "expected '…', found '…'",
      title: "The end of another block",
      meaning: """
        A block ends with the word that belongs to it: `endif` for `if`, `endfor` for `for`. A note shows where the
        open block begins.
        """,
      remedy: "End the innermost block first; the note shows where it begins.",
      example: """
        state: {formal: bool}
        nodes:
          greet: {user: "{% if formal %}Sir or Madam, {% [-endfor-]{+endif+} %}say hello."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:50: expected 'endif', found 'endfor'",
      related: ["GR0622", "GR0624"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0624", .error, "'…' belongs to no open block",
      title: "An end without a beginning",
      meaning: "This tag ends a block, or goes on with one, and none is open here.",
      remedy: "Delete it, or open the block.",
      example: """
        state: {name: str}
        nodes:
          greet: {user: "Say hello to {{ name }}.[-{% endif %}-]"}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:45: 'endif' belongs to no open block",
      related: ["GR0623"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0625", .error, "there is no tag '…'…",
      title: "A tag that there is not",
      meaning: "No tag of Jinja has this name.",
      remedy: "Take the tag that is offered.",
      example: """
        state: {items: "list[str]"}
        nodes:
          list: {user: "{% [-fro-]{+for+} item in items %}{{ item }} {% endfor %}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:20: there is no tag 'fro'; did you mean 'for'?",
      related: ["GR0626"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0626", .error, "the tag '…' is not part of prompt templates: …",
      title: "A tag that prompts do not have",
      meaning: """
        Jinja has this tag for web pages or for whole programs. In a prompt it is left out, and the message says what
        to write in its place.
        """,
      remedy: "Do what the message offers in its place, or delete the tag.",
      example: """
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        user: "{% [-extends-]{+include+} 'base' %}"
        -- prompts/base.yaml --
        user: Say hello.
        """,
      report: """
        prompts/greet.yaml:1:11: the tag 'extends' is not part of prompt templates: use 'include' or 'macro'
        """,
      related: ["GR0625"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0627", .error, "there is no filter '…'…",
      title: "A filter that there is not",
      meaning: "No filter of Jinja has this name.",
      remedy: "Take the filter that is offered; see the [list](language.md#filters).",
      example: """
        state: {name: str}
        nodes:
          greet: {user: "Say hello to {{ name | [-captialize-]{+capitalize+} }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:41: there is no filter 'captialize'; did you mean 'capitalize'?",
      related: ["GR0628"],
      documents: ["language.md#filters"]),
    DiagnosticEntry(
      "GR0628", .error, "the filter '…' is not part of prompt templates: …",
      title: "A filter that prompts do not have",
      meaning: """
        Jinja has this filter for web pages, or its result is left to chance, so that a run could not be repeated. The
        message says what to write in its place.
        """,
      remedy: "Do what the message offers in its place, or delete the filter.",
      example: """
        state: {names: "list[str]"}
        nodes:
          greet: {user: "Say hello to {{ names | [-random-]{+first+} }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: """
        graph.yaml:3:42: the filter 'random' is not part of prompt templates: the same input must give the same \
        prompt
        """,
      related: ["GR0627"],
      documents: ["language.md#differences-from-jinja2"]),
    DiagnosticEntry(
      "GR0629", .error, "there is no test '…'…",
      title: "A test that there is not",
      meaning: "Behind `is` stands the name of a test, such as `defined` or `none`. No test has this one.",
      remedy: "Take the test that is offered; see the [list](language.md#tests).",
      example: """
        state: {name: "str?"}
        nodes:
          greet: {user: "{% if name is [-defned-]{+defined+} %}Greet {{ name }}.{% else %}Say hello.{% endif %}"}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:32: there is no test 'defned'; did you mean 'defined'?",
      related: ["GR0627"],
      documents: ["language.md#tests"]),
    DiagnosticEntry(
      "GR0630", .error, "the string is never closed",
      title: "A string that is never closed",
      meaning: "A string begins with a quote and ends with the same one, before the tag ends.",
      remedy: "Close it with the quote that opened it.",
      example: """
        state: {items: "list[str]"}
        nodes:
          list: {user: "{{ items | join(', [- -]{+') +}}}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:33: the string is never closed",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0631", .error, "the escape does not name a character",
      title: "An escape that names no character",
      meaning: #"""
        In a string, `\x`, `\u` and `\U` begin the number of a character, in hexadecimal digits. This number is none,
        or too short.
        """#,
      remedy: "Mend the escape, or double the backslash.",
      example: #"""
        state: {items: "list[str]"}
        nodes:
          list: {user: '{{ items | join("\[-u20-]{+u2022+}") }}'}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """#,
      report: "graph.yaml:3:34: the escape does not name a character",
      related: ["GR0630"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0632", .error, "this is not a number",
      or: [
        "the integer does not fit in 64 bits"
      ],
      title: "A number that is none",
      meaning: "The digits are no number, or an integer of more than 64 bits.",
      remedy: "Write a number of at most 64 bits, or text in quotes.",
      example: """
        state: {name: str}
        nodes:
          greet: {user: "Say hello to {{ name }} {{ [-12345678901234567890-]{+3+} }} times."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:45: the integer does not fit in 64 bits",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0633", .error, "… has no meaning in a template",
      or: [
        "'…' is written '…' in a template"
      ],
      title: "A sign that means nothing here",
      meaning: "Templates have the operators of Python. `&&`, `||`, `!` and `?` are those of other languages.",
      remedy: "Delete it, or write the operator that is offered.",
      example: """
        state: {formal: bool, old: bool}
        nodes:
          greet: {user: "{% if formal [-&&-]{+and+} old %}Sir or Madam, {% endif %}say hello."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:31: '&&' is written 'and' in a template",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0634", .error, "'…' is never closed",
      or: [
        "expected '…', found '…'",
        "'…' closes nothing",
      ],
      title: "Brackets that do not match",
      meaning: "A bracket is opened and not closed, closed by one of another kind, or closed and not opened.",
      remedy: "Balance the brackets.",
      example: """
        state: {items: "list[str]"}
        nodes:
          list: {user: "{{ items | join(', '[-]-]{+)+} }}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:37: expected ')', found ']'",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0635", .error, "names inside '{% %}' are written without '{{ }}'",
      title: "Braces inside a tag",
      meaning: "Inside `{% %}`, names are values already. `{{ }}` is for texts.",
      remedy: "Delete the braces.",
      example: """
        state: {items: "list[str]"}
        nodes:
          list: {user: "{% for item in [-{{ items }}-]{+items+} %}{{ item }} {% endfor %}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:32: names inside '{% %}' are written without '{{ }}'",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0636", .error, "nested more than … levels deep",
      title: "A template that is nested too deeply",
      meaning: """
        Blocks and brackets inside one another end at a depth that nobody reaches by hand. A part of the text can be a
        prompt of its own, and be included.
        """,
      remedy: "Nest less deeply; `include` a part of it.",
      example: """
        state: {size: int}
        nodes:
          list: {user: "{{ [-{*300×(*}size{*300×)*}-]{+(size)+} }}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:120: nested more than 100 levels deep",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0637", .error, "'…' cannot be assigned to",
      or: [
        "'loop' cannot be the variable of a loop, which sets it itself",
        "the macro has two parameters named '…'",
        "'…' needs a default because a parameter before it has one",
      ],
      title: "A name that cannot be given a value",
      meaning: """
        `set`, `for` and `macro` give values to names of the template. This is no such name, or it would have two
        values.
        """,
      remedy: "Choose another name, or give the parameter a default.",
      example: """
        state: {items: "list[str]"}
        nodes:
          list: {user: "{% for [-loop-]{+item+} in items %}{{ [-loop-]{+item+} }} {% endfor %}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:24: 'loop' cannot be the variable of a loop, which sets it itself",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0638", .error, "'call' needs the call of a macro",
      title: "A call of what is no macro",
      meaning: "`{% call %}` hands a block of text to a macro, and so needs the call of one.",
      remedy: "Write `{% call name() %}`.",
      example: """
        state: {name: str}
        nodes:
          greet:
            user: "{% macro quoted() %}“{{ caller() }}”{% endmacro %}{% call quoted{+()+} %}Hello {{ name }}{% endcall %}"
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:70: 'call' needs the call of a macro",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0639", .error, "the … takes …",
      or: [
        "the … needs the argument '…'",
        "the … has no argument '…'…",
        "the argument '…' is given twice",
        "arguments without a name come before those with one",
        "arguments cannot be spread with '*' in a template",
        "the filter 'map' needs the name of a filter or 'attribute'",
        "what '…' applies must be written as a string",
      ],
      title: "Arguments that do not fit",
      meaning: "The filter, test or function takes other arguments: more or fewer, or of other names.",
      remedy: "Give the arguments that the filter or test takes.",
      example: """
        state: {text: str}
        nodes:
          cut: {user: "{{ text | truncate([-size-]{+length+}=80) }}"}
        edges:
          - {from: START, to: cut}
          - {from: cut, to: END}
        """,
      report: """
        graph.yaml:3:35: the filter 'truncate' has no argument 'size': it takes only 'length', 'killwords', 'end', \
        'leeway'
        """,
      documents: ["language.md#filters"]),
    DiagnosticEntry(
      "GR0640", .error, "a filter has no attributes: put parentheses around all up to '…'",
      or: [
        "tests cannot be chained with 'is'",
        "one index only can stand between brackets",
      ],
      title: "A filter or test in the middle of an expression",
      meaning: """
        A filter belongs to what stands before it, so that a field of its result needs parentheses. Tests are joined
        with `and`.
        """,
      remedy: "Add parentheses, or join the tests with `and`.",
      example: """
        state: {people: list}
        nodes:
          greet: {user: "Say hello to {{ [-people | first.name-]{+(people | first).name+} }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:48: a filter has no attributes: put parentheses around all up to 'first'",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0641", .warning, "the result of '…' is always true, even when it is empty: add '|list'",
      title: "A condition that is always true",
      meaning: """
        The result of this filter is a sequence that is made when it is read, and such a sequence is true even when
        nothing is in it. As a list it is false when it is empty.
        """,
      remedy: "Add `|list`.",
      example: """
        state: {items: "list[str]"}
        nodes:
          list: {user: "{% if items | select('equalto', 'x'){+ | list+} %}There is an x.{% else %}There is none.{% endif %}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      report: "graph.yaml:3:23: the result of 'select' is always true, even when it is empty: add '|list'",
      documents: ["language.md#jinja-templates"]),
  ]
}
