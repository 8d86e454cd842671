import GraphRuntime
import GraphTestSupport
import LanguageModels
import Testing

@Suite(.timeLimit(.minutes(10))) struct RetryTests {
  private let clock = RecordedTiming()

  private func model(
    _ provider: LoopbackProvider, _ family: Family = .openai, retry: ModelRetryPolicy = ModelRetryPolicy()
  ) throws -> any LanguageModel {
    try provider.model(family, retry: retry, timing: clock.timing)
  }

  @Test(arguments: Family.allCases, [408, 409, 429, 500, 502, 503, 529])
  func `a passing failure is repeated`(_ family: Family, _ status: Int) async throws {
    let provider = try LoopbackProvider([.status(status), .status(status), "fine"])
    #expect(try await pieces(of: model(provider, family).stream(.asking("hi"))) == ["fine"])
    #expect(clock.slept == [.milliseconds(500), .seconds(1)])
  }

  @Test(arguments: [408, 429, 500])
  func `whole answers are repeated too`(_ status: Int) async throws {
    let provider = try LoopbackProvider([.status(status), "fine"])
    #expect(try await model(provider).respond(to: .asking("hi")).text == "fine")
    #expect(clock.slept == [.milliseconds(500)])
  }

  @Test(arguments: [400, 401, 403, 404, 413, 422])
  func `a lasting failure is not repeated`(_ status: Int) async throws {
    let provider = try LoopbackProvider([.status(status), "fine"])
    let error = await #expect(throws: ModelError.self) { try await model(provider).respond(to: .asking("hi")) }
    #expect(error?.code == .status(status))
    #expect(error?.attempts == 1)
    #expect(provider.requests.count == 1)
  }

  @Test(arguments: [
    ([("Retry-After", "7")], Duration.seconds(7)),
    ([("Retry-After", "0.25")], .milliseconds(250)),
    ([("Retry-After", "Sun, 06 Nov 1994 08:49:42 GMT")], .seconds(5)),
    ([("Retry-After", "Sunday, 06-Nov-94 08:49:40 GMT")], .seconds(3)),
    ([("Retry-After", "Sun Nov  6 08:49:39 1994")], .seconds(2)),
    ([("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT")], .zero),
    ([("Retry-After", "9"), ("retry-after-ms", "1500")], .milliseconds(1500)),
    ([("Retry-After", "soon")], .milliseconds(500)),
    ([("Retry-After", "-3")], .milliseconds(500)),
  ])
  func `the provider's own pause is kept`(_ headers: [(String, String)], _ pause: Duration) async throws {
    let provider = try LoopbackProvider([
      .status(429, headers: headers.map { (name: $0.0, value: $0.1) }), "fine",
    ])
    _ = try await model(provider).respond(to: .asking("hi"))
    #expect(clock.slept == [pause])
  }

  @Test func `a pause that is too long is not waited for`() async throws {
    let provider = try LoopbackProvider([.status(429, headers: [("Retry-After", "3600")]), "fine"])
    let error = await #expect(throws: ModelError.self) { try await model(provider).respond(to: .asking("hi")) }
    #expect(error?.retryAfter == .seconds(3600))
    #expect(error?.attempts == 1)
    #expect(clock.slept.isEmpty)
  }

  @Test(arguments: [("true", 400, 2), ("false", 500, 1)])
  func `a provider that says whether to repeat is believed`(_ value: String, _ status: Int, _ count: Int) async throws {
    let provider = try LoopbackProvider { _ in .status(status, headers: [("x-should-retry", value)]) }
    let model = try model(provider, retry: ModelRetryPolicy(maxAttempts: 2))
    await #expect(throws: ModelError.self) { try await model.respond(to: .asking("hi")) }
    #expect(provider.requests.count == count)
  }

  @Test func `the last error says how many attempts there were`() async throws {
    let provider = try LoopbackProvider { _ in .status(503, body: #"{"error":{"message":"come back later"}}"#) }
    let error = await #expect(throws: ModelError.self) { try await model(provider).respond(to: .asking("hi")) }
    #expect(
      error?.description
        == "openai/tiny: answered with status 503 Service Unavailable: come back later (request req_0) after 3 attempts"
    )
    #expect(provider.requests.count == 3)
  }

  @Test func `each repetition is told of before it`() async throws {
    let provider = try LoopbackProvider([.status(429), .status(500), "fine"])
    let told = Recorder<String>()
    var request = ModelRequest.asking("hi")
    request.onRetry = { told.add("\($0.attempt) \($0.error.code) \($0.delay)") }
    _ = try await model(provider).respond(to: request)
    #expect(told.all == ["1 status(429) 0.5 seconds", "2 status(500) 1.0 seconds"])
  }

  @Test(arguments: Family.allCases)
  func `a connection that breaks before any text is repeated`(_ family: Family) async throws {
    let provider = try LoopbackProvider([LoopbackAnswer.text("lost").with(\.cutAfter, 20), "fine"])
    #expect(try await pieces(of: model(provider, family).stream(.asking("hi"))) == ["fine"])
    #expect(clock.slept.count == 1)
  }

  @Test(arguments: Family.allCases)
  func `after the first text nothing is repeated`(_ family: Family) async throws {
    let provider = try LoopbackProvider([[.text("one"), .cut], "fine"])
    let stream = try model(provider, family).stream(.asking("hi"))
    #expect(try await stream.next() == "one")
    let error = await #expect(throws: ModelError.self) { try await stream.next() }
    #expect(error?.message.hasSuffix("in the middle of the answer") == true)
    #expect(provider.requests.count == 1)
    #expect(clock.slept.isEmpty)
  }

  @Test func `an overload inside a stream is repeated`() async throws {
    let event = #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#
    let provider = try LoopbackProvider([[.raw("event: error\ndata: \(event)\n\n")], "fine"])
    #expect(try await pieces(of: model(provider, .anthropic).stream(.asking("hi"))) == ["fine"])
  }

  @Test(arguments: [
    (
      Family.anthropic, #"{"type":"error","error":{"type":"invalid_request_error","message":"too long"}}"#,
      "invalid_request_error"
    ),
    (
      .openai, #"{"error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"too long"}}"#,
      "context_length_exceeded"
    ),
    (.openai, #"{"object":"error","message":"too long","code":400}"#, "400"),
  ])
  func `other errors inside a stream are thrown`(_ family: Family, _ event: String, _ kind: String) async throws {
    let provider = try LoopbackProvider { _ in [.raw("event: error\ndata: \(event)\n\n")] }
    let error = await #expect(throws: ModelError.self) {
      try await pieces(of: model(provider, family).stream(.asking("hi")))
    }
    #expect(error?.code == .provider(kind))
    #expect(error?.description == "\(family)/tiny: the provider reported '\(kind)': too long (request req_0)")
    #expect(provider.requests.count == 1)
  }

  @Test func `an error in the middle of a stream says so`() async throws {
    let event = #"{"error":{"code":502,"message":"upstream gone"}}"#
    let provider = try LoopbackProvider { _ in [.text("one"), .raw("data: \(event)\n\n")] }
    let stream = try model(provider).stream(.asking("hi"))
    #expect(try await stream.next() == "one")
    let error = await #expect(throws: ModelError.self) { try await stream.next() }
    #expect(
      error?.description
        == "openai/tiny: the provider reported '502' in the middle of the answer: upstream gone (request req_0)")
  }

  // MARK: - Time

  @Test(arguments: [true, false])
  func `a time-out is a time-out`(_ isStream: Bool) async throws {
    let provider = try LoopbackProvider { _ in .silence }
    let model = try provider.model(retry: ModelRetryPolicy())
    let request = ModelRequest.asking("hi", timeout: .milliseconds(150))
    let error = await #expect(throws: ModelError.self) {
      if isStream { _ = try await pieces(of: model.stream(request)) } else { _ = try await model.respond(to: request) }
    }
    #expect(error?.code == .timeout)
    #expect(error?.description == "openai/tiny: the answer had not ended within 0.15 seconds")
    #expect(provider.requests.count == 1)
    #expect(await provider.exchange(0).end() == .clientClosed)
  }

  @Test func `a time-out holds in the middle of a stream`() async throws {
    let provider = try LoopbackProvider { _ in [.text("one"), .silence] }
    let request = ModelRequest.asking("hi", timeout: .milliseconds(300))
    let stream = try provider.model(retry: ModelRetryPolicy()).stream(request)
    #expect(try await stream.next() == "one")
    let error = await #expect(throws: ModelError.self) { try await stream.next() }
    #expect(error?.code == .timeout)
  }

  @Test func `a pause that would outlast the deadline is not begun`() async throws {
    let provider = try LoopbackProvider { _ in .status(503) }
    let request = ModelRequest.asking("hi", timeout: .milliseconds(400))
    let error = await #expect(throws: ModelError.self) { try await model(provider).respond(to: request) }
    #expect(error?.code == .status(503))
    #expect(clock.slept.isEmpty)
  }

  @Test func `cancelling ends the pause before a repetition`() async throws {
    let provider = try LoopbackProvider { _ in .status(503) }
    let asleep = Gate()
    let timing = ModelTiming(sleep: { _ in
      asleep.open()
      try await Task.sleep(for: .seconds(3600))
    })
    let stream = try provider.model(retry: ModelRetryPolicy(), timing: timing).stream(.asking("hi"))
    let reader = Task { try await stream.next() }
    try await asleep.wait()
    stream.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
  }

  // MARK: - The policy

  @Test func `pauses grow up to the longest`() {
    let policy = ModelRetryPolicy(initialBackoff: .seconds(1), factor: 3, maxBackoff: .seconds(20))
    let pauses = (1...5).map { policy.pause(afterAttempt: $0, retryAfter: nil, random: 0) }
    #expect(pauses == [.seconds(1), .seconds(3), .seconds(9), .seconds(20), .seconds(20)])
    #expect(policy.pause(afterAttempt: 1_000_000_000, retryAfter: nil, random: 0) == .seconds(20))
  }

  @Test func `jitter only takes away`() {
    let policy = ModelRetryPolicy(initialBackoff: .seconds(1), jitter: 0.5)
    #expect(policy.pause(afterAttempt: 1, retryAfter: nil, random: 0.5) == .milliseconds(750))
    #expect(policy.pause(afterAttempt: 1, retryAfter: .seconds(2), random: 0.5) == .seconds(2))
  }
}
