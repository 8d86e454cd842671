internal import GraphDiagnostics

/// The keys of a graph file.
public enum GraphKeys {
  /// The keys at the top.
  public static let all = KeyTable(
    [
      KeySpec("version", .string, "The version of the language: \"1.0\"."),
      KeySpec("name", .string, "The graph's name; the file's name without its ending by default."),
      KeySpec("description", .string, "What the graph is for."),
      KeySpec("defaults", .mapping, "Settings of all nodes that do not say otherwise.").holding(
        .keys(DefaultsDocument.keys)),
      KeySpec("prompts_relative", .bool, "Whether prompts are looked for next to the graph file."),
      KeySpec("prompts_dir", .string, "The folder in which prompts are looked for first, relative to the graph file."),
      KeySpec("state", .mapping, "The keys of the state: name to type, or to {type, reducer, default, description}.")
        .holding(.entries(.either([.kind(.string), .keys(StateKeyDocument.keys)]))).naming(.newStateKey).meaning(
          .valueType),
      KeySpec("tools", .mapping, "What nodes and models may call: name to tool.").holding(
        .entries(.either([.tool, .keys(ToolReference.manifestKeys), .keys(ToolReference.slotKeys)]))
      ).naming(.newTool),
      KeySpec("nodes", .mapping, "The nodes: name to node.", isRequired: true).holding(.entries(.node)).naming(
        .newNode),
      KeySpec("edges", .list, "How control flows between nodes.", isRequired: true).holding(
        .items(.keys(EdgeDocument.keys))),
      KeySpec("loop_limits", .mapping, "The most runs of a node in one run of the graph.").holding(
        .entries(.kind(.integer(1...1_000_000_000)))
      ).naming(.node),
      KeySpec("loop_exits", .mapping, "Where control goes from a node whose loop limit is reached.").holding(
        .entries(.kind(.string))
      ).naming(.node).meaning(.target),
      KeySpec("config", .mapping, "Limits of a run, such as recursion_limit (steps) and timeout.").holding(
        .keys(config)),
      KeySpec("variables", .mapping, "Values of the state before a run: name to value.").naming(.writtenStateKey),
      KeySpec("data_files", .mapping, "YAML and JSON files whose data are in the state before a run: name to path.")
        .holding(.entries(.kind(.string))).naming(.writtenStateKey).meaning(.file),
      KeySpec("exports", .mapping, "Files that a completed run leaves: state key to {format, filename}.").holding(
        .entries(.keys(ExportDocument.keys))
      ).naming(.readStateKey),
      KeySpec("verify", .list, "Checks of the state at the end of a run: {check, on_fail, message}.").holding(
        .items(.keys(CheckDocument.keys))),
      KeySpec("checkpointer", .any, "Where threads are kept: memory, sqlite, postgres or redis.").holding(
        .either([CheckpointerDocument.typeForm, .keys(CheckpointerDocument.keys)])),
      KeySpec("serve", .mapping, "How 'graph serve' serves the graph: {chat_input}.").holding(
        .keys(ServeDocument.keys)),
    ],
    allowsExtensions: true,
    misplaced: Dictionary(
      uniqueKeysWithValues: (ModelSettings.keys.map(\.name) + ["timeout", "retry", "on_error"]).map {
        ($0, "it belongs under 'defaults'")
      } + ["recursion_limit", "max_concurrency", "max_map_items"].map { ($0, "it belongs under 'config'") } + [
        ("inputs", "declare inputs under 'state', each as {type, default, description}"),
        ("observability", "every run has its log; see 'graph run --events'"),
      ]))

  /// The keys under `config`.
  public static let config = KeyTable([
    KeySpec("recursion_limit", .integer(1...1_000_000_000), "The most steps of a run; 10,000 by default."),
    KeySpec("max_concurrency", .integer(1...10_000), "The most nodes that run at once; 64 by default."),
    KeySpec("timeout", .duration, "The longest time of a run."),
    KeySpec("max_map_items", .integer(0...1_000_000_000), "The most items of a map; 10,000 by default."),
    KeySpec("max_tokens", .integer(1...10_000_000), "The most tokens of an answer where nothing else says it."),
    KeySpec("tool_load_mode", .choice(["strict"]), "strict: a tool that cannot be loaded is an error."),
  ])
}
