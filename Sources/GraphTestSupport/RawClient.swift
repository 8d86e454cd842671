internal import Glibc

/// A socket to a server on this machine whose calls block; it is used on threads of its own.
package final class RawClient: Sendable {
  private let socket: Int32

  /// Connects to a port of this machine.
  package init(_ port: Int) {
    socket = Self.makeSocket()
    precondition(Self.connects(socket, port), "cannot connect: \(errno)")
    // So that a test that waits for nothing ends; a busy machine takes its time.
    var patience = timeval(tv_sec: 300, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var on: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(socket) }

  /// Whether somebody listens at a port of this machine.
  package static func isListened(_ port: Int) -> Bool {
    let socket = makeSocket()
    defer { close(socket) }
    return connects(socket, port)
  }

  private static func makeSocket() -> Int32 {
    Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  }

  private static func connects(_ socket: Int32, _ port: Int) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    } == 0
  }

  /// Sends bytes; the server may have closed meanwhile.
  package func send(_ bytes: [UInt8]) {
    var start = 0
    while start < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress! + start, bytes.count - start, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      start += count
    }
  }

  /// Sends text.
  package func send(_ text: String) { send(Array(text.utf8)) }

  /// The number of packets with data that have arrived, as Linux counts them.
  package var packetCount: Int? {
    // The fields of 'struct tcp_info' up to 'tcpi_data_segs_in', which glibc does not know.
    var info = [UInt32](repeating: 0, count: 39)
    var length = socklen_t(info.count * 4)
    let status = info.withUnsafeMutableBytes {
      getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, $0.baseAddress, &length)
    }
    return status == 0 && Int(length) == info.count * 4 ? Int(info[38]) : nil
  }

  /// Says that nothing more is sent.
  package func endInput() { shutdown(socket, Int32(SHUT_WR)) }

  /// Ends the connection at once, as a program that is killed.
  package func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    shutdown(socket, Int32(SHUT_RDWR))
  }

  /// Some bytes; empty at the end.
  package func receive(_ limit: Int = 65_536) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress, limit, 0) }
    return count > 0 ? Array(bytes[..<count]) : []
  }

  /// Everything up to the server's end.
  package func receiveAll() -> String {
    var bytes: [UInt8] = []
    while true {
      let more = receive()
      if more.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += more
    }
  }

  /// What arrives until a text has come.
  package func receive(until text: String) -> String {
    var bytes: [UInt8] = []
    while !String(decoding: bytes, as: UTF8.self).utf8.contains(Array(text.utf8)) {
      let more = receive()
      if more.isEmpty { break }
      bytes += more
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
