import CommandKit
import Glibc
import Testing

/// Writing, and what is known of the terminal.
@Suite(.timeLimit(.minutes(10)))
struct OutputTests {
  @Test(arguments: [0, 10, 32_768])
  func `All of a long text arrives through a pipe that does not block`(capacity: Int) throws {
    let folder = try TemporaryFolder()
    // The reader is a process of its own: a task would need the thread that the writer waits on.
    let reader = try #require(popen("cat > '\(folder.path)/text'", "w"))
    try #require(fcntl(fileno(reader), F_SETFL, O_NONBLOCK) == 0)
    var writer = OutputWriter(descriptor: fileno(reader), capacity: capacity)
    let line = String(repeating: "grün ", count: 20_000)
    for _ in 0..<5 { try writer.write(line) }
    try writer.flush()
    try #require(pclose(reader) == 0)
    #expect(contents(ofFile: folder.path + "/text") == String(repeating: line, count: 5))
  }

  @Test func `Nothing is written before the buffer is full, and the rest at the end`() throws {
    let (reading, writing) = try makePipe()
    try #require(fcntl(reading, F_SETFL, O_NONBLOCK) == 0)
    var writer = OutputWriter(descriptor: writing, capacity: 8)
    try writer.write("12345678")
    #expect(available(in: reading) == "")
    try writer.write("9")
    #expect(available(in: reading) == "123456789")
    try writer.write("0")
    _ = consume writer
    #expect(available(in: reading) == "0")
    close(reading)
    close(writing)
  }

  @Test func `A closed pipe ends the program with a status and without a word`() async {
    await #expect(processExitsWith: .exitCode(141)) {
      Terminal.ignoreClosedPipes()
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { exit(2) }
      close(ends[0])
      var writer = OutputWriter(descriptor: ends[1], capacity: 0)
      do throws(OutputError) {
        try writer.write("text")
        exit(3)
      } catch {
        guard error == .closed, error.message == nil else { exit(4) }
        exit(error.code.rawValue)
      }
    }
  }

  @Test func `A full disk is told, again and again`() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    var writer = OutputWriter(descriptor: descriptor, capacity: 4)
    try writer.write("fits")
    for _ in 0..<2 {
      do throws(OutputError) {
        try writer.flush()
        Issue.record("nothing was thrown")
      } catch {
        #expect(error == .failed(ENOSPC))
        #expect(error.code == .failure)
        #expect(error.message == "Error: Can't write the output: No space left on device\n")
      }
    }
    close(descriptor)
  }

  @Test(
    arguments: [
      ([:], 80), (["COLUMNS": "100"], 100), (["COLUMNS": "0"], 80), (["COLUMNS": "wide"], 80),
    ] as [([String: String], Int)])
  func `The width is what the environment says, else eighty`(environment: [String: String], width: Int) {
    #expect(terminal(environment: environment).width == width)
  }

  @Test func `The width of the window counts where the environment says nothing`() {
    #expect(terminal(windowWidth: 120).width == 120)
    #expect(terminal(windowWidth: 120, environment: ["COLUMNS": "60"]).width == 60)
    #expect(terminal(windowWidth: 0).width == 80)
  }

  @Test(
    arguments: [
      (true, [:], nil, true), (false, [:], nil, false), (true, ["NO_COLOR": "1"], nil, false),
      (true, ["NO_COLOR": ""], nil, true), (true, ["TERM": "dumb"], nil, false), (true, [:], false, false),
      (false, ["NO_COLOR": "1"], true, true),
    ] as [(Bool, [String: String], Bool?, Bool)])
  func `Colour follows the option, then the environment, then the terminal`(
    isInteractive: Bool, environment: [String: String], choice: Bool?, expected: Bool
  ) {
    let terminal = terminal(isInteractive: isInteractive, environment: environment)
    #expect(terminal.coloursOutput(choice: choice) == expected)
    #expect(terminal.coloursError(choice: choice) == expected)
  }

  private func terminal(
    isInteractive: Bool = true, windowWidth: Int? = nil, environment: [String: String] = [:]
  ) -> Terminal {
    Terminal(isOutputInteractive: isInteractive, isErrorInteractive: isInteractive, windowWidth: windowWidth) {
      environment[$0]
    }
  }
}

/// A new pipe, the end for reading first.
private func makePipe() throws -> (reading: Int32, writing: Int32) {
  var ends: [Int32] = [0, 0]
  try #require(pipe(&ends) == 0)
  return (ends[0], ends[1])
}

/// What can be read at once.
private func available(in descriptor: Int32) -> String {
  var chunk = [UInt8](repeating: 0, count: 1000)
  let count = read(descriptor, &chunk, chunk.count)
  return String(decoding: chunk[..<max(0, count)], as: UTF8.self)
}
