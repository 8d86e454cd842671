import Glibc
import GraphCompiler
import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

/// Shell tools: what the shell sees of a command and of its arguments, and what comes of it.
@Suite(.timeLimit(.minutes(5)))
struct ShellToolTests {
  /// Runs a command with arguments that the state holds.
  private func run(_ command: String, _ arguments: ValueObject = [:], _ keys: String = "") async throws -> Log {
    let state = arguments.map { "\($0.key): any" }.joined(separator: ", ")
    let folder = try TemporaryFolder(["g.yaml": toolGraph("command: \(quoted(command))\(keys)", state: state)])
    return try await folder.run(arguments)
  }

  // MARK: - Arguments

  @Test(arguments: [
    "; rm -rf x", "$(id)", "`id`", "a\nb", "-rf --help", "it's", "\"quoted\"", "\\", "*", "~", "a  b ", "&& id", "|id",
    "> /tmp/x", "${HOME}", "$HOME", "!", "{x}", "'; id; '", "\t", "ä€😀", "#c", "", "%s", "\u{1B}[0m",
  ])
  func `An argument arrives as it is, wherever its placeholder stands`(value: String) async throws {
    let log = try await run(
      "printf '[%s]' {x}; printf '[%s]' 'a{x}b'; printf '[%s]' \"a{x}b\" a{x}b $(printf %s {x}; echo .)",
      ["x": .string(value)])
    #expect(log.error == nil)
    // The shell itself takes line ends off what a command in a command writes, and splits it into words.
    let text = log.out?.string ?? ""
    #expect(text.hasPrefix("[\(value)][a\(value)b][a\(value)b][a\(value)b]"))
  }

  @Test func `A file that a value names is not removed by a value that says so`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("command: 'echo {x}'", state: "x: str"), "precious": "here",
    ])
    let log = try await folder.run(["x": "a; rm -f precious; $(rm -f precious) `rm -f precious` \n rm -f precious"])
    #expect(log.out?.string?.contains("rm -f precious") == true)
    #expect(access("\(folder.path)/precious", R_OK) == 0)
  }

  @Test(.enabled(if: Conformance.isAvailable))
  func `Arguments are those that quoted text gives, but for a truth value's capital`() async throws {
    for vector in try #require(try Conformance.vectors("shell_quoting").list) {
      let value = try #require(vector["value"])
      let text = vector["result"]?["value"]?["x"]?.string ?? ""
      let expected = try await run("printf '[%s]' a \(value == true ? "true" : text)")
      let log = try await run("printf '[%s]' a {x}", ["x": value])
      #expect(log.out == expected.out, "\(value)")
    }
  }

  @Test func `A NUL is refused, and so is what is longer than the system takes`() async throws {
    #expect(
      try await run("echo {x}", ["x": "a\0b"]).error
        == "the argument 'x' holds a NUL character, which no argument of a command can")
    #expect(
      try await run("echo {x}", ["x": .string(String(repeating: "x", count: 200_000))]).error
        == "the argument 'x' is longer than the 128 KiB that the system takes")
    let long = try await run("printf %s {x} | wc -c", ["x": .string(String(repeating: "x", count: 100_000))])
    #expect(long.out == "100000\n")
  }

  @Test func `Braces that are no placeholders are text, and doubled ones are one`() async throws {
    #expect(try await run("echo a b | awk '{print $2}'").out == "b\n")
    #expect(try await run("echo a b | awk '{{print $2}}'").out == "b\n")
    #expect(try await run("echo '{{x}}' '{\"a\": {\"b\": {x}}}'", ["x": 1]).out == "{x} {\"a\": {\"b\": 1}}\n")
    #expect(try await run("A=b; echo ${A} ${{A}} ${A:-c}").out == "b b b\n")
    #expect(try await run("find . -name g.yaml -exec echo {} ';'").out == "./g.yaml\n")
    #expect(try await run("f() { echo \"$1\"; }; f {x} # it's {x}", ["x": "v"]).out == "v\n")
  }

  @Test func `What the shell makes of an argument stays out of reach of what it starts`() async throws {
    #expect(try await run("env | grep -c -e TRIBUTARY_ -e tributary_ {x} || true", ["x": "-h"]).out == "0\n")
  }

  // MARK: - What the compiler refuses

  @Test(arguments: [
    ("eval echo {x}", "GR0702: '{x}' cannot stand as an argument of 'eval': its value would be read as a program"),
    (
      "sh -c \"grep {x} f\"",
      "GR0702: '{x}' cannot stand as an argument of 'sh -c': its value would be read as a program"
    ),
    (
      "/bin/bash -ec 'echo {x}'",
      "GR0702: '{x}' cannot stand as an argument of 'bash -ec': its value would be read as a program"
    ),
    (
      "ssh host ls {x}",
      "GR0702: '{x}' cannot stand as an argument of 'ssh': its value would be read as a program"
    ),
    (
      "python3 -c \"print({x})\"",
      "GR0702: '{x}' cannot stand as an argument of 'python3 -c': its value would be read as a program"
    ),
    (
      "awk -F: '/{x}/ {print}' f",
      "GR0702: '{x}' cannot stand as an argument of 'awk': its value would be read as a program"
    ),
    (
      "sed -n 's/a/{x}/' f",
      "GR0702: '{x}' cannot stand as an argument of 'sed': its value would be read as a program"
    ),
    (
      "echo `cat {x}`",
      "GR0702: '{x}' cannot stand in backquotes, where '$(…)' does: its value would be read as a program"
    ),
    ("echo $(({x} + 1))", "GR0702: '{x}' cannot stand in '$((…))': its value would be read as a program"),
    ("echo ${A:-{x}}", "GR0702: '{x}' cannot stand in '${…}': its value would be read as a program"),
    ("cat <<E\n{x}\nE", "GR0702: '{x}' cannot stand behind '<<': its value would be read as a program"),
    ("grep \"{x}\" f", "GR0701: '{x}' is passed as one argument whatever is in it; it needs no quotes"),
    ("grep '{x}' f", "GR0701: '{x}' is passed as one argument whatever is in it; it needs no quotes"),
    (
      "echo {x.y}",
      "GR0141: '{x.y}' is no parameter: parameters are plain names"
    ),
    ("echo 'a", "GR0142: the quote ' is not closed"), ("echo $(ls", "GR0142: the substitution is not closed"),
    (
      "docker ps --format '{{.Names}}'",
      "GR0143: '{{' and '}}' are single braces here; two of them are written '{{{{.Names}}}}'"
    ),
  ])
  func `A command in which a value could be read as one is refused`(command: String, finding: String) throws {
    let folder = try TemporaryFolder(["g.yaml": toolGraph("command: \(quoted(command))", state: "x: str")])
    #expect(folder.findings() == [finding])
  }

  @Test(arguments: [
    "sh -c 'grep \"$1\" f' sh {x}", "awk -v x={x} '{print x}' f", "awk '{print}' {x}", "sed -n 1p {x}",
    "sed --sandbox 's/a/{x}/' f", "bash run.sh -c {x}", "grep -c {x} f", "python3 tool.py -c {x}", "ssh {x} uptime",
    "cat <<E\ntext\nE", "echo it\\'s {x}", "echo \"it's {x}\"",
    "x=$(printf %s {x}); echo \"$x\"",
    "docker ps --format '{{{{.Names}}}}' -f {x}", "case {x} in a) echo 1;; *) echo 2;; esac",
  ])
  func `A command whose values stay values is not`(command: String) throws {
    let folder = try TemporaryFolder(["g.yaml": toolGraph("command: \(quoted(command))", state: "x: str")])
    #expect(folder.findings() == [])
  }

  @Test func `Placeholders and parameters agree`() throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph(
        "command: 'grep {patern} f', parameters: {pattern: str}",
        node: "type: tool, tool: t, state_key: out, variables: {pattern: a}")
    ])
    #expect(
      folder.findings() == [
        "GR0251: 'parameters' of tool 't' has no 'patern'",
        "GR0252: tool 't' does not use its parameter 'pattern'",
      ])
  }

  @Test func `A folder outside of the project is refused`() throws {
    let folder = try TemporaryFolder(["Package.swift": "", "g.yaml": toolGraph("command: ls, working_dir: ../..")])
    #expect(folder.findings() == ["GR0703: '../..' leads out of the project"])
  }

  // MARK: - Results

  @Test func `Output is text as it is, JSON or nothing`() async throws {
    #expect(try await run("printf ' a\\n\\n'").out == " a\n\n")
    #expect(try await run("echo '{\"a\": [1]}'", [:], ", parse: json").out == ["a": [1]])
    let nothing = try await run("echo a", [:], ", parse: none")
    #expect(nothing.error == nil && nothing.out ?? .null == .null)
    #expect(try await run("echo a", [:], ", parse: json").error?.contains("its output is no JSON") == true)
  }

  @Test func `A status that is no success is an error with the end of what the command said`() async throws {
    #expect(
      try await run("echo x; echo no such thing >&2; exit 3").error == "the command ended with status 3: no such thing")
    #expect(try await run("exit 1").error == "the command ended with status 1")
    #expect(try await run("echo none; exit 1", [:], ", success_codes: [0, 1]").out == "none\n")
    #expect(try await run("kill -9 $$").error == "the command ended with signal 9 (SIGKILL)")
    let long = try await run("yes 'a long line' | head -c 100000 >&2; exit 1").error
    #expect(long?.utf8.count ?? 0 < 2_200 && long?.hasPrefix("the command ended with status 1: a long line\n") == true)
  }

  @Test func `Variables are replaced from the environment, and secrets are in no error`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph(
        "command: 'echo \"$A $B\"; echo \"$A $SERVICE_TOKEN\" >&2; exit ${C:-0}', "
          + "env: {A: 'v=${SECRET_VALUE}', B: 5, C: '${STATUS}'}")
    ])
    let variables = ["SECRET_VALUE": "hunter2-hunter2", "SERVICE_TOKEN": "tok-123456789", "PATH": "/usr/bin:/bin"]
    #expect(try await folder.run(variables: variables).out == "v=hunter2-hunter2 5\n")
    let failed = try await folder.run(variables: variables.merging(["STATUS": "4"]) { $1 }).error
    #expect(failed == "the command ended with status 4: [key] [key]")
  }

  @Test func `A command works in the project's root, or in a folder of it`() async throws {
    let folder = try TemporaryFolder([
      "Package.swift": "", "graphs/g.yaml": toolGraph("command: pwd"),
      "graphs/h.yaml": toolGraph("command: pwd, working_dir: data"),
      "graphs/i.yaml": toolGraph("command: pwd, working_dir: later"), "data/x": "",
    ])
    func out(_ name: String) async throws -> Log {
      try await load(folder, toolCatalog(), name).log()
    }
    #expect(try await out("graphs/g.yaml").out == .string("\(folder.path)\n"))
    #expect(try await out("graphs/h.yaml").out == .string("\(folder.path)/data\n"))
    #expect(try await out("graphs/i.yaml").error?.contains("there is no folder") == true)
  }

  @Test func `A time-out ends the command and what it has started`() async throws {
    let folder = try TemporaryFolder([
      "g.yaml": toolGraph("command: 'sleep 1000 & echo $! > pid; sleep 1000', timeout: 300ms")
    ])
    let log = try await folder.run()
    #expect(log.error == "the command failed: it took longer than 300 ms and was ended")
    let pid = try folder.read("pid").filter(\.isNumber)
    // The signal has been sent; that it has arrived is waited for.
    let isGone = "while kill -0 \(pid) 2>/dev/null && ! grep -q 'State:.Z' /proc/\(pid)/status; do :; done"
    #expect(try await run(isGone).error == nil)
  }

  @Test func `A stop request ends a command`() async throws {
    let folder = try TemporaryFolder(["g.yaml": toolGraph("command: 'sleep 1000'")])
    let run = try load(folder, toolCatalog()).run()
    var status: RunStatus?
    for try await event in run {
      if case .nodeStarted = event.kind { run.stop("enough") }
      if case .runFinished(let outcome) = event.kind { status = outcome.status }
    }
    #expect(status == .stopped)
  }
}
