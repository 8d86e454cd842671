package import CommandKit
internal import LanguageModels

/// The command line of `graph`: one value that parsing, help, completions and the reference are made of.
package enum GraphCommand {
  /// What `--version` prints.
  static let version = "0.1.0"

  /// The root with everything below it.
  package static let tree = CommandSpec(
    name: "graph",
    abstract: "Run and check LLM pipelines that are written as YAML graphs.",
    discussion: """
      Completions: 'graph --generate-completion-script bash' (or zsh, fish) prints the script for your shell.
      """,
    version: version,
    options: [.inversion("color", help: "Colour messages.", defaultText: "on a terminal, unless NO_COLOR is set")],
    subcommands: [
      run, resume, threads, serve, validate, explain, info, list, diagram, diff, fmt, schema, lsp, codegen,
    ],
    topics: [.exitCodes])

  static let graphFile = ArgumentSpec(
    "file", help: "The graph file.", completion: .files(extensions: ["yaml", "yml"]))

  private static let run = CommandSpec(
    name: "run",
    abstract: "Run a graph and print each token as it arrives.",
    discussion: """
      Tokens of streaming nodes go to standard output the moment they arrive. Nodes that stream side by side are printed \
      one after the other, in the order of their first tokens. Where no node streams, what the nodes of the last step \
      wrote is printed at the end: text as it is, anything else as JSON. Everything else goes to standard error. \
      Ctrl-C stops the run and keeps what there is; a second Ctrl-C ends the program at once.

      A node that asks a person is answered by '--answer' and '--answers', in the order in which the answers are given; \
      then questions are asked on the terminal. Where there is none, the run ends with status 75 and says what is \
      asked. Files that the graph names under 'exports' are written to 'outputs/<thread>' when the run has completed.

      A run with '--thread' is kept step by step: when it waits, fails, is stopped or loses its process, 'graph resume' \
      or the same command goes on where it was. On a thread that came to its end another turn begins, with the state of \
      the last one.

      Which model a node uses: the node's own provider and model, then those under 'defaults', then those of the prompt \
      file. '--provider' and '--model' come before all of these. Where none names a provider: the variable PROVIDER, then \
      the one provider whose key is set. Keys come from the environment or from a file '.env'.

      Examples:
          graph run graphs/hello.yaml --var name=World --offline
          graph run graphs/hello.yaml --var name=World --provider openai
          graph run graphs/hello.yaml --var name=World --json | jq -r .state.greeting
          graph run graphs/interview.yaml --answer ask=Ada --export-state interview.json
          graph run graphs/interview.yaml --thread t1
      """,
    options: inputOptions + answerOptions + modelOptions + [threadOption, .store, .onBusy, .renamedNodes, .durability]
      + limitOptions
      + printOptions,
    arguments: [graphFile])

  private static let info = CommandSpec(
    name: "info",
    abstract: "Show a graph's inputs, nodes and edges.",
    options: [
      .single("format", help: "How it is shown.", allowedValues: ["text", "json"], defaultValue: "text")
    ],
    arguments: [graphFile])

  private static let list = CommandSpec(
    name: "list",
    abstract: "List the graphs of a folder.",
    options: [
      .single("format", help: "How they are shown.", allowedValues: ["text", "json"], defaultValue: "text")
    ],
    arguments: [
      ArgumentSpec(
        "folder", .optional, help: "The folder; folders in it are searched as well.", defaultValue: "graphs",
        completion: .directories)
    ])
}
