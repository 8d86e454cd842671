internal import CommandKit
internal import LanguageModels

/// Options of commands that run graphs.
extension GraphCommand {
  static let threadOption = OptionSpec.single(
    "thread", short: "t", placeholder: "id",
    help: "The run's thread, which is kept step by step: one that is there is gone on with, or begins another turn.")

  static let inputOptions: [OptionSpec] = [
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
  ]

  static let answerOptions: [OptionSpec] = [
    .repeating(
      "answer", short: "a", placeholder: "id=value",
      help: "An answer to the question of that id; lists, objects and quoted text are JSON."),
    .single(
      "answers", placeholder: "file",
      help: "A YAML or JSON file with answers: a mapping of ids, or a list of such mappings.",
      completion: .files(extensions: ["yaml", "yml", "json"])),
  ]

  static let modelOptions: [OptionSpec] = [
    .single(
      "provider", short: "p", help: "The provider for all nodes.",
      completion: .values(ProviderPreset.all.map(\.name))),
    .single("model", short: "m", help: "The model for all nodes."),
    .flag(
      "offline", help: "Use the built-in model for all nodes, whatever else is said; it needs no network and no key."),
  ]

  static let limitOptions: [OptionSpec] = [
    .repeating(
      "tool", placeholder: "name=file", help: "The tool for a slot of the graph: the file that describes it.",
      completion: .files(extensions: ["yaml", "yml"])),
    .single(
      "timeout", placeholder: "duration",
      help: "The longest time of the run, in seconds or as '500ms', '30s' or '5m'."),
    .single("recursion-limit", placeholder: "steps", help: "The most steps of the run, in place of the graph's own."),
    .single(
      "max-concurrency", placeholder: "nodes", help: "The most nodes that run at once, in place of the graph's own."),
  ]

  static let printOptions: [OptionSpec] = [
    .single(
      "export-state", placeholder: "file", help: "Write the state at the end of the run to a JSON file.",
      completion: .files(extensions: ["json"])),
    .flag("json", help: "Print one JSON object at the end instead of tokens."),
    .flag("events", help: "Print each event as a line of JSON instead of tokens."),
    .flag("full", help: "Show values whole on standard error; they are cut to 200 characters otherwise."),
    .flag("quiet", short: "q", help: "Print nothing but tokens and errors."),
  ]
}
