internal import GraphRuntime
public import HTTPServing

/// Serves graphs over HTTP: runs that stream as server-sent events or over WebSockets, and graphs as models of OpenAI's
/// interface.
///
/// ```swift
/// var options = ServerOptions()
/// options.port = 0
/// let server = try GraphServer([ServedGraph(name: "hello", graph: graph)], options: options)
/// print("http://\(server.host):\(server.port)/graphs")
/// await server.stop()
/// ```
public final class GraphServer: Sendable {
  private let core: ServerCore
  private let http: HTTPServer

  /// Keeps the time: wakes the readers that wait, so that they say that their streams live, stops what nobody
  /// reads any more, answers what was to be answered in time, and forgets old runs and threads.
  ///
  /// What asks stores has a task of its own in it, as a store that does not answer is to hold no reader up.
  private let clock: Task<Void, Never>

  /// Starts a server.
  ///
  /// - Throws: `HTTPListenError` when the port cannot be had.
  public init(_ graphs: [ServedGraph], options: ServerOptions = ServerOptions()) throws(HTTPListenError) {
    let core = ServerCore(graphs, options)
    self.core = core
    let connections = Locked<@Sendable () -> Int>({ 0 })
    let routes = ServerRoutes(core: core, connectionCount: { connections.withLock { $0 }() })
    let http = try HTTPServer(
      host: options.host, port: options.port, limits: options.limits,
      refusal: { error in
        core.metrics.requestAnswered("invalid", error.status)
        return ServerError(error.status, "invalid_request", error.reason).response
      },
      handler: { request, responder in await routes.answer(request, responder) })
    connections.withLock { $0 = { [weak http] in http?.connectionCount ?? 0 } }
    self.http = http
    // Owned by this server, which cancels it.
    clock = Task {
      await withDiscardingTaskGroup { group in
        group.addTask {
          while (try? await Task.sleep(for: options.heartbeat / 4)) != nil {
            for run in core.runs.active {
              run.log.wake()
              run.stopIfAbandoned()
            }
            core.runs.forgetOld()
          }
        }
        group.addTask {
          await core.findTimedQuestions()
          while (try? await Task.sleep(for: options.heartbeat / 4)) != nil {
            await core.answerOverdue()
            await core.forgetOldThreads()
          }
        }
      }
    }
  }

  /// The host that it listens on.
  public var host: String { http.host }

  /// The port that it listens on.
  public var port: Int { http.port }

  /// The number of runs that go on.
  public var activeRunCount: Int { core.runs.activeCount }

  /// Takes no more requests and lets runs come to their ends; those that take longer than the options' grace are
  /// stopped, keep what they have, and their readers get to see that.
  public func stop() async {
    core.runs.close()
    async let ended: Void = http.stop(grace: .seconds(86_400))
    await core.runs.end(within: core.options.grace)
    // No run goes on; what is left is that readers get the ends.
    await http.stop(grace: core.options.stopTime)
    await ended
    clock.cancel()
    await clock.value
  }
}
