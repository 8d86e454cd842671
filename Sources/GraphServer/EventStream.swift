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
      let run = String(id[..<dot])
      switch id[id.index(after: dot)...] {
      case Self.startWord: self.init(run: run, sequence: -1)
      case Self.endWord: self.init(run: run, sequence: Self.end)
      case let number:
        guard let sequence = Int(number), sequence >= 0 else { return nil }
        self.init(run: run, sequence: sequence)
      }
    }

    var id: String {
      "\(run).\(sequence < 0 ? Self.startWord : sequence == Self.end ? Self.endWord : "\(sequence)")"
    }

    /// Behind everything that a reader can get.
    static let end = Int.max

    /// In place of a number, before the first event.
    private static let startWord = "start"

    /// In place of a number, where there is nothing to come back for.
    private static let endWord = "end"
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
          ServerSentEvents.append(item.data, event: item.name, id: id(item.sequence), to: &bytes)
        }
        guard !bytes.isEmpty else { continue }
        try await writer.write(bytes)
        lastTime = .now
      case .end:
        // A number of its own: who has seen the last event has not seen this.
        try await writer.write(end(run.end, run.isLost ? Place.end : seen + 1))
        return try await writer.finish()
      case .dropped(let first):
        guard view != .values, seen < sequence, sequence >= first - 1 else {
          let message =
            "the events before number \(first) are kept no more; GET /runs/\(run.identity.id) has the result"
          let error: Value = ["error": ["code": "events_dropped", "message": .string(message)]]
          run.goOn()
          // With an id at which a client that comes back is sent away: it would only be told so again.
          try await writer.write(end(("error", error.json()), Place.end))
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

  private func end(_ end: (name: String, data: String), _ sequence: Int) -> [UInt8] {
    guard view == .text else { return ServerSentEvents.event(end.data, event: end.name, id: id(sequence)) }
    // Browsers' examples end at this text; what went wrong comes before it, under a name that they do not listen to.
    let error = end.name == "error" ? ServerSentEvents.event(end.data, event: end.name) : []
    return error + ServerSentEvents.event("[DONE]", id: id(sequence))
  }
}
