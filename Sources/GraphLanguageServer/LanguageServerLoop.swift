internal import Glibc
internal import GraphRuntime

/// Connects a language server to two descriptors, most often standard input and output.
///
/// One thread does everything: it waits for bytes or for the time at which something is to be compiled, takes all
/// messages that have come, and answers them in their order. Between two steps of compiling it looks whether a
/// message has come. What waits to be read stays in the pipe, so that memory is bounded by one message and its answer.
public struct LanguageServerLoop {
  private var server: LanguageServer
  private let input: Int32
  private let output: Int32
  private var reader = MessageReader()
  private var messages: [Value] = []
  private var isClosed = false
  private var isBroken = false

  /// The most messages that are taken before the first of them is answered.
  private static let maximumWaiting = 256

  /// Creates a loop; the descriptors stay open.
  public init(_ server: LanguageServer, input: Int32, output: Int32) {
    self.server = server
    self.input = input
    self.output = output
  }

  /// Serves until the client asks for the end or is gone.
  ///
  /// - Returns: The status to end with.
  public mutating func run() -> Int32 {
    while !server.hasEnded {
      takeMessages()
      if !messages.isEmpty {
        send(server.receive(messages.removeFirst()))
      } else if isClosed || isBroken {
        break
      } else if let deadline = server.deadline, deadline <= .now {
        send(server.work(at: .now))
      } else {
        wait(until: server.deadline)
      }
    }
    return Int32(server.exitStatus)
  }

  // MARK: - Input

  /// Reads what has come, without waiting, and turns it into messages.
  private mutating func takeMessages() {
    while messages.count < Self.maximumWaiting, !isClosed, isReady(for: 0) {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(input, &buffer, buffer.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else {
        isClosed = true
        return
      }
      reader.append(buffer[..<count])
      parse()
    }
  }

  private mutating func parse() {
    while let item = reader.next() {
      guard case .message(let bytes) = item, let message = try? Value(json: bytes) else {
        send(server.receiveGarbage())
        continue
      }
      // A request that still waits here is never begun once it is cancelled.
      if message["method"] == "$/cancelRequest", let id = message["params"]?["id"],
        messages.contains(where: { $0["id"] == id && $0["method"] != nil })
      {
        server.cancel(id)
      } else {
        messages.append(message)
      }
    }
  }

  /// Whether there is something to read within so many milliseconds; -1 waits for ever.
  private func isReady(for milliseconds: Int32) -> Bool {
    var request = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, milliseconds) > 0
  }

  private func wait(until deadline: ContinuousClock.Instant?) {
    guard let deadline else {
      _ = isReady(for: -1)
      return
    }
    let rest = ContinuousClock.now.duration(to: deadline).components
    let milliseconds = rest.seconds * 1_000 + rest.attoseconds / 1_000_000_000_000_000 + 1
    _ = isReady(for: Int32(clamping: max(0, milliseconds)))
  }

  // MARK: - Output

  private mutating func send(_ messages: [Value]) {
    for message in messages where !isBroken {
      isBroken = !Self.write(Array(OutgoingMessage.frame(message).utf8), to: output)
    }
  }

  /// Writes everything, or says that nobody reads any more.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&request, 1, -1)
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }
}
