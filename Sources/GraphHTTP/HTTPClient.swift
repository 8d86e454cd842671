internal import Glibc

/// Sends requests over libcurl, all on one thread that exists once the first request is made.
///
/// Connections are kept and used again. HTTP/1.1 is spoken, because only there
/// does the end of one answer reach the server at once (libcurl keeps an
/// HTTP/2 reset back until something else is sent). Certificates are always
/// checked. Proxies come from the usual variables, and are left out for
/// addresses of this machine. `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the
/// system's certificates.
///
/// An idle client costs no processor time. A client that is dropped ends its
/// thread once its last exchange is gone.
public final class HTTPClient: Sendable {
  /// The client of this process.
  public static let shared = HTTPClient()

  private let bufferLimit: Int
  private let commands = HTTPCommandQueue()

  /// Creates a client; nothing is opened yet.
  ///
  /// - Parameter bufferLimit: How many bytes of an answer are kept for a reader that is slower than the network. At
  ///   most 32 kB more can be under way in libcurl, and what the kernel buffers for a socket.
  public init(bufferLimit: Int = 64 << 10) {
    self.bufferLimit = max(1, bufferLimit)
  }

  deinit { commands.post(.stop) }

  /// Sends a request.
  public func send(_ request: HTTPRequest) -> HTTPExchange {
    let transfer = HTTPTransfer(request, bufferLimit: bufferLimit)
    if let error = HTTPRequestCheck.problem(with: request) {
      transfer.finish(.failed(error))
    } else {
      commands.post(.start(transfer))
    }
    return HTTPExchange(transfer, client: self)
  }

  func post(_ command: HTTPCommand) { commands.post(command) }

  func cancel(_ transfer: HTTPTransfer) {
    if transfer.cancel() { commands.post(.cancel(transfer)) }
  }

  func discardRest(of transfer: HTTPTransfer) {
    if transfer.discardRest(upTo: 64 << 10) { commands.post(.discard(transfer)) }
  }

  /// Closes what nobody will read any more.
  func release(_ transfer: HTTPTransfer) {
    if transfer.isWanted { cancel(transfer) }
  }
}

/// What can be wrong with a request before it is sent.
private enum HTTPRequestCheck {
  static func problem(with request: HTTPRequest) -> HTTPError? {
    let url = request.url
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
      return HTTPError(.invalidRequest, "the URL begins neither with 'http://' nor with 'https://'")
    }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      return HTTPError(.invalidRequest, "the URL holds a space or a control character")
    }
    guard !request.method.isEmpty, request.method.utf8.allSatisfy(isTokenByte) else {
      return HTTPError(.invalidRequest, "the method is not one")
    }
    for (name, value) in request.headers.fields {
      guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else {
        return HTTPError(.invalidRequest, "a header's name is not one")
      }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        return HTTPError(.invalidRequest, "the value of the header '\(name)' holds a control character")
      }
    }
    return nil
  }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
