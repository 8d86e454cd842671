import Glibc
import GraphRuntime

/// `graph lsp` as an editor starts it: with pipes for what it is told and what it says.
final class LanguageServerProcess {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let pid: pid_t
  private var input: Int32
  private let output: Int32
  private var bytes: [UInt8] = []
  private var nextID = 1

  /// Every message of the server that was no answer, in order.
  private(set) var notifications: [Value] = []

  /// Starts the program in a folder.
  init(in folder: String) throws {
    var toChild: [Int32] = [-1, -1]
    var fromChild: [Int32] = [-1, -1]
    guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw Failure(description: "no pipe") }
    for end in toChild + fromChild { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild[0], STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], STDOUT_FILENO)
    for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    let line = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, GraphProgram.path, "lsp", "--stdio"]
    let words = line.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid = pid_t()
    guard posix_spawn(&pid, line[0], &actions, nil, words, [nil]) == 0 else { throw Failure(description: "no child") }
    close(toChild[0])
    close(fromChild[1])
    self.pid = pid
    input = toChild[1]
    output = fromChild[0]
  }

  deinit {
    if input >= 0 { close(input) }
    close(output)
    kill(pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  // MARK: - Messages

  /// Writes bytes as they are.
  func write(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
      guard count > 0 else { throw Failure(description: "the server does not read: \(errno)") }
      rest = rest.dropFirst(count)
    }
  }

  func send(_ message: Value) throws {
    let text = message.json()
    try write("Content-Length: \(text.utf8.count)\r\n\r\n\(text)")
  }

  func notify(_ method: String, _ parameters: Value) throws {
    try send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
  }

  /// Sends a request and waits for its answer.
  func request(_ method: String, _ parameters: Value) throws -> Value {
    let id = Value.int(nextID)
    nextID += 1
    try send(["jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters])
    while true {
      let message = try receive()
      if message["id"] == id, message["method"] == nil { return message }
      notifications.append(message)
    }
  }

  /// Waits for the next message of a method that has not been taken yet.
  func notification(_ method: String) throws -> Value {
    while true {
      if let index = notifications.firstIndex(where: { $0["method"] == .string(method) }) {
        return notifications.remove(at: index)
      }
      notifications.append(try receive())
    }
  }

  /// Waits for the next message.
  func receive() throws -> Value {
    while true {
      if let message = try takeMessage() { return message }
      var request = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, 60_000) > 0 else { throw Failure(description: "the server says nothing") }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { throw Failure(description: "the server is gone") }
      bytes += buffer[..<count]
    }
  }

  private func takeMessage() throws -> Value? {
    let text = String(decoding: bytes.prefix(64), as: UTF8.self)
    guard let end = bytes.firstIndex(of: 13), bytes.count >= end + 4 else { return nil }
    guard text.hasPrefix("Content-Length: "), let length = Int(text.dropFirst(16).prefix { $0.isNumber }) else {
      throw Failure(description: "no header: \(text)")
    }
    guard bytes.count >= end + 4 + length else { return nil }
    let body = Array(bytes[(end + 4)..<(end + 4 + length)])
    bytes.removeFirst(end + 4 + length)
    return try Value(json: body)
  }

  /// Closes the server's input, as an editor does that goes away.
  func closeInput() {
    close(input)
    input = -1
  }

  /// Waits for the end and returns the status.
  func status() -> Int32 {
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }

  /// The memory that the server uses, in KiB.
  var memory: Int {
    let text = contents(ofFile: "/proc/\(pid)/status") ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }

  // MARK: - An editor

  /// Makes the conversation begin.
  func initialize(root: String) throws -> Value {
    let answer = try request(
      "initialize",
      [
        "processId": .null, "rootUri": .string("file://\(root)"),
        "capabilities": [
          "general": ["positionEncodings": ["utf-16"]],
          "textDocument": ["hover": ["contentFormat": ["markdown"]], "rename": ["prepareSupport": true]],
        ],
      ])
    try notify("initialized", [:])
    return answer["result"] ?? answer
  }

  func open(_ path: String, _ text: String) throws {
    try notify(
      "textDocument/didOpen",
      ["textDocument": ["uri": .string("file://\(path)"), "languageId": "yaml", "version": 1, "text": .string(text)]])
  }

  func change(_ path: String, version: Int, _ changes: [Value]) throws {
    try notify(
      "textDocument/didChange",
      ["textDocument": ["uri": .string("file://\(path)"), "version": .int(version)], "contentChanges": .list(changes)])
  }
}
