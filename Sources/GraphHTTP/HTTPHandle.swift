internal import CCurl
internal import Glibc

/// One transfer on the engine's thread: an easy handle with the memory that belongs to it.
@safe final class HTTPHandle {
  let transfer: HTTPTransfer
  let easy: UnsafeMutableRawPointer
  /// The time at which the whole transfer is late.
  var deadline: UInt64
  let totalTimeout: HTTPError
  private var headers: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>

  /// Sets an easy handle up for a transfer, which has to live as long as the handle is in use.
  init(_ easy: UnsafeMutableRawPointer, _ transfer: HTTPTransfer, _ certificates: HTTPCertificates, now: UInt64) {
    self.transfer = transfer
    unsafe self.easy = unsafe easy
    let total = transfer.request.timeouts.total
    deadline = total.map { now.adding($0) } ?? .max
    totalTimeout = HTTPError(
      .totalTimeout, total.map { "the answer had not ended after \($0)" } ?? "the answer did not end")
    unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    configure(certificates)
  }

  /// Gives back what libcurl pointed to; called once the handle is off the multi handle.
  func free() {
    unsafe tributary_curl_slist_free_all(headers)
    unsafe headers = nil
    unsafe errorText.deallocate()
  }

  private func configure(_ certificates: HTTPCertificates) {
    let request = transfer.request
    unsafe request.url.withCString { unsafe _ = tributary_curl_set_pointer(easy, CURLOPT_URL, $0) }
    configureMethod(request)
    configureHeaders(request)
    unsafe tributary_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)

    unsafe tributary_curl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    unsafe tributary_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    unsafe tributary_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
    unsafe tributary_curl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // Without it, giving up a transfer whose name is being looked up would stop all others until the look-up ends.
    unsafe tributary_curl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
    unsafe tributary_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, request.timeouts.connect.wholeMilliseconds)
    unsafe tributary_curl_set_pointer(easy, CURLOPT_USERAGENT, "tributary")
    unsafe certificates.apply(to: easy)
    if Self.isLocal(request.url) { unsafe tributary_curl_set_pointer(easy, CURLOPT_PROXY, "") }

    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    unsafe tributary_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    unsafe tributary_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    unsafe tributary_curl_set_callback(easy, CURLOPT_HEADERFUNCTION, { unsafe receiveHeader($0, $1, $2, $3) })
    unsafe tributary_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    unsafe tributary_curl_set_callback(easy, CURLOPT_WRITEFUNCTION, { unsafe receiveBody($0, $1, $2, $3) })
  }

  private func configureMethod(_ request: HTTPRequest) {
    if request.method == "HEAD" {
      unsafe tributary_curl_set_long(easy, CURLOPT_NOBODY, 1)
    } else if request.method == "POST" || !request.body.isEmpty {
      unsafe tributary_curl_set_long(easy, CURLOPT_POST, 1)
      unsafe tributary_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
      unsafe _ = request.body.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress {
          unsafe tributary_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
        } else {
          unsafe tributary_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, "")
        }
      }
    }
    if !["GET", "HEAD", "POST"].contains(request.method) || request.method == "GET" && !request.body.isEmpty {
      unsafe request.method.withCString { unsafe _ = tributary_curl_set_pointer(easy, CURLOPT_CUSTOMREQUEST, $0) }
    }
  }

  private func configureHeaders(_ request: HTTPRequest) {
    // Providers answer at once; waiting for a 100 first would only cost a round trip.
    var lines = ["Expect:"]
    for (name, value) in request.headers.fields { lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)") }
    for line in lines {
      let longer = unsafe tributary_curl_slist_append(headers, line)
      if unsafe longer != nil { unsafe headers = longer }
    }
  }

  /// What a result of libcurl means.
  func error(for result: CURLcode) -> HTTPError {
    let own = unsafe String(cString: errorText)
    let text = own.isEmpty ? unsafe String(cString: tributary_curl_easy_strerror(result)) : own
    switch result {
    case CURLE_URL_MALFORMAT: return HTTPError(.invalidRequest, "the URL is not one (\(text))")
    case CURLE_OPERATION_TIMEDOUT:
      return HTTPError(.connectTimeout, "no connection within \(transfer.request.timeouts.connect)")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY,
      CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
      return HTTPError(.cannotConnect, "cannot connect (\(text))")
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_WRITE_ERROR, CURLE_BAD_CONTENT_ENCODING:
      return HTTPError(.malformedResponse, "the answer is not proper HTTP (\(text))")
    default: return HTTPError(.connectionLost, "the connection broke (\(text))")
    }
  }

  /// Whether a URL is of this machine, for which no proxy is asked.
  private static func isLocal(_ url: String) -> Bool {
    guard let start = url.firstRange(of: "://")?.upperBound else { return false }
    let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let host = authority.split(separator: "@").last ?? authority
    return host == "localhost" || host.hasPrefix("localhost:") || host.hasPrefix("127.") || host.hasPrefix("[::1]")
  }
}

private func receiveHeader(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
  let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
  let line = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  let reception = unsafe line.withMemoryRebound(to: UInt8.self) { line in
    unsafe transfer.receiveHeaderLine(line.span, now: HTTPEngine.now())
  }
  return if case .taken = reception { size * count } else { 0 }
}

private func receiveBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
  let transfer = unsafe Unmanaged<HTTPTransfer>.fromOpaque(context).takeUnretainedValue()
  let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
  switch unsafe transfer.receiveBody(buffer, now: HTTPEngine.now()) {
  case .taken: return size * count
  case .pause: return Int(CURL_WRITEFUNC_PAUSE)
  case .abort: return 0
  }
}

extension Duration {
  /// The duration in milliseconds, at least one and at most what fits a C `int`.
  fileprivate var wholeMilliseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds < Int64(Int32.max) / 1_000 else { return Int(Int32.max) }
    return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
  }
}
