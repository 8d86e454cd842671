/// Why a request is refused.
public struct HTTPRequestError: Error, Sendable, Hashable {
  /// The status of the answer: 400, 408, 413, 414, 417, 426, 431, 501, 503 or 505.
  public let status: Int

  /// One lower-case phrase.
  public let reason: String

  init(_ status: Int, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}

/// Reads requests out of bytes that arrive in pieces of any size.
///
/// It takes what RFC 9112 says and refuses the rest: what two programs may read differently is how requests are smuggled
/// past a proxy. Lines end with CR and LF, a header's name stands right before its colon, there is one `Host`, one
/// length, and no length beside chunks. After an error nothing more is read. What comes of some bytes does not depend on
/// the pieces that they arrive in.
public struct HTTPRequestParser: Sendable {
  /// What came of the bytes so far.
  public enum Event: Sendable {
    /// The head of a request has arrived, and its client waits to be told that it may send the body.
    case expectsContinue
    /// A whole request.
    case request(HTTPRequest)
    /// More bytes are needed.
    case needsMore
  }

  /// Where in a request the parser is.
  public enum Stage: Sendable, Hashable {
    /// Before its first byte.
    case idle
    /// In the first line or the headers.
    case head
    /// In the body.
    case body
  }

  private enum State {
    case head
    case length(Int)
    case chunkSize
    case chunk(Int)
    case chunkEnd
    case trailers
    case failed(HTTPRequestError)
  }

  private let limits: HTTPLimits
  private var state = State.head
  private var buffer: [UInt8] = []

  /// Where in the buffer what is not read yet begins.
  private var position = 0

  /// How far the end of the head or of a line was looked for.
  private var searched = 0

  /// Where the line of the head that is being looked through begins.
  private var lineStart = 0
  private var head: HTTPRequest.Head?
  private var body: [UInt8] = []
  private var trailerBytes = 0
  private var hasSkippedLine = false

  /// Creates a parser at the beginning of a connection.
  public init(limits: HTTPLimits = HTTPLimits()) { self.limits = limits }

  /// Where in a request the parser is.
  public var stage: Stage {
    switch state {
    case .head, .failed: position == buffer.count ? .idle : .head
    default: .body
    }
  }

  /// The number of bytes that have arrived and are not read yet.
  public var waitingCount: Int { buffer.count - position }

  /// The number of bytes that are kept, the body so far included.
  public var heldCount: Int { waitingCount + body.count }

  /// Adds bytes that have arrived.
  public mutating func append(_ bytes: some Collection<UInt8>) {
    if position == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      (position, searched, lineStart) = (0, 0, 0)
    } else if position > 64 << 10 {
      buffer.removeFirst(position)
      searched -= position
      lineStart -= position
      position = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// Takes the bytes that belong to no request, as after a change of protocol.
  public mutating func takeRest() -> [UInt8] {
    defer { position = buffer.count }
    return Array(buffer[position...])
  }

  /// Reads on.
  ///
  /// - Throws: `HTTPRequestError`, again and again once it was thrown.
  public mutating func next() throws(HTTPRequestError) -> Event {
    do throws(HTTPRequestError) {
      while true {
        switch state {
        case .failed(let error): throw error
        case .head:
          guard let head = try readHead() else { return .needsMore }
          self.head = head
          body = []
          if try begin(head) { return .expectsContinue }
        case .length(let count):
          guard take(count) else { return .needsMore }
          return finish()
        case .chunkSize:
          guard let line = try readLine(limit: 256) else { return .needsMore }
          try beginChunk(line)
        case .chunk(let count):
          guard take(count) else { return .needsMore }
          state = .chunkEnd
        case .chunkEnd:
          guard try skipChunkEnd() else { return .needsMore }
          state = .chunkSize
        case .trailers:
          guard let line = try readLine(limit: limits.headBytes) else { return .needsMore }
          if line.isEmpty { return finish() }
          trailerBytes += line.count
          guard trailerBytes <= limits.headBytes else { throw HTTPRequestError(431, "the trailers are too long") }
          _ = try Self.field(line)
        }
      }
    } catch {
      state = .failed(error)
      throw error
    }
  }

  // MARK: - Heads

  /// The head, once all of it has arrived.
  private mutating func readHead() throws(HTTPRequestError) -> HTTPRequest.Head? {
    if !hasSkippedLine, waitingCount > 0, buffer[position] == Self.cr {
      // Clients of old sent an empty line behind a form.
      guard waitingCount > 1 else { return nil }
      if buffer[position + 1] == Self.lf {
        hasSkippedLine = true
        position += 2
      }
    }
    guard let end = try endOfHead() else { return nil }
    let lines = Self.lines(buffer[position..<end])
    position = end
    hasSkippedLine = false
    return try head(lines)
  }

  /// Where the head ends, behind its empty line.
  ///
  /// What is wrong is refused at its byte, as the head may never become complete.
  private mutating func endOfHead() throws(HTTPRequestError) -> Int? {
    if searched <= position { (searched, lineStart) = (position, position) }
    while searched < buffer.count {
      guard searched - position < limits.headBytes else {
        throw lineStart > position
          ? HTTPRequestError(431, "the headers are too long") : HTTPRequestError(414, "the target is too long")
      }
      let isLineEnd = try isLineEnd()
      searched += 1
      guard isLineEnd else { continue }
      if searched - 2 == lineStart { return searched }
      lineStart = searched
    }
    return nil
  }

  /// Whether the byte that is looked at ends a line.
  private func isLineEnd() throws(HTTPRequestError) -> Bool {
    let follows = searched > position && buffer[searched - 1] == Self.cr
    switch buffer[searched] {
    case Self.lf:
      guard follows else { throw HTTPRequestError(400, "lines end with CR and LF") }
      return true
    case 0: throw HTTPRequestError(400, "a zero byte is no part of a head")
    default:
      guard !follows else { throw HTTPRequestError(400, "CR stands alone") }
      return false
    }
  }

  /// The lines of a head, the empty one at its end included.
  private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    for index in bytes.indices where bytes[index] == lf {
      lines.append(bytes[start..<(index - 1)])
      start = index + 1
    }
    return lines
  }

  private func head(_ lines: [ArraySlice<UInt8>]) throws(HTTPRequestError) -> HTTPRequest.Head {
    guard let first = lines.first else { throw HTTPRequestError(400, "the request has no first line") }
    let parts = first.split(separator: Self.space, omittingEmptySubsequences: false)
    guard parts.count == 3 else {
      throw HTTPRequestError(400, "a request begins with a method, a target and a version, one space apart")
    }
    guard !parts[0].isEmpty, parts[0].count <= 32, parts[0].allSatisfy(Self.isTokenByte) else {
      throw HTTPRequestError(400, "the method is no word")
    }
    let isVersion10 = try Self.isVersion10(parts[2])
    guard parts[1].count <= limits.targetBytes else { throw HTTPRequestError(414, "the target is too long") }
    // The empty line is the last one.
    let fieldLines = lines.dropFirst().dropLast()
    guard fieldLines.count <= limits.headerCount else { throw HTTPRequestError(431, "there are too many headers") }
    var headers = HTTPHeaders()
    for line in fieldLines {
      let (name, value) = try Self.field(line)
      headers.add(name, value)
    }
    let target = try Self.target(parts[1])
    let hosts = headers.all("host")
    guard hosts.count == 1 || isVersion10 && hosts.isEmpty else {
      throw HTTPRequestError(400, hosts.isEmpty ? "there is no 'Host'" : "there is more than one 'Host'")
    }
    guard hosts.allSatisfy({ $0.utf8.allSatisfy(Self.isHostByte) }) else {
      throw HTTPRequestError(400, "'Host' names no host")
    }
    if let host = hosts.first, let authority = target.authority, host.lowercased() != authority.lowercased() {
      throw HTTPRequestError(400, "the target is of another host than 'Host'")
    }
    return HTTPRequest.Head(
      method: Self.text(parts[0]), path: target.path, pathParts: target.parts, query: target.query, headers: headers,
      isVersion10: isVersion10)
  }

  private static func isVersion10(_ version: ArraySlice<UInt8>) throws(HTTPRequestError) -> Bool {
    let text = text(version)
    if text == "HTTP/1.1" { return false }
    if text == "HTTP/1.0" { return true }
    let digits = Array(text.utf8)
    guard digits.count == 8, text.hasPrefix("HTTP/"), digits[6] == UInt8(ascii: "."),
      PercentEncoding.digit(digits[5]) != nil, PercentEncoding.digit(digits[7]) != nil
    else { throw HTTPRequestError(400, "the version is none of HTTP") }
    throw HTTPRequestError(505, "the version is not 1.1 or 1.0")
  }

  private struct Target {
    let path: String
    var parts: [String] = []
    var query: String?
    var authority: String?
  }

  private static func target(_ bytes: ArraySlice<UInt8>) throws(HTTPRequestError) -> Target {
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw HTTPRequestError(400, "the target holds what has to be escaped")
    }
    var rest = bytes
    var authority: String?
    if text(bytes) == "*" { return Target(path: "*") }
    for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
      // The absolute form, which proxies are asked in.
      let behind = bytes.dropFirst(scheme.utf8.count)
      rest = behind.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
      authority = text(behind[..<rest.startIndex])
      if rest.first != UInt8(ascii: "/") { rest = ArraySlice("/".utf8) + rest }
    }
    guard rest.first == UInt8(ascii: "/") else { throw HTTPRequestError(400, "the target is no path") }
    let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
    var parts: [String] = []
    for part in rest[..<mark].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
      guard let decoded = PercentEncoding.decode(part) else {
        throw HTTPRequestError(400, "the path has an escape that is none")
      }
      parts.append(decoded)
    }
    return Target(
      path: "/" + parts.joined(separator: "/"), parts: parts,
      query: mark == rest.endIndex ? nil : text(rest[(mark + 1)...]), authority: authority)
  }

  private static func field(_ line: ArraySlice<UInt8>) throws(HTTPRequestError) -> (name: String, value: String) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw HTTPRequestError(400, "a header has no colon")
    }
    guard colon > line.startIndex, line[..<colon].allSatisfy(isTokenByte) else {
      throw HTTPRequestError(400, "a header's name is no word")
    }
    var value = line[(colon + 1)...].drop { $0 == space || $0 == tab }
    while let last = value.last, last == space || last == tab { value.removeLast() }
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == tab }) else {
      throw HTTPRequestError(400, "a header holds a control character")
    }
    return (text(line[..<colon]), text(value))
  }

  // MARK: - Bodies

  /// Looks at what the head says of its body.
  ///
  /// - Returns: Whether the client waits to be told that it may send it.
  private mutating func begin(_ head: HTTPRequest.Head) throws(HTTPRequestError) -> Bool {
    let lengths = head.headers.all("content-length")
    let codings = head.headers.all("transfer-encoding")
    var hasBody = false
    if !codings.isEmpty {
      guard lengths.isEmpty else { throw HTTPRequestError(400, "there is a length beside a transfer coding") }
      guard !head.isVersion10 else { throw HTTPRequestError(400, "version 1.0 has no transfer codings") }
      guard codings.count == 1, codings[0].lowercased() == "chunked" else {
        throw HTTPRequestError(501, "the only transfer coding is 'chunked'")
      }
      state = .chunkSize
      trailerBytes = 0
      hasBody = true
    } else {
      guard lengths.count <= 1 else { throw HTTPRequestError(400, "there is more than one length") }
      let length = try lengths.first.map { text throws(HTTPRequestError) in try self.length(text) } ?? 0
      state = .length(length)
      hasBody = length > 0
    }
    guard let expectation = head.headers["expect"], !head.isVersion10 else { return false }
    guard expectation.lowercased() == "100-continue" else {
      throw HTTPRequestError(417, "the only expectation is '100-continue'")
    }
    // A client that has begun to send the body does not wait.
    return hasBody && waitingCount == 0
  }

  private func length(_ text: String) throws(HTTPRequestError) -> Int {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw HTTPRequestError(400, "the length is no number")
    }
    guard let length = Int(text), length <= limits.bodyBytes else {
      throw HTTPRequestError(413, "the body is longer than \(limits.bodyBytes) bytes")
    }
    return length
  }

  private mutating func beginChunk(_ line: ArraySlice<UInt8>) throws(HTTPRequestError) {
    let digits = line.prefix { PercentEncoding.digit($0) != nil }
    let rest = line[digits.endIndex...]
    guard !digits.isEmpty, digits.count <= 8, rest.isEmpty || rest.first == UInt8(ascii: ";"),
      rest.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == Self.tab })
    else { throw HTTPRequestError(400, "the size of a chunk is no number") }
    let size = digits.reduce(0) { $0 << 4 | Int(PercentEncoding.digit($1) ?? 0) }
    guard body.count + size <= limits.bodyBytes else {
      throw HTTPRequestError(413, "the body is longer than \(limits.bodyBytes) bytes")
    }
    state = size == 0 ? .trailers : .chunk(size)
  }

  /// A line without its end, once all of it has arrived.
  private mutating func readLine(limit: Int) throws(HTTPRequestError) -> ArraySlice<UInt8>? {
    searched = max(searched, position)
    while searched < buffer.count {
      // Behind as many bytes, there is room for CR and LF.
      guard searched - position < limit + 2 else {
        throw HTTPRequestError(400, "a line of the body's frame is too long")
      }
      let isLineEnd = try isLineEnd()
      searched += 1
      guard isLineEnd else { continue }
      defer { position = searched }
      return buffer[position..<(searched - 2)]
    }
    return nil
  }

  /// Goes behind the end of a chunk; whether all of it was there.
  private mutating func skipChunkEnd() throws(HTTPRequestError) -> Bool {
    for (offset, byte) in [Self.cr, Self.lf].enumerated() {
      guard offset < waitingCount else { return false }
      guard buffer[position + offset] == byte else {
        throw HTTPRequestError(400, "a chunk is longer than its size says")
      }
    }
    position += 2
    return true
  }

  /// Moves bytes to the body; whether all that are wanted were there.
  private mutating func take(_ count: Int) -> Bool {
    let taken = min(count, waitingCount)
    body.append(contentsOf: buffer[position..<(position + taken)])
    position += taken
    guard taken < count else { return true }
    if case .length = state { state = .length(count - taken) } else { state = .chunk(count - taken) }
    return false
  }

  private mutating func finish() -> Event {
    guard let head else { preconditionFailure("a body without a head") }
    state = .head
    searched = position
    self.head = nil
    defer { body = [] }
    return .request(HTTPRequest(head: head, body: body))
  }

  // MARK: - Bytes

  private static let cr = UInt8(ascii: "\r")
  private static let lf = UInt8(ascii: "\n")
  private static let space = UInt8(ascii: " ")
  private static let tab = UInt8(ascii: "\t")

  private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "-._~%!$&'()*+,;=:[]".utf8.contains(byte)
    }
  }
}
