import CommandKit
import Testing

/// What shells offer.
@Suite(.timeLimit(.minutes(10)))
struct CompletionTests {
  @Test(arguments: Shell.allCases)
  func `The scripts are the snapshots`(shell: Shell) {
    expectSnapshot(SampleTree.kitchen.completionScript(for: shell), "kitchen.\(shell.rawValue)")
  }

  /// Words in which `|` marks the end of the word that is being completed, and what is offered, sorted.
  static let cases: [(line: String, offers: [String])] = [
    ("|", ["cook", "help", "shelf"]),
    ("sh|", ["shelf"]),
    ("-v sh|", ["shelf"]),
    ("shelf |", ["clear", "list"]),
    ("shelf list fr|", ["fresh", "frozen"]),
    ("shelf list fresh |", []),
    ("--|", ["--color", "--help", "--no-color", "--verbose", "--version"]),
    (
      "cook soup --p|", ["--pantry", "--portions"]
    ),
    ("make --qu|", ["--quick"]),
    ("cook --no|", ["--no-color"]),
    ("cook --bu|", []),
    ("cook --heat |", ["high", "low", "medium"]),
    ("cook --heat h|", ["high"]),
    ("cook -o |", ["b.md", "folder"]),
    ("cook --output x --heat m|", ["medium"]),
    ("cook a.re|", ["a.recipe"]),
    ("cook fol|", ["folder"]),
    ("cook a.recipe |", ["Ada", "Brian"]),
    ("cook a.recipe Ada B|", ["Brian"]),
    ("cook --with a.recipe a.r|", ["a.recipe"]),
    ("cook --pantry |", ["folder"]),
    ("help |", ["cook", "shelf", "units"]),
    ("help shelf |", ["clear", "list"]),
  ]

  @Test(arguments: cases)
  func `bash offers what fits`(line: String, offers: [String]) throws {
    #expect(try bash(words(of: line)) == offers)
  }

  @Test(
    arguments: [
      (["cook", "--heat", "=", "h"], ["high"]),
      (["cook", "--heat", "="], ["high", "low", "medium"]),
      (["cook", "--heat=m"], ["--heat=medium"]),
      (["cook", "--heat", "=", "high", "a.re"], ["a.recipe"]),
      (["cook", "--", "--heat"], []),
      (["cook", "--", "a.re"], ["a.recipe"]),
    ])
  func `bash offers values behind an equals sign, and no options behind two dashes`(words: [String], offers: [String])
    throws
  {
    #expect(try bash(words) == offers)
  }

  @Test(.enabled(if: isInstalled("fish")), arguments: cases)
  func `fish offers what fits`(line: String, offers: [String]) throws {
    let offered = try run(
      .fish, "fish --no-config -c 'source ./script; complete -C \"kitchen \(line.dropLast())\"' | cut -f 1 | tr -d /")
    // fish lists options by both their letter and their name; the letter comes without a long name's prefix.
    let long = offered.filter {
      line.hasSuffix("--|") || !$0.hasPrefix("-") || line.contains(" --") || line.hasPrefix("--")
    }
    #expect(long == offers)
  }

  @Test(.enabled(if: isInstalled("zsh")))
  func `zsh reads the script`() throws {
    #expect(try run(.zsh, "zsh -n ./script") == [])
  }

  private func words(of line: String) -> [String] {
    line.dropLast().split(separator: " ", omittingEmptySubsequences: false).map(String.init)
  }

  private func bash(_ words: [String]) throws -> [String] {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    return try run(
      .bash,
      """
      bash --norc -c "source ./script; COMP_WORDS=(kitchen \(quoted)); COMP_CWORD=\(words.count); _kitchen; \
      printf '%s\\n' \\"\\${COMPREPLY[@]}\\""
      """)
  }

  /// The lines a command prints in a folder that holds the script and some files, sorted.
  private func run(_ shell: Shell, _ command: String) throws -> [String] {
    let folder = try TemporaryFolder()
    try #require(write(SampleTree.kitchen.completionScript(for: shell), toFile: folder.path + "/script"))
    let files = "cd '\(folder.path)' && touch a.recipe b.md c.bin && mkdir folder"
    let lines = try #require(output(of: "\(files) && \(command)"))
    return lines.split(separator: "\n").map(String.init).sorted()
  }
}
