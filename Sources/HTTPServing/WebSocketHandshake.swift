/// The beginning of a WebSocket: a request that is answered by a change of protocol.
enum WebSocketHandshake {
  /// Whether a request asks for a WebSocket.
  static func isAsked(by head: HTTPRequest.Head) -> Bool {
    head.headers.tokens("upgrade").contains("websocket")
  }

  /// The headers of the answer.
  ///
  /// - Throws: `HTTPRequestError` when the request is no proper one.
  static func answer(to head: HTTPRequest.Head) throws(HTTPRequestError) -> HTTPHeaders {
    guard head.method == "GET", !head.isVersion10, head.headers.tokens("connection").contains("upgrade") else {
      throw HTTPRequestError(400, "a WebSocket begins with GET and 'Connection: Upgrade'")
    }
    guard head.headers["sec-websocket-version"] == "13" else {
      throw HTTPRequestError(426, "the version of the WebSocket is not 13")
    }
    let keys = head.headers.all("sec-websocket-key")
    guard keys.count == 1, keys[0].utf8.count == 24, keys[0].hasSuffix("==") else {
      throw HTTPRequestError(400, "'Sec-WebSocket-Key' is 16 bytes in base 64")
    }
    let digest = SHA1.hash(Array("\(keys[0])258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
    return ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": Base64.encode(digest)]
  }
}

/// Bytes as text of 64 letters (RFC 4648).
enum Base64 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let number = part.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - part.count))
      for index in 0..<4 {
        text.append(
          index <= part.count ? letters[Int(number >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// SHA-1 (RFC 3174), which the handshake of WebSockets asks for; it keeps nothing secret.
enum SHA1 {
  static func hash(_ message: [UInt8]) -> [UInt8] {
    var bytes = message + [0x80]
    while bytes.count % 64 != 56 { bytes.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8((message.count * 8) >> shift & 0xFF)) }
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    for start in stride(from: 0, to: bytes.count, by: 64) { mix(bytes[start..<(start + 64)], into: &state) }
    return state.flatMap { word in stride(from: 24, through: 0, by: -8).map { UInt8(word >> UInt32($0) & 0xFF) } }
  }

  private static func mix(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
      block[index..<(index + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for index in 16..<80 {
      words.append(rotate(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1))
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for index in 0..<80 {
      let (mixed, constant): (UInt32, UInt32) =
        switch index {
        case 0..<20: (b & c | ~b & d, 0x5A82_7999)
        case 20..<40: (b ^ c ^ d, 0x6ED9_EBA1)
        case 40..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
      let next = rotate(a, 5) &+ mixed &+ e &+ constant &+ words[index]
      (e, d, c, b, a) = (d, c, rotate(b, 30), a, next)
    }
    for (index, value) in [a, b, c, d, e].enumerated() { state[index] &+= value }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
