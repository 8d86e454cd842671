internal import ChildProcesses
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// One `python3` process that answers requests, one at a time.
final class PythonWorker: Sendable {
  private let child: ChildProcess

  /// The last bytes that it printed in any call; what a crash leaves behind.
  private let tail = Locked<[UInt8]>([])

  /// The parts of states that it was sent and still has.
  private let held = Locked(ValueObject())

  /// The longest answer.
  private static let answerLimit = 64 << 20

  private static let tailLimit = 4 << 10

  /// Starts an interpreter in a project's root.
  ///
  /// - Throws: `ToolError` when it cannot be started.
  init(interpreter: String, root: String, environment: Environment) throws(ToolError) {
    var variables = environment.variables
    // Its own variable would name another interpreter's library.
    variables["PYTHONHOME"] = nil
    do throws(ProcessError) {
      child = try ChildProcess(
        ProcessRequest(
          interpreter, ["-c", PythonWorkerScript.text], environment: variables, directory: root, hasChannel: true))
    } catch {
      throw ToolError("Python ('\(interpreter)') does not run: \(error)")
    }
  }

  /// Whether it can answer another request.
  var isUsable: Bool { !child.hasEnded }

  /// Ends it.
  func end() { child.terminate() }

  /// Sends a request and waits for its answer.
  ///
  /// When the task is cancelled, or the time is up, the worker is ended: there is no other way to stop a function.
  ///
  /// - Parameters:
  ///   - timeout: The longest time the call may take, or nil.
  ///   - printed: Gets what the function prints, as it does.
  /// - Throws: `ToolError` when the worker ends instead, or a `CancellationError`.
  func answer(
    _ request: Value, timeout: Duration?, printed: (ProcessChannel, [UInt8]) async -> Void
  ) async throws -> Value {
    child.setDeadline(timeout.map { .now + $0 })
    defer { child.setDeadline(nil) }
    let message = held.withLock { PythonState.message(of: request, holding: &$0) }
    child.send(Array((message.json() + "\n").utf8))
    var answer: [UInt8] = []
    while answer.last != UInt8(ascii: "\n") {
      let (channel, bytes) = try output(await child.next(), timeout)
      if channel == .channel {
        answer += bytes
        try checkLength(answer)
      } else {
        keep(bytes)
        await printed(channel, bytes)
      }
    }
    return try Self.parse(answer)
  }

  // Kept out of the loop above, in which the optimiser of Swift 6.3.1 crashes when it holds all of this.

  /// What the worker wrote.
  ///
  /// - Throws: `ToolError` when it has ended instead, or a `CancellationError`.
  private func output(_ event: ProcessEvent, _ timeout: Duration?) throws -> (channel: ProcessChannel, bytes: [UInt8]) {
    switch event {
    case .wrote(let channel, let bytes): return (channel, bytes)
    case .ended(let end):
      try Task.checkCancellation()
      if end.cause == .deadline, let timeout {
        throw ToolError(
          "the function took longer than \(DurationText.describe(timeout)), and the Python worker was ended")
      }
      let said = String(tailOf: tail.withLock { $0 }, limit: Self.tailLimit)
      throw ToolError("the Python worker ended with \(end.status)" + (said.isEmpty ? "" : ": \(said)"))
    }
  }

  private func checkLength(_ answer: [UInt8]) throws(ToolError) {
    guard answer.count > Self.answerLimit else { return }
    child.terminate()
    throw ToolError("the result is longer than \(Self.answerLimit >> 20) MiB")
  }

  private func keep(_ bytes: [UInt8]) {
    tail.withLock { tail in
      tail += bytes
      if tail.count > Self.tailLimit { tail.removeFirst(tail.count - Self.tailLimit) }
    }
  }

  private static func parse(_ bytes: [UInt8]) throws(ToolError) -> Value {
    do {
      return try Value(json: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw ToolError("the Python worker's answer is no JSON: the function wrote to descriptor 4")
    }
  }
}

/// Finds the interpreter that a project's functions run in.
enum PythonInterpreter {
  /// `TRIBUTARY_PYTHON`, `PYTHON`, the active virtual environment, one in the project's root, or `python3`.
  static func path(root: String, environment: Environment) -> String {
    if let named = environment["TRIBUTARY_PYTHON"] ?? environment["PYTHON"] { return named }
    let folders = [environment["VIRTUAL_ENV"], "\(root)/.venv", "\(root)/venv"].compactMap { $0 }
    let found = folders.lazy.compactMap { ExecutableSearch.path(of: "\($0)/bin/python", along: nil) }.first
    return found ?? "python3"
  }
}
