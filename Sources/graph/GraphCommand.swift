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
    subcommands: [run, validate, explain, info, list, diagram, diff, fmt, schema, lsp],
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

      Which model a node uses: the node's own provider and model, then those under 'defaults', then those of the prompt \
      file. '--provider' and '--model' come before all of these. Where none names a provider: the variable PROVIDER, then \
      the one provider whose key is set. Keys come from the environment or from a file '.env'.

      Examples:
          graph run graphs/hello.yaml --var name=World --offline
          graph run graphs/hello.yaml --var name=World --provider openai
          graph run graphs/hello.yaml --var name=World --json | jq -r .state.greeting
          graph run graphs/interview.yaml --answer ask=Ada --export-state interview.json
      """,
    options: [
      .repeating(
        "var", short: "v", placeholder: "name=value",
        help: "An input, read as the type that 'state' declares; lists and objects are JSON."),
      .repeating(
        "var-file", placeholder: "file", help: "A YAML or JSON file with inputs; '--var' comes before it.",
        completion: .files(extensions: ["yaml", "yml", "json"])),
      .single(
        "import-state", placeholder: "file",
        help: "A file that '--export-state' wrote: its keys are inputs; '--var-file' and '--var' come before it.",
        completion: .files(extensions: ["json", "yaml", "yml"])),
      .single(
        "export-state", placeholder: "file", help: "Write the state at the end of the run to a JSON file.",
        completion: .files(extensions: ["json"])),
      .repeating(
        "answer", short: "a", placeholder: "id=value",
        help: "An answer to the question of that id; lists, objects and quoted text are JSON."),
      .single(
        "answers", placeholder: "file",
        help: "A YAML or JSON file with answers: a mapping of ids, or a list of such mappings.",
        completion: .files(extensions: ["yaml", "yml", "json"])),
      .single(
        "provider", short: "p", help: "The provider for all nodes.",
        completion: .values(ProviderPreset.all.map(\.name))),
      .single("model", short: "m", help: "The model for all nodes."),
      .flag(
        "offline", help: "Use the built-in model for all nodes, whatever else is said; it needs no network and no key."),
      .single(
        "thread", short: "t", placeholder: "id",
        help: "A name for the run's thread, in events and as 'thread_id' in the state."),
      .repeating(
        "tool", placeholder: "name=file", help: "The tool for a slot of the graph: the file that describes it.",
        completion: .files(extensions: ["yaml", "yml"])),
      .single(
        "timeout", placeholder: "duration",
        help: "The longest time of the run, in seconds or as '500ms', '30s' or '5m'."),
      .single("recursion-limit", placeholder: "steps", help: "The most steps of the run, in place of the graph's own."),
      .single(
        "max-concurrency", placeholder: "nodes", help: "The most nodes that run at once, in place of the graph's own."),
      .flag("json", help: "Print one JSON object at the end instead of tokens."),
      .flag("events", help: "Print each event as a line of JSON instead of tokens."),
      .flag("full", help: "Show values whole on standard error; they are cut to 200 characters otherwise."),
      .flag("quiet", short: "q", help: "Print nothing but tokens and errors."),
    ],
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
