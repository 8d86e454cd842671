import Glibc
import LanguageModels
import Testing

@Suite struct EnvironmentTests {
  @Test(arguments: [
    ("A=1", ["A": "1"]),
    ("  A = 1  ", ["A": "1"]),
    ("export A=1", ["A": "1"]),
    ("export=1", ["export": "1"]),
    ("# A=1\n\n   # B=2\nC=3", ["C": "3"]),
    ("A=1 # one", ["A": "1"]),
    ("A=1#one", ["A": "1#one"]),
    ("A=# nothing", ["A": ""]),
    ("A=", ["A": ""]),
    ("A=a=b==", ["A": "a=b=="]),
    ("A=two words", ["A": "two words"]),
    ("A='x # y' # z", ["A": "x # y"]),
    (#"A='a\nb"c'"#, ["A": #"a\nb"c"#]),
    (#"A="a\nb\t\"c\" \\ \$ \x""#, ["A": "a\nb\t\"c\" \\ $ \\x"]),
    ("A=\"one\ntwo\"\nB='three\nfour'", ["A": "one\ntwo", "B": "three\nfour"]),
    ("A=1\r\nB=\"2\"\r\n", ["A": "1", "B": "2"]),
    ("\u{FEFF}A=1", ["A": "1"]),
    ("A=1\nA=2", ["A": "2"]),
    ("A=1\nB=${A}2\nC=\"${A}-${NONE}\"\nD='${A}'", ["A": "1", "B": "12", "C": "1-", "D": "${A}"]),
    (
      "A=${NONE:-x y}\nB=${OUTER:-x}\nC=$OUTER\nD=${OUT ER}",
      [
        "A": "x y", "B": "outer", "C": "$OUTER", "D": "${OUT ER}",
      ]
    ),
    ("_a1=ü", ["_a1": "ü"]),
  ])
  func `assignments are read`(_ text: String, _ variables: [String: String]) {
    let file = EnvironmentFile(text) { ["OUTER": "outer"][$0] }
    #expect(file.variables == variables)
    #expect(file.problems.isEmpty)
  }

  @Test(arguments: [
    ("A=1\nhello there\nB=2", ["A": "1", "B": "2"], "line 2: expected NAME=value"),
    ("1A=secret\nB=2", ["B": "2"], "line 1: expected a variable's name"),
    ("=secret", [:], "line 1: expected a variable's name"),
    ("A='secret\nB=2", ["B": "2"], "line 1: the quote of 'A' is not closed"),
    ("A=\"secret\nB=2", ["B": "2"], "line 1: the quote of 'A' is not closed"),
    ("A=\"x\" secret\nB=2", ["B": "2"], "line 1: unexpected text after the quoted value of 'A'"),
  ])
  func `other lines are told of, without what they hold`(
    _ text: String, _ variables: [String: String], _ problem: String
  ) {
    let file = EnvironmentFile(text)
    #expect(file.variables == variables)
    #expect(file.problems.map(\.description) == [problem])
  }

  @Test func `an empty variable is not set`() {
    let environment = Environment(["A": "", "B": "x"])
    #expect(environment["A"] == nil)
    #expect(environment["B"] == "x")
    #expect(environment["C"] == nil)
  }

  @Test func `printing shows no value`() {
    let environment = Environment(["OPENAI_API_KEY": "sk-secret"])
    var dumped = ""
    dump(environment, to: &dumped)
    for text in ["\(environment)", String(reflecting: environment), dumped] { #expect(!text.contains("secret")) }
    #expect("\(environment)" == "Environment(1 variables)")
  }

  @Test func `the process wins over the file`() throws {
    let folder = try TemporaryFolder(["project/.git/HEAD": "", "project/.env": "A=file\nB=file\nbroken"])
    let environment = Environment.load(from: folder.path + "/project", process: ["A": "process"])
    #expect(environment["A"] == "process")
    #expect(environment["B"] == "file")
    #expect(environment.path?.hasSuffix("/project/.env") == true)
    #expect(environment.problems.map(\.line) == [3])
  }

  @Test(arguments: [
    (["p/.git/HEAD", "p/.env", "p/a/b/x"], "p/a/b", "p/.env"),
    (["p/.git/HEAD", "p/.env", "p/a/.env", "p/a/b/x"], "p/a/b", "p/a/.env"),
    (["p/.git/HEAD", ".env", "p/a/x"], "p/a", nil),
    ([".git/HEAD", ".env", "p/.git", "p/x"], "p", nil),
    (["p/.env", "p/a/x"], "p/a", nil),
    (["p/.env"], "p", "p/.env"),
    (["p/.git/HEAD", "p/.env/x"], "p", nil),
  ])
  func `the file is looked for up to the repository's root`(
    _ files: [String], _ start: String, _ found: String?
  ) throws {
    let folder = try TemporaryFolder(Dictionary(uniqueKeysWithValues: files.map { ($0, "A=1") }))
    let environment = Environment.load(from: "\(folder.path)/\(start)", process: [:])
    #expect(environment.path == found.map { "\(folder.path)/\($0)" })
  }

  @Test func `a folder that does not exist has no file`() {
    #expect(Environment.load(from: "/no/such/folder", process: ["A": "1"])["A"] == "1")
  }

  @Test func `the process's variables are there`() {
    setenv("TRIBUTARY_TEST_VARIABLE", "a=b", 1)
    #expect(Environment.process["TRIBUTARY_TEST_VARIABLE"] == "a=b")
  }
}

/// A folder with files that is removed at the end of a test.
final class TemporaryFolder {
  let path: String
  private var made: [String] = []

  init(_ files: [String: String]) throws {
    var template = Array("/tmp/tributary-XXXXXX\0".utf8CString)
    path = try #require(mkdtemp(&template).map { String(cString: $0) })
    for (name, text) in files {
      var folder = path
      for part in name.split(separator: "/").dropLast() {
        folder += "/\(part)"
        if mkdir(folder, 0o755) == 0 { made.append(folder) }
      }
      let file = try #require(fopen("\(path)/\(name)", "w"))
      fputs(text, file)
      fclose(file)
      made.append("\(path)/\(name)")
    }
  }

  deinit {
    for name in made.reversed() { remove(name) }
    remove(path)
  }
}
