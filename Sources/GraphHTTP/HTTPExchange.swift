/// One request on its way and the answer that arrives, read by one task.
///
/// Nothing is read ahead of the reader but a bounded buffer; when that is full
/// the socket is not read any more, and the sender has to wait. Dropping the
/// last reference closes the connection unless the answer had ended.
public final class HTTPExchange: Sendable {
  private let transfer: HTTPTransfer
  private let client: HTTPClient

  init(_ transfer: HTTPTransfer, client: HTTPClient) {
    self.transfer = transfer
    self.client = client
  }

  deinit { client.release(transfer) }

  /// Waits for the status and the header fields.
  ///
  /// - Throws: `HTTPError`, or `CancellationError` after `cancel()` or when the task was cancelled.
  public func head() async throws -> HTTPResponseHead {
    while true {
      try checkCancellation()
      switch transfer.readHead() {
      case .found(let head, _): return head
      case .ended(.failed(let error)): throw error
      case .ended(.cancelled): throw CancellationError()
      case .ended(.finished): throw HTTPError(.malformedResponse, "the answer has no status")
      case .wait: await wait(forHead: true)
      }
    }
  }

  /// Waits for the next bytes of the body; nil after the last ones.
  ///
  /// - Throws: `HTTPError`, or `CancellationError` after `cancel()` or when the task was cancelled, also when the
  ///   answer had ended in the meantime: a cancelled answer never looks finished.
  public func next() async throws -> [UInt8]? {
    while true {
      try checkCancellation()
      switch transfer.readBytes(now: HTTPEngine.now()) {
      case .found(let bytes, let resumes):
        if resumes { client.post(.resume(transfer)) }
        return bytes
      case .ended(.failed(let error)): throw error
      case .ended(.cancelled): throw CancellationError()
      case .ended(.finished): return nil
      case .wait: await wait(forHead: false)
      }
    }
  }

  /// Closes the connection at once, from any thread; a waiting reader gets a `CancellationError`.
  public func cancel() { client.cancel(transfer) }

  /// Gives the rest of the answer up without closing the connection, so that it can serve the next request.
  ///
  /// For the few bytes after the last one that matters, such as the end of a
  /// chunked body after `[DONE]`. If more than 64 kB come, or the end does not
  /// come within a second, the connection is closed after all.
  public func discardRest() { client.discardRest(of: transfer) }

  private func checkCancellation() throws {
    guard Task.isCancelled else { return }
    cancel()
    throw CancellationError()
  }

  private func wait(forHead: Bool) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if !transfer.park(continuation, forHead: forHead) { continuation.resume() }
      }
    } onCancel: {
      cancel()
    }
  }
}
