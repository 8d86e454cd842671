internal import GraphRuntime

#if canImport(Glibc)
  internal import Glibc
#endif

/// Owns a connection to a Redis server, for one thread at a time.
struct RedisConnection: ~Copyable {
  private let descriptor: Int32
  private let server: String
  private var parser = RedisReplyParser()

  /// How long the server may take to be reached and to answer, in seconds.
  private static let patience = 10

  /// Whether a call was cut short, after which nobody knows what comes next.
  private(set) var isBroken = false

  /// Connects to a server.
  ///
  /// - Throws: `CheckpointStoreError.unavailable` without the password.
  init(_ address: StoreAddress) throws {
    server = address.description
    descriptor = try address.scheme == "unix" ? Self.connect(path: address.host, server) : Self.connect(address)
  }

  deinit { close(descriptor) }

  /// Says who asks, and which of the server's databases is meant.
  mutating func introduce(_ address: StoreAddress) throws {
    if let password = address.password {
      let words = address.user.map { ["AUTH", $0, password] } ?? ["AUTH", password]
      try expect(run(words.map { Array($0.utf8) }))
    }
    if !address.path.isEmpty, address.path != "0" { try expect(run([Array("SELECT".utf8), Array(address.path.utf8)])) }
  }

  private func expect(_ reply: RedisReply) throws {
    if case .error(let message) = reply { throw failure(message) }
  }

  // MARK: - Calls

  /// Sends a command and waits for the answer.
  mutating func run(_ words: [[UInt8]]) throws -> RedisReply {
    var request = Array("*\(words.count)\r\n".utf8)
    for word in words {
      request += "$\(word.count)\r\n".utf8
      request += word
      request += "\r\n".utf8
    }
    isBroken = true
    faultPoint("redis.send.before")
    try send(request)
    faultPoint("redis.send.after")
    let reply = try receive()
    faultPoint("redis.receive.after")
    isBroken = false
    return reply
  }

  private func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(Self.reason) }
      rest = rest.dropFirst(count)
    }
  }

  private mutating func receive() throws -> RedisReply {
    var block = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      do {
        if let reply = try parser.next() { return reply }
      } catch {
        throw failure("what it answers is not what a Redis server says")
      }
      let count = unsafe block.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(count == 0 ? "it has closed the connection" : Self.reason) }
      parser.add(block[..<count])
    }
  }

  func failure(_ reason: String) -> CheckpointStoreError {
    CheckpointStoreError(.unavailable, "'\(server)' could not do what it was asked: \(reason)")
  }

  private static var reason: String {
    errno == EAGAIN ? "no answer within \(patience) s" : unsafe String(cString: strerror(errno))
  }

  // MARK: - Connecting

  private static func unreachable(_ server: String, _ reason: String) -> CheckpointStoreError {
    CheckpointStoreError(.unavailable, "'\(server)' cannot be reached: \(reason)")
  }

  private static func connect(_ address: StoreAddress) throws -> Int32 {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let host = address.host.isEmpty ? "127.0.0.1" : address.host
    let status = unsafe getaddrinfo(host, "\(address.port ?? 6379)", &hints, &found)
    guard status == 0 else {
      throw unreachable(address.description, unsafe String(cString: gai_strerror(status)))
    }
    defer { unsafe freeaddrinfo(found) }
    var next = unsafe found
    var reason = "it has no address"
    while let candidate = unsafe next {
      let descriptor = unsafe socket(
        candidate.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      if descriptor >= 0 {
        limitWaiting(descriptor)
        if unsafe Glibc.connect(descriptor, candidate.pointee.ai_addr, candidate.pointee.ai_addrlen) == 0 {
          var isOn: Int32 = 1
          unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
          return descriptor
        }
        reason = errno == EINPROGRESS ? "no answer within \(patience) s" : unsafe String(cString: strerror(errno))
        close(descriptor)
      }
      unsafe next = candidate.pointee.ai_next
    }
    throw unreachable(address.description, reason)
  }

  private static func connect(path: String, _ server: String) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw unreachable(server, "the path is too long for a socket")
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw unreachable(server, reason) }
    limitWaiting(descriptor)
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else {
      let error = unreachable(server, reason)
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Sets how long one call may wait, connecting included.
  private static func limitWaiting(_ descriptor: Int32) {
    var time = timeval(tv_sec: patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
  }
}
