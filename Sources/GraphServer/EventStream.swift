internal import GraphCompiler
internal import GraphRuntime
internal import GraphStreams
internal import HTTPServing

/// Sends the events of a run to one client as server-sent events.
///
/// Each event has the id `run.number`, so that a client that comes back with the last one it has seen goes on exactly
/// there, and never begins a run anew; what is no event of the log, such as a heartbeat, has none.
struct EventStream {
  /// A place in the log of a run, as the ids of a stream name it.
  struct Place {
    let run: String
    let sequence: Int

    init(run: String, sequence: Int) {
      self.run = run
      self.sequence = sequence
    }

    /// The place of an id, or nil when it is none.
    init?(id: String) {
      guard let dot = id.lastIndex(of: ".") else { return nil }
      let number = id[id.index(after: dot)...]
      guard let sequence = number == Self.start ? -1 : Int(number), sequence >= 0 || number == Self.start else {
        return nil
      }
      self.init(run: String(id[..<dot]), sequence: sequence)
    }

    var id: String { "\(run).\(sequence < 0 ? Self.start : "\(sequence)")" }

    /// In place of a number, before the first event.
    private static let start = "start"
  }

  let run: ServedRun
  let view: RunView
  let options: ServerOptions

  static let headers: HTTPHeaders = [
    "Content-Type": ServerSentEvents.contentType, "Cache-Control": "no-store", "X-Accel-Buffering": "no",
  ]

  /// Writes all that stands behind a place, and what follows until the run ends.
  ///
  /// - Parameter sequence: The number of the last event that the client has seen, or -1.
  /// - Throws: `HTTPClientGone`.
  func write(to writer: HTTPBodyWriter, after sequence: Int) async throws {
    run.addReader()
    defer { run.removeReader() }
    // With an id from the beginning on, so that a client that was cut off before the first event comes back to this run.
    try await writer.write(ServerSentEvents.retry(after: options.retry, id: id(sequence)))
    var viewer = run.viewer(view)
    var seen = -1
    var lastTime = ContinuousClock.now
    while true {
      switch run.log.read(after: seen) {
      case .events(let events):
        var bytes: [UInt8] = []
        for event in events {
          seen = event.sequence
          // What was seen before is read again for what follows from it.
          guard let item = viewer.show(event), event.sequence > sequence else { continue }
          bytes += ServerSentEvents.event(item.data, event: item.name, id: id(item.sequence))
        }
        guard !bytes.isEmpty else { continue }
        try await writer.write(bytes)
        lastTime = .now
      case .end:
        // A number of its own: who has seen the last event has not seen this.
        try await writer.write(end(seen + 1))
        return try await writer.finish()
      case .dropped(let first):
        guard view != .values, seen < sequence, sequence + 1 >= first else {
          let message =
            "the events before number \(first) are kept no more; GET /runs/\(run.identity.id) has the result"
          let error: Value = ["error": ["code": "events_dropped", "message": .string(message)]]
          try await writer.write(ServerSentEvents.event(error.json(), event: "error"))
          return try await writer.finish()
        }
        seen = sequence
      case .nothing:
        if lastTime.duration(to: .now) >= options.heartbeat {
          try await writer.write(ServerSentEvents.heartbeat)
          lastTime = .now
        } else {
          // Whoever keeps the time wakes all that wait now and then.
          await run.log.wait(after: seen)
          try Task.checkCancellation()
        }
      }
    }
  }

  private func id(_ sequence: Int) -> String { Place(run: run.identity.id, sequence: sequence).id }

  private func end(_ sequence: Int) -> [UInt8] {
    let (name, data) = run.end
    guard view == .text else { return ServerSentEvents.event(data, event: name, id: id(sequence)) }
    // Browsers' examples end at this text; what went wrong comes before it, under a name that they do not listen to.
    let error = name == "error" ? ServerSentEvents.event(data, event: name) : []
    return error + ServerSentEvents.event("[DONE]", id: id(sequence))
  }
}
