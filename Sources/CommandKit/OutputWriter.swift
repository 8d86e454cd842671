internal import Glibc

/// Why nothing more can be written.
package enum OutputError: Error, Sendable, Hashable {
  /// The reader went away, as in `graph … | head`; the program ends without a word.
  case closed
  /// The system refused, with this `errno`, as on a full disk.
  case failed(Int32)

  /// The status to end with.
  package var code: ExitCode { self == .closed ? .outputClosed : .failure }

  /// What is written to standard error, or nil when nothing is to be said.
  package var message: String? {
    switch self {
    case .closed: nil
    case .failed(let code): "Error: Can't write the output: \(String(cString: strerror(code)))\n"
    }
  }
}

/// Writes text to a file descriptor through a buffer, and all of it or an error.
///
/// It has one owner. Interrupted and short writes are continued, and a
/// descriptor that does not block is waited for. What is not flushed when it
/// goes out of scope is written then, and errors of that are not seen; so
/// `flush()` at the end is what a command does.
package struct OutputWriter: ~Copyable, Sendable {
  /// The descriptor, which stays open.
  private let descriptor: Int32

  /// The most bytes that wait.
  private let capacity: Int

  private var buffer: [UInt8] = []

  /// Set by the first error; nothing is written after it.
  private var error: OutputError?

  /// Creates a writer; with a capacity of 0 every text is written at once.
  package init(descriptor: Int32, capacity: Int = 32_768) {
    self.descriptor = descriptor
    self.capacity = capacity
  }

  /// The writer of results.
  package static func standardOutput() -> OutputWriter { OutputWriter(descriptor: STDOUT_FILENO) }

  /// The writer of diagnostics, which holds nothing back.
  package static func standardError() -> OutputWriter { OutputWriter(descriptor: STDERR_FILENO, capacity: 0) }

  deinit {
    if error == nil { _ = Self.writeAll(buffer, to: descriptor) }
  }

  /// Appends a text, and writes what has come together when it is more than the capacity.
  ///
  /// - Throws: `OutputError`, the same again after the first.
  package mutating func write(_ text: String) throws(OutputError) {
    if let error { throw error }
    buffer.append(contentsOf: text.utf8)
    if buffer.count > capacity { try flush() }
  }

  /// Writes everything that waits.
  ///
  /// - Throws: `OutputError`, the same again after the first.
  package mutating func flush() throws(OutputError) {
    if let error { throw error }
    error = Self.writeAll(buffer, to: descriptor)
    buffer.removeAll(keepingCapacity: true)
    if let error { throw error }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> OutputError? {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
          continue
        }
        switch errno {
        case EINTR: continue
        case EAGAIN:
          var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          if poll(&request, 1, -1) < 0 && errno != EINTR { return .failed(errno) }
        case EPIPE: return .closed
        case let code: return .failed(code)
        }
      }
      return nil
    }
  }
}
