internal import Glibc
internal import GraphRuntime

/// The listening socket and the connections of a `LoopbackProvider`, one thread each.
final class LoopbackServer: Sendable {
  let port: Int
  private let listener: Int32
  private let answersAll: Bool
  private let answer: @Sendable (LoopbackRequest) -> LoopbackAnswer
  private let state = Locked(State())

  private struct State {
    var isStopped = false
    var open: Set<Int32> = []
    var connectionCount = 0
    var exchanges: [LoopbackExchange] = []
    var waiting: [(number: Int, continuation: CheckedContinuation<LoopbackExchange, Never>)] = []
  }

  init(answersAll: Bool, _ answer: @escaping @Sendable (LoopbackRequest) -> LoopbackAnswer) throws {
    self.answersAll = answersAll
    self.answer = answer
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw LoopbackError("socket") }
    // Small, so that a client that does not read is felt soon; accepted sockets inherit it. Much smaller than this, one
    // segment of the loopback device fills it, and each waits for a delayed acknowledgement.
    var size: Int32 = 512 << 10
    setsockopt(listener, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(listener, pointer, length) == 0 && listen(listener, 256) == 0
          && getsockname(listener, pointer, &length) == 0
      }
    }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    guard isBound else {
      let error = LoopbackError("bind")
      close(listener)
      throw error
    }
  }

  deinit { close(listener) }

  var exchanges: [LoopbackExchange] { state.withLock { $0.exchanges } }

  var connectionCount: Int { state.withLock { $0.connectionCount } }

  var isStopped: Bool { state.withLock { $0.isStopped } }

  func start() { startThread { self.acceptAll() } }

  func stop() {
    state.withLock { state in
      state.isStopped = true
      // Under the lock, because a connection's thread closes its socket under it: the number cannot be another's.
      for socket in state.open { shutdown(socket, Int32(SHUT_RDWR)) }
    }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  func exchange(_ number: Int) async -> LoopbackExchange {
    await withCheckedContinuation { continuation in
      let exchange = state.withLock { state -> LoopbackExchange? in
        if number < state.exchanges.count { return state.exchanges[number] }
        state.waiting.append((number, continuation))
        return nil
      }
      if let exchange { continuation.resume(returning: exchange) }
    }
  }

  /// Remembers a request and asks the script for its answer.
  func receive(_ request: LoopbackRequest) -> (LoopbackExchange, LoopbackAnswer) {
    let exchange = LoopbackExchange(request)
    let waiting = state.withLock { state in
      let number = state.exchanges.count
      state.exchanges.append(exchange)
      defer { state.waiting.removeAll { $0.number == number } }
      return state.waiting.filter { $0.number == number }
    }
    for (_, continuation) in waiting { continuation.resume(returning: exchange) }
    guard answersAll || request.family != .unknown else {
      return (exchange, .status(404, body: "there is nothing here"))
    }
    return (exchange, answer(request))
  }

  private func acceptAll() {
    while !isStopped {
      let socket = accept(listener, nil, nil)
      if socket < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        return
      }
      _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
      _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
      let number = state.withLock { state -> Int? in
        guard !state.isStopped else { return nil }
        state.open.insert(socket)
        defer { state.connectionCount += 1 }
        return state.connectionCount
      }
      guard let number else {
        close(socket)
        return
      }
      startThread { [self] in
        LoopbackConnection(self, socket, number).run()
        state.withLock { state in
          state.open.remove(socket)
          close(socket)
        }
      }
    }
  }
}
