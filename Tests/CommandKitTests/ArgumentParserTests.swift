import CommandKit
import Testing

/// What a command line means.
@Suite(.timeLimit(.minutes(10)))
struct ArgumentParserTests {
  private func cook(_ line: String) throws -> ParsedCommand {
    try SampleTree.kitchen.parse(["cook"] + line.split(separator: " ").map(String.init))
  }

  @Test(
    arguments: [
      "soup", "soup --quick", "--quick soup", "-q soup", "soup -q", "soup -vq", "-v soup -q",
    ])
  func `Flags may stand before and behind arguments, alone or bundled`(line: String) throws {
    let command = try cook(line)
    #expect(command.name == "cook")
    #expect(command.action == .run)
    #expect(command.required("recipe") == "soup")
    #expect(command.flag("quick") == line.contains("q"))
    #expect(command.flag("verbose") == line.contains("-v"))
    #expect(!command.flag("burn"))
  }

  @Test(
    arguments: ["--output a.txt", "--output=a.txt", "-o a.txt", "-o=a.txt", "-qo a.txt", "-o b --output a.txt"])
  func `A value follows its option or is attached with an equals sign; the last one wins`(line: String) throws {
    #expect(try cook("soup " + line).value("output") == "a.txt")
  }

  @Test func `Values of a repeating option come together in their order`() throws {
    let command = try cook("-w salt=1 soup --with=pepper=2 --with salt=3")
    #expect(command.values("with") == ["salt=1", "pepper=2", "salt=3"])
    #expect(try command.assignments("with").map { "\($0.name):\($0.value)" } == ["salt:1", "pepper:2", "salt:3"])
  }

  @Test(
    arguments: zip(
      ["", "--color", "--no-color", "--color --no-color", "--no-color --color"], [nil, true, false, false, true]))
  func `An inversion is on, off or not said, and the last one wins`(line: String, expected: Bool?) throws {
    #expect(try cook("soup " + line).toggle("color") == expected)
  }

  @Test func `An option of a command holds before and behind the names of its subcommands`() throws {
    let before = try SampleTree.kitchen.parse(["-v", "shelf", "list"])
    let behind = try SampleTree.kitchen.parse(["shelf", "list", "-v"])
    #expect(before == behind)
    #expect(behind.flag("verbose"))
  }

  @Test func `Other names of commands and options mean the same`() throws {
    let command = try SampleTree.kitchen.parse(["make", "soup", "--larder", "x"])
    #expect(command.path.words == ["kitchen", "cook"])
    #expect(command.value("pantry") == "x")
  }

  @Test func `A dash alone is a value`() throws {
    let command = try cook("- --output -")
    #expect(command.required("recipe") == "-")
    #expect(command.value("output") == "-")
  }

  @Test func `Everything behind two dashes is an argument`() throws {
    let command = try cook("-q -- --quick -v --")
    #expect(command.required("recipe") == "--quick")
    #expect(command.values("guest") == ["-v", "--"])
    #expect(!command.flag("verbose"))
  }

  @Test func `Negative numbers are values`() throws {
    #expect(try cook("soup --portions -3").integer("portions") == -3)
    #expect(try cook("soup --portions -.5").number("portions") == -0.5)
    #expect(try cook("soup -7").values("guest") == ["-7"])
  }

  @Test func `An attached value may be empty or begin with a dash`() throws {
    #expect(try cook("soup --output=").value("output") == "")
    #expect(try cook("soup --output=--quick").value("output") == "--quick")
  }

  @Test func `Defaults stand in for what is not given`() throws {
    let command = try cook("soup")
    #expect(command.value("heat") == "medium")
    #expect(!command.isGiven("heat"))
    #expect(command.value("output") == nil)
    #expect(command.values("with") == [])
    #expect(try cook("soup --heat medium").isGiven("heat"))
    #expect(try SampleTree.kitchen.parse(["shelf", "list"]).value("kind") == "fresh")
  }

  @Test(
    arguments: [
      ["cook", "--help"], ["cook", "-h"], ["cook", "-help"], ["help", "cook"], ["--help", "cook"],
      ["cook", "soup", "-qh"],
      ["cook", "--no-such-option", "--help"], ["help", "make"], ["cook", "--output", "--help"],
    ])
  func `Help is given wherever it is asked for, whatever else is wrong`(arguments: [String]) throws {
    let command = try SampleTree.kitchen.parse(arguments)
    #expect(command.action == .help(includingHidden: false))
    #expect(command.path.words == ["kitchen", "cook"])
  }

  @Test(arguments: [["cook", "--help-hidden"], ["help", "cook", "--help-hidden"], ["--help-hidden", "cook"]])
  func `Hidden help is help with hidden options`(arguments: [String]) throws {
    let command = try SampleTree.kitchen.parse(arguments)
    #expect(command.action == .help(includingHidden: true))
    #expect(command.path.words == ["kitchen", "cook"])
  }

  @Test(
    arguments: zip(
      [[], ["shelf"], ["help", "shelf"], ["-v"]], ["kitchen", "kitchen shelf", "kitchen shelf", "kitchen"]))
  func `A command that needs a subcommand shows its help without one`(arguments: [String], path: String) throws {
    let command = try SampleTree.kitchen.parse(arguments)
    #expect(command.action == .help(includingHidden: false))
    #expect(command.path.name == path)
  }

  @Test func `Topics are shown by help`() throws {
    #expect(try SampleTree.kitchen.parse(["help", "units"]).action == .topic(SampleTree.kitchen.topics[0]))
  }

  @Test func `The program's own options are its alone`() throws {
    #expect(try SampleTree.kitchen.parse(["--version"]).action == .version)
    #expect(try SampleTree.kitchen.parse(["--experimental-dump-help"]).action == .dumpHelp)
    #expect(try SampleTree.kitchen.parse(["--generate-completion-script"]).action == .completionScript(nil))
    #expect(try SampleTree.kitchen.parse(["--generate-completion-script", "zsh"]).action == .completionScript(.zsh))
    #expect(try SampleTree.kitchen.parse(["--generate-completion-script=fish"]).action == .completionScript(.fish))
    #expect(throws: UsageError.self) { try cook("soup --version") }
  }

  @Test func `A sound tree has no problems`() {
    #expect(SampleTree.kitchen.problems == [])
  }

  @Test func `What parsing relies on is checked`() {
    let tree = CommandSpec(
      name: "odd", abstract: "",
      options: [
        .flag("help", help: ""), .single("Kind", help: "", allowedValues: ["a"], defaultValue: "b"),
        .inversion("color", help: ""), .flag("no-color", help: ""),
      ],
      arguments: [
        ArgumentSpec("rest", .repeating(minimum: 0), help: ""), ArgumentSpec("last", help: ""),
      ],
      subcommands: [CommandSpec(name: "help", abstract: "", options: [.flag("x", short: "h", help: "")])])
    #expect(
      tree.problems == [
        "'odd': the option '--no-color' is declared twice",
        "'odd': the option '--help' is declared twice",
        "'odd': 'help' names two options or arguments",
        "'odd': the option '--Kind' is not in kebab-case",
        "'odd': the default 'b' of '--Kind' is not allowed",
        "'odd': 'help' names two subcommands or topics",
        "'odd': has both arguments and subcommands",
        "'odd': only the last argument can take the rest",
        "'odd': a required argument follows an optional one",
        "'odd help': the option '--no-color' is declared twice",
        "'odd help': the option '-h' is declared twice",
        "'odd help': the option '--help' is declared twice",
        "'odd help': 'help' names two options or arguments",
      ])
  }
}
