import CommandKit
import Testing

/// What is printed for each kind of mistake, whole.
@Suite(.timeLimit(.minutes(10)))
struct UsageErrorTests {
  private static let cookUsage = """
    Usage: kitchen cook [--quick] [--with <name=value> ...] [--heat <level>] [--output <file>] [--pantry <folder>] \
    [--portions <number>] <recipe> [<guest> ...]
      See 'kitchen cook --help' for more information.

    """
  private static let rootUsage = """
    Usage: kitchen [--color] [--no-color] [--verbose] <subcommand>
      See 'kitchen --help' for more information.

    """
  private static let listUsage = """
    Usage: kitchen shelf list [<kind>]
      See 'kitchen shelf list --help' for more information.

    """
  private static let clearUsage = """
    Usage: kitchen shelf clear --before <day> [--dry-run] <item> ...
      See 'kitchen shelf clear --help' for more information.

    """

  private func error(_ line: String) -> UsageError? {
    #expect(throws: UsageError.self) { try SampleTree.kitchen.parse(line.split(separator: " ").map(String.init)) }
  }

  @Test(
    arguments: [
      ("cook soup --quik", "Error: Unknown option '--quik'. Did you mean '--quick'?\n" + cookUsage),
      ("cook soup --colour", "Error: Unknown option '--colour'. Did you mean '--color'?\n" + cookUsage),
      ("cook soup --zzz", "Error: Unknown option '--zzz'.\n" + cookUsage),
      ("cook soup --zzz=1", "Error: Unknown option '--zzz'.\n" + cookUsage),
      ("cook soup -quick", "Error: Unknown option '-quick'. Did you mean '--quick'?\n" + cookUsage),
      ("cook soup -qx", "Error: Unknown option '-x'.\n" + cookUsage),
      ("cook soup -=x", "Error: Unknown option '-=x'.\n" + cookUsage),
      ("cook soup --brun", "Error: Unknown option '--brun'.\n" + cookUsage),
      ("coko soup", "Error: Unknown subcommand 'coko'. Did you mean 'cook'?\n" + rootUsage),
      ("mkae soup", "Error: Unknown subcommand 'mkae'. Did you mean 'make'?\n" + rootUsage),
      ("coko --help", "Error: Unknown subcommand 'coko'. Did you mean 'cook'?\n" + rootUsage),
      ("fly", "Error: Unknown subcommand 'fly'.\n" + rootUsage),
      ("help unit", "Error: There is no help about 'unit'. Did you mean 'units'?\n" + rootUsage),
      ("help fly", "Error: There is no help about 'fly'.\n" + rootUsage),
    ])
  func `Unknown names are told with what was probably meant`(line: String, text: String) {
    #expect(error(line)?.text == text)
  }

  @Test(
    arguments: [
      (
        "cook soup --heat hihg",
        """
        Error: The value 'hihg' is invalid for '--heat <level>'. Did you mean 'high'? Please provide one of 'low', \
        'medium' or 'high'.
        Help:  --heat <level>  How hot the stove is.

        """ + cookUsage
      ),
      (
        "cook soup --heat=7",
        """
        Error: The value '7' is invalid for '--heat <level>'. Please provide one of 'low', 'medium' or 'high'.
        Help:  --heat <level>  How hot the stove is.

        """ + cookUsage
      ),
      (
        "shelf list fozen",
        """
        Error: The value 'fozen' is invalid for '<kind>'. Did you mean 'frozen'? Please provide one of 'fresh' or \
        'frozen'.
        Help:  <kind>  What to list.

        """ + listUsage
      ),
      (
        "--generate-completion-script=tcsh",
        "Error: Can't generate a completion script for 'tcsh'. Please provide one of 'bash', 'zsh' or 'fish'.\n"
          + rootUsage
      ),
      (
        "cook soup --quick=yes",
        "Error: The option '--quick' does not take any value, but 'yes' was specified.\n" + cookUsage
      ),
      ("cook --help=x", "Error: The option '--help' does not take any value, but 'x' was specified.\n" + cookUsage),
    ])
  func `Values that are not accepted are told with those that are`(line: String, text: String) {
    #expect(error(line)?.text == text)
  }

  @Test(
    arguments: [
      (
        "cook soup --output",
        "Error: Missing value for '--output <file>'\nHelp:  -o, --output <file>  Where to write.\n" + cookUsage
      ),
      (
        "cook soup -o --quick",
        "Error: Missing value for '-o <file>'\nHelp:  -o, --output <file>  Where to write.\n" + cookUsage
      ),
      (
        "cook soup -oq",
        "Error: Missing value for '-o <file>'\nHelp:  -o, --output <file>  Where to write.\n" + cookUsage
      ),
      ("cook -q", "Error: Missing expected argument '<recipe>'\nHelp:  <recipe>  The recipe.\n" + cookUsage),
      (
        "shelf clear --before x",
        "Error: Missing expected argument '<item>'\nHelp:  <item>  What to throw away.\n" + clearUsage
      ),
      (
        "shelf clear x",
        "Error: Missing expected argument '--before <day>'\nHelp:  --before <day>  Only what is older.\n" + clearUsage
      ),
      ("shelf list fresh x", "Error: Unexpected argument 'x'\n" + listUsage),
      ("shelf list fresh x -- -y", "Error: 2 unexpected arguments: 'x', '-y'\n" + listUsage),
    ])
  func `What is missing or too much is named`(line: String, text: String) {
    #expect(error(line)?.text == text)
  }

  @Test(
    arguments: [
      ("many", "The value 'many' is invalid for '--portions <number>'. Please provide a whole number from 1 to 12."),
      ("13", "The value '13' is invalid for '--portions <number>'. Please provide a whole number from 1 to 12."),
      ("1.5", "The value '1.5' is invalid for '--portions <number>'. Please provide a whole number from 1 to 12."),
    ])
  func `Whole numbers are checked`(value: String, message: String) throws {
    let command = try SampleTree.kitchen.parse(["cook", "soup", "-n", value])
    let error = #expect(throws: UsageError.self) { try command.integer("portions", in: 1...12) }
    #expect(
      error?.text == "Error: \(message)\nHelp:  -n, --portions <number>  How many eat.\n" + Self.cookUsage)
    #expect(error?.code == .usage)
  }

  @Test(arguments: ["x", "nan", "inf", ""])
  func `Numbers are checked`(value: String) throws {
    let command = try SampleTree.kitchen.parse(["cook", "soup", "-n", value])
    let error = #expect(throws: UsageError.self) { try command.number("portions") }
    #expect(error?.message == "The value '\(value)' is invalid for '--portions <number>'. Please provide a number.")
  }

  @Test(arguments: ["salt", "=salt", ""])
  func `Assignments need a name and an equals sign`(value: String) throws {
    let command = try SampleTree.kitchen.parse(["cook", "soup", "--with", value])
    let error = #expect(throws: UsageError.self) { try command.assignments("with") }
    #expect(
      error?.message
        == "The value '\(value)' is invalid for '--with <name=value>'. Please provide it as 'name=value'.")
  }

  @Test func `The first mistake from the left is told`() {
    #expect(error("cook --one --two")?.message == "Unknown option '--one'.")
  }

  @Test func `Asking for what is not declared is a mistake of the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = try SampleTree.kitchen.parse(["cook", "soup"]).flag("qiuck")
    }
  }

  @Test func `Failures while running carry no usage`() {
    #expect(CommandFailure("no file 'x.yaml'", code: .noInput).text == "Error: no file 'x.yaml'\n")
  }
}
