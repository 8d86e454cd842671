import CommandKit
import GraphRuntime
import Testing

/// What help prints, whole.
@Suite(.timeLimit(.minutes(10)))
struct HelpTests {
  @Test func `The program's help`() {
    #expect(
      SampleTree.kitchen.help() == """
        OVERVIEW: Cook what a recipe says.

        Recipes are plain files. A recipe that is wrong is told so before anything is
        put on the stove, and what was cooked is kept.

        To begin:
            kitchen cook soup.recipe --with salt=2

        USAGE: kitchen [--color] [--no-color] [--verbose] <subcommand>

        OPTIONS:
          --color/--no-color      Colour the output. (default: when on a terminal)
          -v, --verbose           Say more.
          --version               Show the version.
          -h, --help              Show help information.

        SUBCOMMANDS:
          cook, make              Cook a recipe.
          shelf                   Look after the shelf.

        TOPICS:
          help units              What amounts are given in.

          See 'kitchen help <subcommand>' for detailed help.

        """)
  }

  @Test func `A command's help is wrapped at the width of the terminal`() {
    #expect(
      SampleTree.kitchen.help(for: ["cook"], width: 60) == """
        OVERVIEW: Cook a recipe.

        USAGE: kitchen cook [--quick] [--with <name=value> ...]
               [--heat <level>] [--output <file>]
               [--pantry <folder>] [--portions <number>] <recipe>
               [<guest> ...]

        ARGUMENTS:
          <recipe>                The recipe.
          <guest>                 Who eats.

        PLACE OPTIONS:
          --pantry, --larder <folder>
                                  Where to look.

        OPTIONS:
          -q, --quick             Leave out what takes long.
          -w, --with <name=value> Replace an ingredient.
                Given several times, the ingredients come together;
                the last one of a name counts.
          --heat <level>          How hot the stove is. (values:
                                  low, medium, high; default:
                                  medium)
          -o, --output <file>     Where to write.
          -n, --portions <number> How many eat.
          -h, --help              Show help information.

        GLOBAL OPTIONS:
          --color/--no-color      Colour the output. (default: when
                                  on a terminal)
          -v, --verbose           Say more.

        """)
  }

  @Test func `Hidden options and commands are listed on request`() throws {
    let hidden = try #require(SampleTree.kitchen.help(includingHidden: true))
    #expect(hidden.contains("  debug                   Look inside.\n"))
    #expect(hidden.contains("  --generate-completion-script <shell>\n"))
    #expect(SampleTree.kitchen.help(for: ["cook"], includingHidden: true)?.contains("--burn") == true)
    #expect(SampleTree.kitchen.help(for: ["cook"])?.contains("--burn") == false)
  }

  @Test func `More than twelve options collapse in the usage; what is required stays`() throws {
    let options = (1...12).map { OptionSpec.flag("option-\($0)", help: "") }
    let tree = CommandSpec(
      name: "many", abstract: "", options: options + [.single("key", help: "", isRequired: true)],
      arguments: [ArgumentSpec("file", .optional, help: "")])
    let help = try #require(tree.help())
    #expect(help.contains("USAGE: many [<options>] --key <key> [<file>]\n"))
  }

  @Test func `A nested command's help says where more is`() {
    #expect(
      SampleTree.kitchen.help(for: ["shelf"])?.hasSuffix("  See 'kitchen help shelf <subcommand>' for detailed help.\n")
        == true)
  }

  @Test(
    arguments: [
      (["--version"], "1.4.0\n"),
      (["help", "units"], "OVERVIEW: What amounts are given in.\n\n  g   grams\n  ml  millilitres\n"),
    ])
  func `What needs no command is answered`(arguments: [String], text: String) {
    #expect(SampleTree.kitchen.resolve(arguments, width: 80, shellPath: nil) == .print(text))
  }

  @Test func `The shell of the user is the default of completion scripts`() {
    let resolution = SampleTree.kitchen.resolve(["--generate-completion-script"], width: 80, shellPath: "/usr/bin/fish")
    #expect(resolution == .print(SampleTree.kitchen.completionScript(for: .fish)))
  }

  @Test(
    arguments: zip(
      [nil, "/bin/dash"],
      [
        "Can't generate a completion script for this shell. Please provide one of 'bash', 'zsh' or 'fish'.",
        "Can't generate a completion script for 'dash'. Please provide one of 'bash', 'zsh' or 'fish'.",
      ]))
  func `A shell without completions is told`(shellPath: String?, message: String) {
    let resolution = SampleTree.kitchen.resolve(["--generate-completion-script"], width: 80, shellPath: shellPath)
    guard case .fail(let error) = resolution else {
      Issue.record("got \(resolution)")
      return
    }
    #expect(error.message == message)
  }

  @Test func `A command that is to be run is handed on`() throws {
    let command = try SampleTree.kitchen.parse(["cook", "soup"])
    #expect(SampleTree.kitchen.resolve(["cook", "soup"], width: 80, shellPath: nil) == .run(command))
  }

  @Test func `The dump is the snapshot and is JSON`() throws {
    let resolution = SampleTree.kitchen.resolve(["--experimental-dump-help"], width: 80, shellPath: nil)
    guard case .print(let text) = resolution else {
      Issue.record("got \(resolution)")
      return
    }
    expectSnapshot(text, "kitchen.json")
    _ = try Value(json: text)
  }

  @Test func `The reference page is the snapshot`() {
    expectSnapshot(SampleTree.kitchen.markdownReference, "kitchen.md")
  }

  @Test func `Exit codes have a page`() {
    #expect(
      HelpTopic.exitCodes.text == """
          0     Everything was done.
          1     The graph has errors, the run failed, or files are not as they should be.
          64    The command line was not understood.
          66    A file that was named does not exist or cannot be read.
          70    The program itself is at fault.
          75    The run waits for an answer, and nobody was there to give it.
          130   The run was stopped with Ctrl-C.
          141   The reader of the output went away, as in 'graph … | head'.
        """)
  }
}
