internal import CEventLoop
internal import Glibc

/// A server cannot be started.
public struct HTTPListenError: Error, Sendable, CustomStringConvertible {
  /// One lower-case phrase, such as `port 8080 is in use`.
  public let description: String
}

/// The socket that takes connections.
struct HTTPListener {
  let descriptor: Int32
  let host: String
  let port: Int

  /// Listens on the first address of a host, one of IPv4 where there is one: a name such as `localhost` has one of each,
  /// and more programs know that one.
  init(host: String, port: Int) throws(HTTPListenError) {
    guard (0...65_535).contains(port) else { throw HTTPListenError(description: "\(port) is no port") }
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_PASSIVE
    var found: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0, let first = unsafe found else {
      throw HTTPListenError(description: "there is no host '\(host)' on this machine")
    }
    defer { unsafe freeaddrinfo(first) }
    var address = unsafe first
    while unsafe address.pointee.ai_family != AF_INET, let next = unsafe address.pointee.ai_next {
      unsafe address = next
    }
    if unsafe address.pointee.ai_family != AF_INET { unsafe address = first }
    let descriptor = unsafe socket(
      address.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { throw HTTPListenError(description: Self.phrase(errno)) }
    var on: Int32 = 1
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    guard unsafe bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
      listen(descriptor, 1_024) == 0
    else {
      let code = errno
      close(descriptor)
      throw HTTPListenError(
        description: code == EADDRINUSE
          ? "port \(port) of '\(host)' is in use" : "cannot listen on port \(port) of '\(host)': \(Self.phrase(code))")
    }
    self.descriptor = descriptor
    self.host = host
    self.port = Self.port(of: descriptor)
  }

  private static func port(of descriptor: Int32) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard unsafe getsockname(descriptor, address, &length) == 0 else { return 0 }
        // The port stands at the same place in the addresses of both families.
        return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          Int(UInt16(bigEndian: unsafe $0.pointee.sin_port))
        }
      }
    }
  }

  /// A new connection, or nil when there is none.
  ///
  /// - Throws: The system's number of an error that will not go away by asking again.
  func accept() throws(AcceptFailure) -> Int32? {
    while true {
      let socket = tributary_accept(descriptor)
      if socket >= 0 {
        var on: Int32 = 1
        _ = unsafe setsockopt(
          socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        return socket
      }
      switch errno {
      case EAGAIN, EWOULDBLOCK: return nil
      // The client left while it waited, or a signal came.
      case EINTR, ECONNABORTED, EPROTO: continue
      default: throw AcceptFailure()
      }
    }
  }

  struct AcceptFailure: Error {}

  private static func phrase(_ code: Int32) -> String { unsafe String(cString: strerror(code)).lowercased() }
}
