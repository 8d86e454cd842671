internal import GraphRuntime

/// What a server counts, in the text form of Prometheus.
final class ServerMetrics: Sendable {
  private struct State {
    var started: [String: Int] = [:]
    var ended: [RunLabel: Int] = [:]
    var time: [String: Duration] = [:]
    var requests: [RequestLabel: Int] = [:]
    var tokens: [UsageLabel: Int] = [:]
    var streams = 0
  }

  private struct RunLabel: Hashable {
    let graph: String
    let status: String
  }

  private struct RequestLabel: Hashable {
    let route: String
    let status: Int
  }

  private struct UsageLabel: Hashable {
    let provider: String
    let model: String
    let direction: String
  }

  private let state = Locked(State())

  func runStarted(_ graph: String) { state.withLock { $0.started[graph, default: 0] += 1 } }

  func runEnded(_ graph: String, _ outcome: RunOutcome?, after duration: Duration) {
    state.withLock { state in
      state.time[graph, default: .zero] += duration
      state.ended[RunLabel(graph: graph, status: outcome?.status.rawValue ?? "refused"), default: 0] += 1
      for record in outcome?.usage ?? [] {
        func label(_ direction: String) -> UsageLabel {
          UsageLabel(provider: record.provider, model: record.model, direction: direction)
        }
        state.tokens[label("input"), default: 0] += record.inputTokens
        state.tokens[label("output"), default: 0] += record.outputTokens
      }
    }
  }

  func requestAnswered(_ route: String, _ status: Int) {
    state.withLock { $0.requests[RequestLabel(route: route, status: status), default: 0] += 1 }
  }

  func streamBegan() { state.withLock { $0.streams += 1 } }

  func streamEnded() { state.withLock { $0.streams -= 1 } }

  /// Everything that was counted.
  func text(activeRuns: Int, connections: Int, eventBytes: Int) -> String {
    let state = state.withLock { $0 }
    var text = ""
    func metric(_ name: String, _ type: String, _ help: String, _ samples: [(labels: [(String, String)], value: Int)]) {
      text += "# HELP tributary_\(name) \(help)\n# TYPE tributary_\(name) \(type)\n"
      for sample in samples {
        let labels = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += "tributary_\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(sample.value)\n"
      }
    }
    metric("connections", "gauge", "Connections of clients.", [([], connections)])
    metric("streams", "gauge", "Streams and WebSockets that are being read.", [([], state.streams)])
    metric("runs_active", "gauge", "Runs that go on.", [([], activeRuns)])
    metric(
      "runs_started_total", "counter", "Runs that were begun.",
      state.started.sorted { $0.key < $1.key }.map { ([("graph", $0.key)], $0.value) })
    metric(
      "runs_total", "counter", "Runs that have ended.",
      state.ended.sorted { ($0.key.graph, $0.key.status) < ($1.key.graph, $1.key.status) }.map {
        ([("graph", $0.key.graph), ("status", $0.key.status)], $0.value)
      })
    metric(
      "run_milliseconds_total", "counter", "How long the runs have taken that have ended.",
      state.time.sorted { $0.key < $1.key }.map { ([("graph", $0.key)], Int($0.value / .milliseconds(1))) })
    metric("event_bytes", "gauge", "Memory for the events of runs, in bytes.", [([], eventBytes)])
    metric(
      "model_tokens_total", "counter", "Tokens that models have read and written.",
      state.tokens.sorted {
        ($0.key.provider, $0.key.model, $0.key.direction) < ($1.key.provider, $1.key.model, $1.key.direction)
      }.map {
        ([("provider", $0.key.provider), ("model", $0.key.model), ("direction", $0.key.direction)], $0.value)
      })
    metric(
      "http_requests_total", "counter", "Requests that were answered.",
      state.requests.sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }.map {
        ([("route", $0.key.route), ("status", "\($0.key.status)")], $0.value)
      })
    return text
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
