import GraphTestSupport
import HTTPServing
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RequestParserTests {
  /// All requests in a text that arrives in pieces of a length.
  private func parse(
    _ text: String, pieces length: Int = .max, limits: HTTPLimits = HTTPLimits()
  ) throws -> [HTTPRequest] {
    var parser = HTTPRequestParser(limits: limits)
    var requests: [HTTPRequest] = []
    var rest = ArraySlice(text.utf8)
    while !rest.isEmpty {
      parser.append(rest.prefix(length))
      rest = rest.dropFirst(length)
      reading: while true {
        switch try parser.next() {
        case .needsMore: break reading
        case .expectsContinue: continue
        case .request(let request): requests.append(request)
        }
      }
    }
    return requests
  }

  private func status(of text: String, limits: HTTPLimits = HTTPLimits()) -> Int? {
    do {
      _ = try parse(text, limits: limits)
      return nil
    } catch let error as HTTPRequestError {
      return error.status
    } catch {
      return -1
    }
  }

  private static let several =
    "POST /a%20b?x=1&y=%C3%A9+z HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nX-A:  b \r\n\r\nabc"
    + "GET / HTTP/1.1\r\nhost: h:80\r\n\r\n\r\n"
    + "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3;q=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n"
    + "GET http://h/d?q HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + "GET /e HTTP/1.0\r\n\r\n"

  @Test(arguments: [1, 2, 3, 7, 64, .max])
  func `Requests are read whatever pieces they arrive in`(length: Int) throws {
    let requests = try parse(Self.several, pieces: length)
    #expect(requests.map(\.method) == ["POST", "GET", "PUT", "GET", "GET"])
    #expect(requests.map(\.path) == ["/a b", "/", "/c", "/d", "/e"])
    #expect(requests.map { String(decoding: $0.body, as: UTF8.self) } == ["abc", "", "abc0123456789", "", ""])
    #expect(requests[0].queryItems?.map(\.name) == ["x", "y"])
    #expect(requests[0].queryItems?.map(\.value) == ["1", "é z"])
    #expect(requests[0].headers["x-a"] == "b")
    #expect(requests[3].queryItems?.map(\.name) == ["q"])
    #expect(requests.map(\.head.keepsConnection) == [true, true, true, false, false])
  }

  /// What two programs may read differently, and what is too much.
  static let refused: [(String, String, Int)] = [
    ("a length beside chunks", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("two lengths", "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
    ("two equal lengths", "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
    ("a list of lengths", "Content-Length: 3, 3\r\n\r\nabc", 400),
    ("a length with a sign", "Content-Length: +3\r\n\r\nabc", 400),
    ("a negative length", "Content-Length: -1\r\n\r\n", 400),
    ("an empty length", "Content-Length: \r\n\r\n", 400),
    ("a length in hexadecimal", "Content-Length: 0x3\r\n\r\nabc", 400),
    ("an unknown coding", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
    ("several codings", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    ("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
    ("a space before the colon", "A : b\r\n\r\n", 400), ("a folded header", "A: b\r\n c\r\n\r\n", 400),
    ("a header without a colon", "A\r\n\r\n", 400), ("a header without a name", ": b\r\n\r\n", 400),
    ("a bare LF", "A: b\nC: d\r\n\r\n", 400), ("a bare CR", "A: b\rC: d\r\n\r\n", 400),
    ("a zero byte", "A: b\0c\r\n\r\n", 400),
    ("an escape character", "A: \u{1B}[0m\r\n\r\n", 400), ("a second host", "Host: other\r\n\r\n", 400),
    ("a body that is too large", "Content-Length: 99999999999\r\n\r\n", 413),
    ("a length that no integer holds", "Content-Length: 99999999999999999999999\r\n\r\n", 413),
    ("a chunk's size that no integer holds", "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", 400),
    ("a chunk that is too large", "Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n", 413),
    ("a chunk longer than its size", "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n", 400),
    ("a chunk's size that is none", "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n", 400),
    ("a chunk that ends with LF", "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n", 400),
    ("too long a chunk extension", "Transfer-Encoding: chunked\r\n\r\n3;" + String(repeating: "x", count: 1_000), 400),
    ("too long a head", "A: " + String(repeating: "x", count: 70_000), 431),
    ("too many headers", String(repeating: "A: b\r\n", count: 200) + "\r\n", 431),
    ("an unknown expectation", "Expect: miracle\r\n\r\n", 417),
  ]

  @Test(arguments: refused)
  func `What may be read in two ways is refused`(what: String, rest: String, expected: Int) {
    #expect(status(of: "POST /echo HTTP/1.1\r\nHost: x\r\n" + rest) == expected)
  }

  @Test(arguments: [
    ("GET /health HTTP/2.0\r\nHost: x\r\n\r\n", 505), ("GET /health HTTP/1.1\r\n\r\n", 400),
    ("GET /health\r\n\r\n", 400), ("GET  /health HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET /health HTTP/1.1 \r\nHost: x\r\n\r\n", 400), ("G@T /health HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET health HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /a%FF HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /\u{E9} HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\n", 400), ("GET / FTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET /" + String(repeating: "x", count: 10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    ("GET /" + String(repeating: "x", count: 70_000), 414),
    ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
  ])
  func `First lines that are none are refused`(text: String, expected: Int) { #expect(status(of: text) == expected) }

  @Test func `A client that waits to send its body is told to`() throws {
    var parser = HTTPRequestParser()
    parser.append(Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n".utf8))
    guard case .expectsContinue = try parser.next() else { return #expect(Bool(false), "it is not asked for") }
    guard case .needsMore = try parser.next() else { return #expect(Bool(false), "the body has not come") }
    #expect(parser.stage == .body)
    parser.append(Array("ok".utf8))
    guard case .request(let request) = try parser.next() else { return #expect(Bool(false), "the body has come") }
    #expect(request.body == Array("ok".utf8))
  }

  @Test func `Changed requests never trap, and every cut gives the same requests and the same error`() {
    var random = SeededGenerator(5)
    for round in 0..<6_000 {
      var bytes = Array(Self.several.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 3: bytes.insert(contentsOf: bytes[index...].prefix(Int.random(in: 1...40, using: &random)), at: index)
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(Array("\r\n: \0%;0".utf8).randomElement(using: &random) ?? 0, at: index)
        }
      }
      func read(_ length: Int) -> (paths: [String], error: HTTPRequestError?) {
        var parser = HTTPRequestParser()
        var paths: [String] = []
        var rest = bytes[...]
        do throws(HTTPRequestError) {
          while !rest.isEmpty {
            parser.append(rest.prefix(length))
            rest = rest.dropFirst(length)
            reading: while true {
              switch try parser.next() {
              case .needsMore: break reading
              case .expectsContinue: continue
              case .request(let request): paths.append("\(request.method) \(request.path) \(request.body)")
              }
            }
          }
          return (paths, nil)
        } catch {
          return (paths, error)
        }
      }
      let whole = read(.max)
      let cut = read(Int.random(in: 1...9, using: &random))
      #expect(whole.paths == cut.paths, "round \(round)")
      #expect(whole.error == cut.error, "round \(round)")
    }
  }
}
