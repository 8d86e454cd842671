internal import CommandKit
internal import GraphRuntime

extension OptionSpec {
  /// Where threads are kept.
  static let store = OptionSpec.single(
    "store", placeholder: "place",
    help: "Where threads are kept: a file, or the address of a server; the graph's 'checkpointer' by default, else "
      + "\(ThreadStores.defaultPath) in the project.",
    completion: .files(extensions: ["sqlite", "db"]))
}

extension OptionSpec {
  /// What becomes of a run whose thread another run has.
  static let onBusy = OptionSpec.single(
    "on-busy", placeholder: "way",
    help:
      "What to do while another run has the thread: say so and end, wait until it has ended, stop it and go on from "
      + "what it has done, or stop it and take back what its turn has written.",
    allowedValues: ["reject", "enqueue", "interrupt", "rollback"], defaultValue: "reject")

  /// The same for a run that goes on, which leaves nothing to be taken back.
  static let onBusyResuming = OptionSpec.single(
    "on-busy", placeholder: "way",
    help: "What to do while another run has the thread: say so and end, wait until it has ended, or stop it and go on "
      + "where it came to.",
    allowedValues: ["reject", "enqueue", "interrupt"], defaultValue: "reject")

  /// Nodes that have other names than when the thread was last run.
  static let renamedNodes = OptionSpec.repeating(
    "rename-node", placeholder: "old=new",
    help: "A node that the thread has come to and that has another name in the graph now.")

  /// When steps are kept.
  static let durability = OptionSpec.single(
    "durability", placeholder: "way",
    help: "When steps of a thread are kept: before the next one is begun, or while the run goes on; the graph's "
      + "'checkpointer' says so by default, else 'sync'.",
    allowedValues: Durability.allCases.map(\.rawValue))
}

extension GraphCommand {
  static let thread = ArgumentSpec("thread", help: "The thread's name.")

  static let resume = CommandSpec(
    name: "resume",
    abstract: "Go on with a thread where it is.",
    discussion: """
      A thread that waits for an answer goes on with it; one that was stopped, failed, or lost its process goes on with \
      the step that it was in. Nodes whose end was kept are not run again. The graph is the file that the thread was \
      begun with, unless another one is named.

      Examples:
          graph run graphs/interview.yaml --thread t1
          graph resume t1 --answer ask=Ada
          graph resume t1 --answer Ada
      """,
    options: answerOptions + modelOptions + [.store, .onBusyResuming, .renamedNodes, .durability] + limitOptions
      + printOptions,
    arguments: [
      thread,
      ArgumentSpec(
        "file", .optional, help: "The graph file, where it is not the one that the thread was begun with.",
        completion: .files(extensions: ["yaml", "yml"])),
    ])

  static let threads = CommandSpec(
    name: "threads",
    abstract: "Look at threads that were kept, and remove them.",
    subcommands: [
      threadsList, threadsShow, threadsHistory, threadsReplay, threadsFork, threadsExport, threadsImport, threadsPrune,
      threadsDelete,
    ])

  private static let format = OptionSpec.single(
    "format", help: "How they are shown.", allowedValues: ["text", "json"], defaultValue: "text")

  private static let threadsList = CommandSpec(
    name: "list", abstract: "List the threads, the one that was written last first.", options: [.store, format])

  private static let threadsShow = CommandSpec(
    name: "show", abstract: "Show where a thread is and what its state holds.",
    options: [
      .store, .single("at", placeholder: "record", help: "The record of its history to look at; the last by default."),
      .flag("full", help: "Show values whole; they are cut to 200 characters otherwise."), format,
    ], arguments: [thread])

  private static let threadsHistory = CommandSpec(
    name: "history", abstract: "Show the steps of a thread.", options: [.store, format], arguments: [thread])

  private static let threadsReplay = CommandSpec(
    name: "replay", abstract: "Print again what the runs of a thread have said.",
    discussion: """
      Tokens, results and notices are those of the runs, from the log that is kept with the thread; nothing is run, and no \
      model is asked. What '--events' prints is what 'graph run --events' has printed.

      Example:
          graph threads replay t1 --turn 2
      """,
    options: [
      .store, .single("turn", placeholder: "number", help: "Only the runs of this turn."),
      .single("run", placeholder: "id", help: "Only this run."),
      .flag("events", help: "Print each event as a line of JSON instead of tokens."),
      .flag("full", help: "Show values whole on standard error; they are cut to 200 characters otherwise."),
      .flag("quiet", short: "q", help: "Print nothing but tokens and errors."),
    ], arguments: [thread])

  private static let threadsFork = CommandSpec(
    name: "fork", abstract: "Begin a thread where another one was.",
    discussion: """
      The new thread goes on from the place of the other one, which stays as it is.

      Example:
          graph threads fork t1 t2 --at 2 --set place=Oslo
      """,
    options: [
      .store, .single("at", placeholder: "record", help: "The record of its history to fork at; the last by default."),
      .repeating(
        "set", placeholder: "name=value",
        help: "A key of the state that has another value in the new thread, read as the type that the graph declares; "
          + "lists and objects are JSON."),
      .single(
        "graph", placeholder: "file", help: "The graph file, where it is not the one that the thread was begun with.",
        completion: .files(extensions: ["yaml", "yml"])),
    ],
    arguments: [thread, ArgumentSpec("name", help: "The name of the new thread.")])

  private static let threadsExport = CommandSpec(
    name: "export", abstract: "Print a thread as lines of JSON, for 'graph threads import'.", options: [.store],
    arguments: [thread])

  private static let threadsImport = CommandSpec(
    name: "import", abstract: "Make a thread of what 'graph threads export' has printed.",
    options: [.store],
    arguments: [
      ArgumentSpec("name", help: "The name of the new thread."),
      ArgumentSpec("lines", help: "The file with the lines.", completion: .files(extensions: ["json", "jsonl"])),
    ])

  private static let threadsPrune = CommandSpec(
    name: "prune", abstract: "Remove old threads, and the old part of others.",
    discussion: """
      Threads that wait for somebody or have not come to their end are removed only with '--all'. Threads that are being \
      run are left alone.

      Example:
          graph threads prune --older-than 30d --keep 100
      """,
    options: [
      .store,
      .single(
        "older-than", placeholder: "duration",
        help: "Remove threads that nobody has written to for so long, as in '30d', '12h' or '90m'."),
      .single("keep", placeholder: "records", help: "Keep so many records of each thread's history."),
      .flag("all", help: "Also remove threads that have not come to their end."),
    ])

  private static let threadsDelete = CommandSpec(
    name: "delete", abstract: "Remove threads.", options: [.store],
    arguments: [ArgumentSpec("thread", .repeating(minimum: 1), help: "The threads' names.")])
}
