internal import GraphDiagnostics

extension DiagnosticCatalogue {
  /// Bytes, characters and YAML.
  static let text: [DiagnosticEntry] = [
    DiagnosticEntry(
      "GR0001", .error, "the file is not valid UTF-8 here",
      or: [
        "the file is written in UTF-16; save it as UTF-8"
      ],
      title: "Bytes that are no UTF-8",
      meaning: """
        Files are text in UTF-8, the encoding that every editor can save. Bytes that mean nothing in it come from
        another encoding, such as Latin-1 or UTF-16, or from a file that is no text at all. Guessing would change
        letters silently.
        """,
      remedy: "Save the file as UTF-8.",
      example: """
        nodes:
          greet: {user: "Say hello to Zo[-{*EB*}-]{+ë+}."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:33: the file is not valid UTF-8 here",
      related: ["GR0002"]),
    DiagnosticEntry(
      "GR0002", .error, "the control character … is not allowed in a file",
      title: "A control character",
      meaning: """
        Control characters are invisible, do strange things to terminals, and come into files by accident, often by
        copying. In quotes they can be written as escapes, so that everybody sees them.
        """,
      remedy: "Delete it, or write it as an escape in double quotes.",
      example: #"""
        nodes:
          greet: {user: "Ring[-{*07*}-]{+\a+} the bell."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """#,
      report: """
        graph.yaml:2:22: the control character U+0007 is not allowed in a file; write it as an escape in double \
        quotes
        """,
      related: ["GR0001"]),
    DiagnosticEntry(
      "GR0003", .error, "the file has … bytes; at most … are read",
      title: "A file that is too large",
      meaning: """
        Graphs and prompts are written by people and are small. A file of more than 16 MiB is almost always data, and
        reading it would cost time and memory before anybody noticed. Data belongs into files that `data_files` names.
        """,
      remedy: "Split the file, or move its data into one that `data_files` names.",
      example: """
        nodes:
          greet: {prompt: greet}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        -- prompts/greet.yaml --
        [-{*16777217×#*}
        -]user: Say hello.
        """,
      report: "prompts/greet.yaml:1:1: the file has 16777235 bytes; at most 16777216 are read",
      documents: ["language.md#before-a-run"]),
    DiagnosticEntry(
      "GR0004", .error, "more than … lines begin with '%'",
      title: "Too many directives",
      meaning: """
        Lines that begin with `%` are directives of YAML. No graph needs one, and each makes the next ones slower to
        read, so that only a hundred are looked at.
        """,
      remedy: "Delete the `%` lines; none is needed.",
      example: """
        [-{*101×%TAG !e! tag:example.com,2000:
        *}---
        -]nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:101:1: more than 100 lines begin with '%'",
      related: ["GR0017"]),
    DiagnosticEntry(
      "GR0005", .error, "a tab cannot indent a line; use spaces",
      title: "A tab as indentation",
      meaning: """
        YAML knows the structure of a file by its indentation, and a tab is as wide as each editor likes. So only
        spaces indent.
        """,
      remedy: "Indent with spaces.",
      example: """
        nodes:
        [-{*09*}-]{+  +}greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:1: a tab cannot indent a line; use spaces",
      related: ["GR0008"]),
    DiagnosticEntry(
      "GR0006", .error, "this '…' is never closed",
      or: [
        "this '…' is not closed in its line",
        "… expected in this …",
        "'---' and '...' end a document, but a quote is still open",
      ],
      title: "A bracket or quote that is never closed",
      meaning: """
        A list in brackets, a mapping in braces or a text in quotes begins here and has no end, or two of its entries
        have no comma between them. Everything behind it would be part of it.
        """,
      remedy: "Close the bracket or quote, or put the comma in.",
      example: """
        nodes:
          greet: {user: Say hello., temperature: 0.5{+}+}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:10: this '{' is never closed",
      related: ["GR0007"]),
    DiagnosticEntry(
      "GR0007", .error, "a value that holds ': ' must be in quotes",
      title: "A colon in a text without quotes",
      meaning: """
        Behind a key, `: ` would begin another mapping in the same line, which YAML does not allow. A text that holds
        it needs quotes.
        """,
      remedy: "Put the value in quotes.",
      example: """
        nodes:
          greet:
            user: [-Say this: hello.-]{+"Say this: hello."+}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:19: a value that holds ': ' must be in quotes",
      related: ["GR0009"]),
    DiagnosticEntry(
      "GR0008", .error, "this key is indented below a key that has a value already",
      or: [
        "a key needs ':' after it",
        "a ':' needs a space after it to end a key",
        "a key in quotes must end in its line",
        "a key of a mapping is expected here",
        "'- ' and an item of a list are expected here",
        "'- ' is missing before this item of a list",
        "nothing can follow the document's value",
      ],
      title: "A structure that does not fit its indentation",
      meaning: """
        Lines that are indented alike belong together. Here one is indented otherwise than its neighbours, or a key
        lacks its colon, so that it cannot be told where it belongs.
        """,
      remedy: "Line keys and items up with their neighbours, and end each key with a colon and a space.",
      example: """
        nodes:
          greet:
            user: Say hello.
        [-      -]{+    +}temperature: 0.5
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:7: this key is indented below a key that has a value already; check the indentation",
      related: ["GR0005"]),
    DiagnosticEntry(
      "GR0009", .error, "text after …",
      or: [
        "text that begins with '…' must be in quotes",
        "a list cannot begin in the line of its key",
        "text that begins with '? ' must be in quotes",
        "only YAML 1.1 and 1.2 are understood",
        "a value is expected here",
        "text after '|' or '>' begins in the next line",
        "…",
      ],
      title: "Text that YAML reads as something else",
      meaning: """
        Some characters mean something at the beginning of a text: `@`, `` ` ``, `%`, `|`, `>`, `&`, `*`, `!` and
        quotes. And what follows a text in quotes has to be the end of the value. With quotes around all of it, it is
        a text.
        """,
      remedy: """
        Put the text in quotes, or move it to the next line. Other messages are those of the YAML parser.
        """,
      example: """
        nodes:
          greet: {user: [-@everybody: hello-]{+"@everybody: hello"+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:17: text that begins with '@' must be in quotes",
      related: ["GR0007", "GR0026"]),
    DiagnosticEntry(
      "GR0010", .error, "'…' is no escape; in double quotes a backslash is written twice",
      or: [
        "this escape names no Unicode character"
      ],
      title: "An escape that means nothing",
      meaning: #"""
        In double quotes, a backslash begins an escape such as `\n` or `\u00e9`. This one is none of them. Regular
        expressions and paths of Windows are easier to write in single quotes, where a backslash is a backslash.
        """#,
      remedy: #"Write `\\`, or use single quotes, in which nothing is an escape."#,
      example: #"""
        nodes:
          find: {user: [-"Explain the pattern \d+"-]{+'Explain the pattern \d+'+}}
        edges:
          - {from: START, to: find}
          - {from: find, to: END}
        """#,
      report: #"graph.yaml:2:37: '\d' is no escape; in double quotes a backslash is written twice"#),
    DiagnosticEntry(
      "GR0011", .error, "the key '…' is written twice",
      title: "A key that is written twice",
      meaning: """
        YAML parsers keep the last of two values, and the first one is lost without a word. Here it is an error,
        because one of them was meant for something else. The note shows the first one.
        """,
      remedy: "Delete one of the two, or give it the name that was meant.",
      example: """
        nodes:
          greet:
            user: Say hello.
            [-user-]{+system+}: Be brief.
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:5: the key 'user' is written twice",
      related: ["GR0012"]),
    DiagnosticEntry(
      "GR0012", .error, "a key must be text, not …",
      title: "A key that is no text",
      meaning: """
        Keys are names. A list or a mapping in the place of a key comes from a bracket or brace too many, or from a
        template that lost its quotes.
        """,
      remedy: "Write a name as the key; put a template in quotes.",
      example: """
        state: {name: str}
        nodes:
          greet:
            user: "Say hello to {person}."
            variables: {[-[person]-]{+person+}: "{name}"}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:5:17: a key must be text, not a list",
      related: ["GR0011", "GR0026"]),
    DiagnosticEntry(
      "GR0013", .error, "no anchor '&…' stands before the alias '*…'",
      title: "An alias of nothing",
      meaning: "`*name` repeats what `&name` marked further up in the same file. No such mark stands before it.",
      remedy: "Define the anchor above its first use.",
      example: """
        defaults: &[-settings-]{+model+}
          temperature: 0.5
        nodes:
          greet: {user: Say hello., <<: *model}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:33: no anchor '&model' stands before the alias '*model'",
      related: ["GR0014", "GR0015"]),
    DiagnosticEntry(
      "GR0014", .error, "the alias '*…' stands inside of what it refers to",
      title: "An alias inside of itself",
      meaning: "What an alias repeats would hold itself, without end.",
      remedy: "Write what is meant in full, without the alias.",
      example: """
        nodes:
          greet: &node
            user: "Say hello to {name}."
            variables: {name: [-*node-]{+World+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:4:23: the alias '*node' stands inside of what it refers to",
      related: ["GR0013"]),
    DiagnosticEntry(
      "GR0015", .error, "'<<' takes a mapping or a list of mappings, not …",
      title: "A merge of what is no mapping",
      meaning: """
        `<<` puts the entries of a mapping, or of several, into another one. A text or a number has no entries.
        """,
      remedy: "Merge mappings only; write the value under its own key.",
      example: """
        nodes:
          greet:
            <<: [-0.5-]{+{temperature: 0.5}+}
            user: Say hello.
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:3:9: '<<' takes a mapping or a list of mappings, not a number",
      related: ["GR0013"]),
    DiagnosticEntry(
      "GR0016", .error, "a file holds one document; a second one begins here",
      title: "A second document in one file",
      meaning: """
        `---` begins another document, and a file holds one graph or one prompt. What stands behind it would be
        ignored.
        """,
      remedy: "Put the second document in a file of its own.",
      example: """
        nodes:
          greet: {user: Say hello.}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        [----
        note: Ask Ada before you change this.
        -]
        """,
      report: "graph.yaml:6:1: a file holds one document; a second one begins here"),
    DiagnosticEntry(
      "GR0017", .error, "unknown tag '…'",
      or: [
        "the tag's handle is not declared"
      ],
      title: "An unknown tag",
      meaning: """
        A word with `!` before a value says what the value is to be, in programs that make objects of YAML. Here
        values are what they look like, and tags of other programs would be ignored.
        """,
      remedy: "Delete the tag, and write the value itself.",
      example: """
        nodes:
          greet: {user: [-!file hello.txt-]{+Say hello.+}}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:17: unknown tag '!file'",
      related: ["GR0018"]),
    DiagnosticEntry(
      "GR0018", .error, "the tag '…' does not fit …",
      title: "A tag that does not fit its value",
      meaning: "The tag says that the value is of one type, and it is written as another one.",
      remedy: "Delete the tag, or change the value.",
      example: """
        variables:
          count: [-!!int many-]{+!!int 12+}
        nodes:
          greet: {user: "Say hello to {count} people."}
        edges:
          - {from: START, to: greet}
          - {from: greet, to: END}
        """,
      report: "graph.yaml:2:16: the tag '!!int' does not fit this text",
      related: ["GR0017"]),
  ]
}
