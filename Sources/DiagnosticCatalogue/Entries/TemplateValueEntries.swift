internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// What Jinja templates do with values.
  static let templateValues: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0645", .error, "'…' is undefined…",
      title: "A variable of a template that is undefined",
      meaning: """
        The template uses a name that has no value in this run. What is null in the state counts as undefined. A
        template can ask first, with `is defined` or `default`.
        """,
      remedy: """
        Give the variable, or allow that it is missing: `{{ x | default('') }}`, `{% if x is defined %}`.
        """,
      example: """
        state: {topic: str, mood: "str?"}
        variables: {topic: rain}
        nodes:
          write: {user: "Write about {{ topic }}, in a {{ mood{+ | default('calm')+} }} way."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: "Error: node 'write', step 1: graph.yaml:4:51: 'mood' is undefined; given were 'topic' [GR0645]",
      related: ["GR0614"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0646", .error, "the … has no '…'…",
      or: [
        "'…' is a method: write '…()'",
        "there is no item … in …",
        "the … has no such item",
      ],
      title: "A part that a value does not have",
      meaning: "The value is there, and has no field, item or method of this name.",
      remedy: "Mend the name or the index, or ask with `is defined` first.",
      example: """
        state: {person: {type: dict, default: {name: Ada}}}
        nodes:
          greet: {user: "Say hello to {{ person.[-title-]{+name+} }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: """
        Error: node 'greet', step 1: graph.yaml:3:34: the dict has no 'title'; given were 'name' [GR0646]
        """,
      related: ["GR0645"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0647", .error, "there is no value here: …",
      title: "A value that is not there",
      meaning: """
        The expression has a value in some cases only, and this run is none of them: an `if` without `else`, the first
        item of an empty list.
        """,
      remedy: "Give a value for that case, with `else` or `default`.",
      example: """
        state: {names: {type: list, default: []}}
        nodes:
          greet: {user: "Say hello to {{ names | first{+ | default('World')+} }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: "Error: node 'greet', step 1: graph.yaml:3:34: there is no value here: the list is empty [GR0647]",
      related: ["GR0645"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0648", .error, "'…' does not work between … and …",
      or: [
        "expected …, found …",
        "… has no items to go through",
        "… cannot be a key or be compared for uniqueness",
        "… cannot be called",
        "… has no text of its own: add '|list' or '|join'",
      ],
      title: "A value of the wrong type in a template",
      meaning: """
        The operator, filter or loop does not work with values of this type. Only the run knows the value.
        """,
      remedy: "Convert the value with a filter.",
      example: """
        state: {words: {type: any, default: 200}}
        nodes:
          write: {user: "Write {{ words{+ | string+} + ' words' }}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: "Error: node 'write', step 1: graph.yaml:3:27: '+' does not work between int and str [GR0648]",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0649", .error, "cannot unpack … into … names",
      title: "Parts for another number of names",
      meaning: """
        A loop or `set` with several names takes an item apart, and the item has another number of parts.
        """,
      remedy: "Take as many names as an item has parts.",
      example: """
        state: {pairs: {type: list, default: [[a, 1], [b, 2[-, 3-]]]}}
        nodes:
          list: {user: "{% for letter, number in pairs %}{{ letter }}{{ number }} {% endfor %}"}
        edges:
          - {from: START, to: list}
          - {from: list, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: "Error: node 'list', step 1: graph.yaml:3:24: cannot unpack 3 items into 2 names [GR0649]",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0650", .error, "the … has no method '…'…",
      or: [
        "'…' would change a value of the graph: build a new one and 'set' it"
      ],
      title: "A method that a value does not have",
      meaning: """
        Texts, lists and dicts have the methods of Python that change nothing. Values of the state do not change in a
        template; a new one is made and `set`.
        """,
      remedy: "Take the method that is offered; make a new list with `+`.",
      example: """
        state: {names: {type: list, default: [Ada]}}
        nodes:
          greet: {user: "{% set all = [-names.append('Grace')-]{+names + ['Grace']+} %}Say hello to {{ all | join(', ') }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: """
        Error: node 'greet', step 1: graph.yaml:3:31: 'append' would change a value of the graph: build a new one \
        and 'set' it [GR0650]
        """,
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0651", .error, "…",
      title: "Arguments that a call does not take",
      meaning: """
        The function, filter or method is called with arguments that it does not take. Where they are known before the
        run, it is found then.
        """,
      remedy: "Give the arguments that the message names.",
      example: """
        state: {name: {type: any, default: Ada}}
        nodes:
          greet: {user: "Say hello to {{ name.upper([-1-]) }}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: "Error: node 'greet', step 1: graph.yaml:3:34: 'upper' takes at most 0 arguments [GR0651]",
      related: ["GR0639"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0652", .error, "division by zero",
      or: [
        "the result does not fit in a 64-bit integer"
      ],
      title: "Arithmetic without a result",
      meaning: "A division by zero, or a whole number of more than 64 bits.",
      remedy: "Ask first, or compute with floats.",
      example: """
        state: {total: {type: int, default: 12}, people: {type: int, default: [-0-]{+4+}}}
        nodes:
          share: {user: "Each of them gets {{ total // people }}."}
        edges:
          - {from: START, to: share}
          - {from: share, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: "Error: node 'share', step 1: graph.yaml:3:39: division by zero [GR0652]",
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0653", .error, "…",
      title: "A format that cannot be carried out",
      meaning: """
        The format string of `format`, or of `%`, asks for another kind of value, or for more values than there are.
        """,
      remedy: "Give as many values as the format has places, each of the kind that it takes.",
      example: """
        state: {price: {type: any, default: 9.5}}
        nodes:
          sell: {user: "{{ '%.2f euros[- and %d cents-]' | format(price) }}"}
        edges:
          - {from: START, to: sell}
          - {from: sell, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: """
        Error: node 'sell', step 1: graph.yaml:3:20: the format needs more values than it was given [GR0653]
        """,
      related: ["GR0613"],
      documents: ["language.md#filters"]),
    DiagnosticEntry(
      "GR0654", .error, "the template takes more than … steps",
      or: [
        "the text is longer than … bytes",
        "… items are more than the … allowed",
        "nested more than … levels deep: does a macro or include call itself?",
      ],
      title: "A template that does too much",
      meaning: """
        A template ends after two million steps and 16 MiB of text, so that none can run for ever, and calls inside
        one another end at a depth.
        """,
      remedy: "Do less in one template.",
      example: """
        state: {rounds: {type: int, default: [-2000-]{+3+}}}
        nodes:
          count: {user: "{% for a in range(rounds) %}{% for b in range(rounds) %}{% endfor %}{% endfor %}Say hello."}
        edges:
          - {from: START, to: count}
          - {from: count, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: """
        Error: node 'count', step 1: graph.yaml:3:46: the template takes more than 2000000 steps [GR0654]
        """,
      documents: ["language.md#differences-from-jinja2"]),
    DiagnosticEntry(
      "GR0655", .error, "there is no prompt '…'",
      or: [
        "there is no such prompt"
      ],
      title: "An included prompt that is known only to the run",
      meaning: """
        Prompts are loaded before a run, so that `include` finds those whose names are written out in the template. A
        name that comes out of a variable is that of no loaded prompt.
        """,
      remedy: "Write the name of an included prompt out: only those are loaded.",
      example: """
        state: {tone: {type: str, default: friendly}}
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        user: "{% include [-tone-]{+'friendly'+} %} Say hello."
        -- prompts/friendly.yaml --
        user: Be friendly.
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: "Error: node 'greet', step 1: prompts/greet.yaml:1:19: there is no such prompt [GR0655]",
      related: ["GR0616"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0656", .warning, "'{…}' is text in a Jinja template; the value is written '{{ … }}'",
      title: "A placeholder in a Jinja template",
      meaning: """
        A text with `{{` or `{%` is a Jinja template, in which single braces are text. There is a value of this name,
        which was probably to stand here.
        """,
      remedy: "Double the braces; or put `{% raw %}` around what is meant as text.",
      example: """
        state: {name: str, place: str}
        nodes:
          greet: {user: "Say hello to {{ name }} of [-{place}-]{+{{ place }}+}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:45: '{place}' is text in a Jinja template; the value is written '{{ place }}'",
      related: ["GR0612"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      retired: "GR0657", "'…' has no value: '…' is '…', which has no fields",
      meaning: """
        It warned of a placeholder that asks for a field of a text or a number. The types of all paths are known now, and
        GR0541 says the same of them.
        """,
      related: ["GR0541"]),
  ]
}
