internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Prompt files and placeholders.
  static let prompts: [DiagnosticEntry] = [
    DiagnosticEntry(
      retired: "GR0601", "unknown key '…' in …",
      meaning: "Keys that a prompt file does not have are reported as those of graph files.",
      related: ["GR0101"]),
    DiagnosticEntry(
      "GR0602", .error, "'prompts_dir' leads out of the project: '…'",
      title: "A prompt folder outside the project",
      meaning: """
        `prompts_dir` names a folder below the graph's own or above it, up to the project's root. Nothing outside the
        project is read.
        """,
      remedy: "Name a folder inside the project.",
      example: """
        prompts_dir: [-../../elsewhere-]{+texts+}
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- texts/greet.yaml --
        user: Say hello.
        -- prompts/greet.yaml --
        user: Say hello.
        """,
      report: "graph.yaml:1:14: 'prompts_dir' leads out of the project: '../../elsewhere'",
      related: ["GR0603", "GR0617"],
      documents: ["language.md#where-prompts-are-looked-for"]),
    DiagnosticEntry(
      "GR0603", .warning, "there is no folder '…' to look for prompts in",
      title: "A prompt folder that is not there",
      meaning: """
        There is no folder of this name next to the graph or above it, so that prompts are looked for in the other
        places only.
        """,
      remedy: "Name a folder next to the graph or above it.",
      example: """
        prompts_dir: [-text-]{+texts+}
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- texts/greet.yaml --
        user: Say hello.
        -- prompts/greet.yaml --
        user: Say hello.
        """,
      report: "graph.yaml:1:14: there is no folder 'text' to look for prompts in",
      related: ["GR0602"],
      documents: ["language.md#where-prompts-are-looked-for"]),
    DiagnosticEntry(
      "GR0604", .error, "'…' and '…' cannot both be set",
      title: "Two keys of which one is meant",
      meaning: """
        The prompt has both of two keys that say the same thing, such as `user` and `template`, or `schema` and
        `output_schema`. Only one of them could count.
        """,
      remedy: "Delete one of the two.",
      example: """
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        user: Say hello.
        [-template: Say goodbye.
        -]
        """,
      report: "prompts/greet.yaml:2:1: 'user' and 'template' cannot both be set",
      documents: ["language.md#keys-of-a-prompt"]),
    DiagnosticEntry(
      "GR0605", .error, "the prompt has no 'user', 'template' or 'messages'",
      title: "A prompt that asks nothing",
      meaning: "A prompt needs a question, under `user`. Instructions alone leave nothing to answer.",
      remedy: "Write the question under `user`.",
      example: """
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        system: You are brief.
        {+user: Say hello.
        +}
        """,
      report: "prompts/greet.yaml:1:1: the prompt has no 'user', 'template' or 'messages'",
      related: ["GR0120"],
      documents: ["language.md#keys-of-a-prompt"]),
    DiagnosticEntry(
      retired: "GR0606", "the prompt file is empty",
      meaning: "An empty prompt file is reported as an empty graph file.",
      related: ["GR0109"]),
    DiagnosticEntry(
      retired: "GR0607", "no role is named '…'",
      meaning: "A role of a message is checked as any word of which there are a few.",
      related: ["GR0106"]),
    DiagnosticEntry(
      "GR0608", .error, "including prompt '…' here leads back to it without end",
      title: "Prompts that include each other",
      meaning: "A prompt that includes itself, at once or through others, would never end.",
      remedy: "Take the `include` out of one of the prompts.",
      example: """
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        user: "{% include '[-greet-]{+tone+}' %} Say hello."
        -- prompts/tone.yaml --
        user: Be friendly.
        """,
      report: "prompts/greet.yaml:1:19: including prompt 'greet' here leads back to it without end",
      related: ["GR0609"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      "GR0609", .error, "prompt '…' has no 'user' or 'template' that could be included",
      title: "A prompt that has nothing to include",
      meaning: """
        `include` puts in the question of another prompt. This one has none: its text is under `system` or in
        `messages`.
        """,
      remedy: "Include a prompt that asks something.",
      example: """
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        user: "{% include 'tone' %} Say hello."
        -- prompts/tone.yaml --
        [-messages: [{role: user, content: Be friendly.}]-]{+user: Be friendly.+}
        """,
      report: "prompts/greet.yaml:1:19: prompt 'tone' has no 'user' or 'template' that could be included",
      related: ["GR0608"],
      documents: ["language.md#jinja-templates"]),
    DiagnosticEntry(
      retired: "GR0610", "'…' makes this a Jinja template, which is not supported yet",
      meaning: "Jinja templates are part of the language.",
      related: ["GR0620"]),
    DiagnosticEntry(
      "GR0611", .error, "'…' is not a placeholder: it holds more than a path",
      or: [
        "placeholder '…' is never closed"
      ],
      title: "A placeholder that is more than a path",
      meaning: """
        A placeholder takes a value as it is. What is to be computed is computed under `variables`, or in a Jinja
        template.
        """,
      remedy: "Write a path only, and compute the value under `variables`.",
      example: """
        state: {words: int}
        nodes:
          write:
            user: "Write {[-words * 2-]{+double+}} words."
        {+    variables: {double: "{state.words * 2}"}
        +}edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:4:18: '{words * 2}' is not a placeholder: it holds more than a path",
      related: ["GR0613"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0612", .warning, "braces with spaces are text; the placeholder is written '{…}'",
      title: "A placeholder with spaces",
      meaning: """
        Braces with spaces inside are text, so that JSON and sets can stand in prompts. This one is the name of a key,
        which was probably to be replaced.
        """,
      remedy: "Delete the spaces.",
      example: """
        state: {topic: str}
        nodes:
          write: {user: "Write about {[- topic -]{+topic+}}."}
        edges:
          - {from: START, to: write}
          - {from: write, to: END}
        """,
      report: "graph.yaml:3:30: braces with spaces are text; the placeholder is written '{topic}'",
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0613", .error, "'…' is not a format, as in '.2f', '03d' or '>10'",
      or: [
        "'!…' is not a conversion; '!s' writes text and '!r' JSON"
      ],
      title: "A format that is none",
      meaning: """
        Behind a colon stands how a value is written, as in Python: `.2f` for two decimals, `03d` for leading zeros,
        `>10` for a width.
        """,
      remedy: "Write a format as in Python, such as `.2f`, `03d` or `>10`.",
      example: """
        state: {price: float}
        nodes:
          sell: {user: "Sell it for {price:[-2.f-]{+.2f+}} euros."}
        edges:
          - {from: START, to: sell}
          - {from: sell, to: END}
        """,
      report: "graph.yaml:3:36: '2.f' is not a format, as in '.2f', '03d' or '>10'",
      related: ["GR0615"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0614", .error, "variable '…' has no value",
      or: [
        "variable '…' is null"
      ],
      title: "A placeholder without a value",
      meaning: """
        The run has come to a prompt whose placeholder has no value: the key is declared and nothing has written it,
        or what was written is null. A prompt with a hole in it would be answered, only wrongly.
        """,
      remedy: "Give the input, or let an earlier node write the key. Only at run time.",
      example: """
        state: {person: {type: dict, default: {name: Ada}}}
        nodes:
          greet: {user: "Say hello to {person.[-title-]{+name+}}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: """
        Error: node 'greet', step 1: graph.yaml:3:31: variable 'person.title' has no value; given were 'person' \
        [GR0614]
        """,
      related: ["GR0645"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0615", .error, "format '…' does not fit '…', which is …",
      title: "A format that does not fit its value",
      meaning: """
        The format is one for numbers and the value is a text, or the other way round. Only the run knows the value.
        """,
      remedy: "Change the format. Only at run time.",
      example: """
        state: {price: {type: any, default: [-cheap-]{+9.5+}}}
        nodes:
          sell: {user: "Sell it for {price:.2f} euros."}
        edges:
          - {from: START, to: sell}
          - {from: sell, to: END}
        """,
      command: "graph run graph.yaml --offline --quiet",
      report: """
        Error: node 'sell', step 1: graph.yaml:3:29: format '.2f' does not fit 'price', which is str [GR0615]
        """,
      related: ["GR0613"],
      documents: ["language.md#placeholders"]),
    DiagnosticEntry(
      "GR0616", .error, "prompt '…' was not found",
      title: "A prompt file that is not there",
      meaning: "The prompt is in none of the places where prompts are looked for; a note lists them.",
      remedy: "Write the file in one of the places that are listed.",
      example: """
        nodes:
          greet: {prompt: [-great-]{+greet+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        user: Say hello.
        """,
      report: "graph.yaml:2:19: prompt 'great' was not found",
      related: ["GR0617", "GR0618"],
      documents: ["language.md#where-prompts-are-looked-for"]),
    DiagnosticEntry(
      "GR0617", .error, "prompt '…' leads out of the project",
      title: "A prompt outside the project",
      meaning: """
        The name leads out of the project's folder. Nothing outside is read, so that a graph of somebody else cannot
        send files of yours to a model.
        """,
      remedy: "Keep prompts below the project's root.",
      example: """
        nodes:
          greet: {prompt: [-../../../greet-]{+greet+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        user: Say hello.
        """,
      report: "graph.yaml:2:19: prompt '../../../greet' leads out of the project",
      related: ["GR0602", "GR0616"],
      documents: ["language.md#where-prompts-are-looked-for"]),
    DiagnosticEntry(
      "GR0618", .error, "prompt file '…' cannot be read: …",
      title: "A prompt file that cannot be read",
      meaning: """
        There is a file of this name, but the system does not let it be read, most often because of its permissions.
        """,
      remedy: "Check the file's permissions.",
      noExample: """
        A file with permissions that forbid reading it shows it; whoever owns the whole system reads such a file all \
        the same.
        """,
      related: ["GR0616"],
      documents: ["language.md#where-prompts-are-looked-for"]),
    DiagnosticEntry(
      "GR0619", .error, "there is no folder '…' to look for prompts in",
      title: "A folder of prompts that is not there",
      meaning: "A Swift program asks for prompts of a folder that does not exist, or is no folder.",
      remedy: "Name a folder that exists.",
      noExample: "Only programs that run prompts with a `PromptExecutor` report it.",
      documents: ["embedding.md"]),
  ]
}
