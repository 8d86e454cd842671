import ChildProcesses
import Glibc
import GraphTestSupport
import Testing

/// Children that are started, watched and ended.
@Suite(.timeLimit(.minutes(10)))
struct ChildProcessTests {
  private func shell(
    _ script: String, input: String = "", timeout: Duration? = nil, grace: Duration = .milliseconds(500)
  ) -> ProcessRequest {
    ProcessRequest(
      "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"], input: Array(input.utf8), timeout: timeout,
      grace: grace)
  }

  private func output(_ request: ProcessRequest, limit: Int = 1 << 20) async throws -> String {
    String(decoding: try await request.run(outputLimit: limit).output, as: UTF8.self)
  }

  // MARK: - What it gets and gives

  @Test func `Output, the end of the error and the status are kept`() async throws {
    let result = try await shell("echo out; echo first >&2; echo last >&2; exit 7").run(outputLimit: 100, errorLimit: 5)
    #expect(String(decoding: result.output, as: UTF8.self) == "out\n")
    #expect(String(decoding: result.errorTail, as: UTF8.self) == "last\n")
    #expect(result.status == .exited(7))
  }

  @Test func `Arguments, variables, folder and input arrive as they are`() async throws {
    let folder = try TemporaryFolder()
    var request = shell(#"printf '%s|' "$0" "$1" "$A" "$PWD"; cat"#, input: "in\0put")
    request.arguments += ["a b", "$(id)\n'"]
    request.environment["A"] = "ä=1"
    request.directory = folder.path
    #expect(try await output(request) == "a b|$(id)\n'|ä=1|\(folder.path)|in\0put")
  }

  @Test func `Input that nobody reads ends nothing`() async throws {
    let text = String(repeating: "x", count: 1 << 20)
    #expect(try await output(shell("echo done", input: text)) == "done\n")
    #expect(try await output(shell("wc -c", input: text)) == "1048576\n")
  }

  @Test func `It inherits no descriptor, no blocked signal and no ignored one`() async throws {
    let descriptor = open("/dev/null", O_RDONLY)
    let high = fcntl(descriptor, F_DUPFD, 200)
    defer { for each in [descriptor, high] { close(each) } }
    let script = "for n in 3 4 5 6 7 8 9 \(descriptor) \(high); do [ -e /proc/$$/fd/$n ] && echo $n; done; "
    let text = try await output(shell(script + "grep -E 'Sig(Blk|Ign)' /proc/$$/status | cut -f2"))
    let masks = text.split(separator: "\n").map { UInt64($0, radix: 16) ?? .max }
    // Signals 32 and 33 belong to the C library.
    #expect(masks.count == 2 && masks.allSatisfy { $0 & 0x7FFF_FFFF == 0 }, "\(text)")
  }

  @Test func `A signal that ends it is told`() async throws {
    #expect(try await shell("kill -INT $$").run(outputLimit: 1).status == .signalled(2))
    #expect(ProcessStatus.signalled(11).description == "signal 11 (SIGSEGV)")
  }

  @Test(arguments: [
    (ProcessRequest("/no/such/program"), "there is no program '/no/such/program'"),
    (ProcessRequest("nosuchprogram", environment: ["PATH": "/bin"]), "there is no program 'nosuchprogram'"),
    (ProcessRequest("/bin/sh", directory: "/no/such/folder"), "there is no folder '/no/such/folder'"),
    (ProcessRequest("/bin/sh", ["a\0b"]), "an argument or variable holds a NUL byte"),
    (
      ProcessRequest("/bin/sh", [String(repeating: "x", count: 200_000)]),
      "its arguments and variables are larger than the system takes"
    ),
  ])
  func `What cannot be started says why`(request: ProcessRequest, reason: String) async {
    await #expect(throws: ProcessError.cannotStart(reason)) { try await request.run(outputLimit: 1) }
  }

  @Test func `Two hundred children at once all have their say`() async throws {
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...200 {
        group.addTask { Int(try await output(shell("cat; exit 0", input: "\(number)"))) ?? 0 }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 20_100)
  }

  // MARK: - Limits

  @Test func `More output than allowed ends it`() async {
    await #expect(throws: ProcessError.outputTooLong(1000)) { try await shell("yes").run(outputLimit: 1000) }
  }

  @Test func `What is read at once is bounded, and nothing is lost`() async throws {
    let child = try ChildProcess(shell("head -c 1000000 /dev/zero | tr '\\0' x"))
    var total = 0
    while case .wrote(.output, let bytes) = await child.next() {
      #expect(bytes.count <= 64 << 10)
      total += bytes.count
    }
    #expect(total == 1_000_000)
  }

  // MARK: - Ends

  @Test func `Time-outs end the child and what it started`() async throws {
    let folder = try TemporaryFolder()
    let script = "echo $$ > \(folder.path)/a; (sleep 1000 & echo $! > \(folder.path)/b; wait) & sleep 1000"
    await #expect(throws: ProcessError.timedOut(.milliseconds(300), leftBehind: false)) {
      try await shell(script, timeout: .milliseconds(300)).run(outputLimit: 1)
    }
    for name in ["a", "b"] { await waitForEnd(of: try folder.read(name)) }
  }

  @Test func `What does not want to end is killed after the grace`() async throws {
    let request = shell(
      "trap '' TERM; while :; do sleep 1000; done", timeout: .milliseconds(50), grace: .milliseconds(50))
    await #expect(throws: ProcessError.timedOut(.milliseconds(50), leftBehind: false)) {
      try await request.run(outputLimit: 1)
    }
  }

  @Test func `What is left when the child has ended goes with it`() async throws {
    let pid = try await output(shell("sleep 1000 >/dev/null 2>&1 & echo $!"))
    await waitForEnd(of: pid)
  }

  @Test func `What keeps the output open has until the time-out`() async throws {
    await #expect(throws: ProcessError.timedOut(.milliseconds(200), leftBehind: true)) {
      try await shell("sleep 1000 & exit 0", timeout: .milliseconds(200)).run(outputLimit: 1)
    }
  }

  @Test func `A cancelled task gets its error when the child is gone`() async throws {
    let folder = try TemporaryFolder()
    let fifo = "\(folder.path)/fifo"
    #expect(mkfifo(fifo, 0o600) == 0)
    let request = shell("echo $$ > \(folder.path)/pid; echo > \(fifo); sleep 1000")
    let task = Task { try await request.run(outputLimit: 1) }
    // The child has begun once it writes there.
    _ = try await output(shell("cat \(fifo)"))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    await waitForEnd(of: try folder.read("pid"))
  }

  @Test func `A child that nobody wants any more is ended`() async throws {
    let reader: ChildProcess
    do {
      let child = try ChildProcess(shell("echo $$; sleep 1000"))
      guard case .wrote(.output, let bytes) = await child.next() else { return #expect(Bool(false)) }
      let pid = String(decoding: bytes.dropLast(), as: UTF8.self)
      // Ends by itself once the first child is no more.
      reader = try ChildProcess(shell("while kill -0 \(pid) && ! grep -q 'State:.Z' /proc/\(pid)/status; do :; done"))
    }
    while true {
      guard case .ended(let end) = await reader.next() else { continue }
      return #expect(end.status == .exited(0) && end.cause == nil)
    }
  }

  // MARK: - Channels

  @Test func `Requests are answered over the channel`() async throws {
    var request = shell("while read line <&3; do echo noise; echo \"got $line\" >&4; done")
    request.hasChannel = true
    let child = try ChildProcess(request)
    for text in ["one", "two"] {
      child.send(Array("\(text)\n".utf8))
      #expect(await child.next() == .wrote(.output, Array("noise\n".utf8)))
      #expect(await child.next() == .wrote(.channel, Array("got \(text)\n".utf8)))
    }
    child.setDeadline(.now)
    guard case .ended(let end) = await child.next() else { return #expect(Bool(false)) }
    #expect(end.cause == .deadline)
    #expect(await child.next() == .ended(end))
  }

  @Test func `The end of a child with a channel does not wait for what it started`() async throws {
    var request = shell("sleep 1000 & echo $!; exit 3")
    request.hasChannel = true
    let child = try ChildProcess(request)
    guard case .wrote(.output, let pid) = await child.next() else { return #expect(Bool(false)) }
    guard case .ended(let end) = await child.next() else { return #expect(Bool(false)) }
    #expect(end.status == .exited(3))
    await waitForEnd(of: String(decoding: pid, as: UTF8.self))
  }

  // MARK: - Input that stays open

  @Test func `What is sent arrives on an input that stays open, and its end ends the child`() async throws {
    var request = shell("while read line; do echo \"got $line\"; done; echo over; exit 4", input: "first\n")
    request.keepsInputOpen = true
    let child = try ChildProcess(request)
    #expect(await child.next() == .wrote(.output, Array("got first\n".utf8)))
    child.send(Array("second\n".utf8))
    #expect(await child.next() == .wrote(.output, Array("got second\n".utf8)))
    #expect(child.unsentCount == 0)
    child.finish(within: .seconds(600))
    child.send(Array("late\n".utf8))
    #expect(await child.next() == .wrote(.output, Array("over\n".utf8)))
    guard case .ended(let end) = await child.next() else { return #expect(Bool(false)) }
    #expect(end.status == .exited(4) && end.cause == nil)
  }

  @Test func `What is sent to a child that does not read is counted`() async throws {
    var request = shell("exec sleep 1000")
    request.keepsInputOpen = true
    let child = try ChildProcess(request)
    child.send([UInt8](repeating: 65, count: 1 << 20))
    #expect(child.unsentCount > 1 << 19)
  }

  @Test func `A child that does not finish in time is ended, also when it was dropped`() async throws {
    var request = shell("echo $$; trap '' TERM; while :; do sleep 1000; done", grace: .milliseconds(50))
    request.keepsInputOpen = true
    let pid: String
    do {
      let child = try ChildProcess(request)
      guard case .wrote(.output, let bytes) = await child.next() else { return #expect(Bool(false)) }
      pid = String(decoding: bytes, as: UTF8.self)
      child.finish(within: .milliseconds(50))
    }
    await ChildProcess.waitForFinishing()
    #expect(!isRunning(pid))
  }

  @Test func `A child that was dropped while it finishes may say what nobody reads`() async throws {
    let folder = try TemporaryFolder()
    var request = shell("read line; head -c 1000000 /dev/zero; echo done > \(folder.path)/done")
    request.keepsInputOpen = true
    do {
      let child = try ChildProcess(request)
      child.finish(within: .seconds(600))
    }
    await ChildProcess.waitForFinishing()
    #expect(try folder.read("done") == "done\n")
  }
}

/// Waits for the end of a process that was killed; where it was not, the suite's time limit tells.
private func waitForEnd(of pid: String) async { while isRunning(pid) { await Task.yield() } }

/// Whether a process does anything: a zombie does not.
private func isRunning(_ pid: String) -> Bool {
  let digits = pid.filter(\.isNumber)
  guard let file = fopen("/proc/\(digits)/stat", "r") else { return false }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  guard fgets(&line, 512, file) != nil else { return false }
  let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  let state = text.split(separator: ")").last?.first { $0 != " " }
  return state != "Z" && state != "X"
}
