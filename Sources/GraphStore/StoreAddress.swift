/// The address of a server, without what is nobody's business in messages.
struct StoreAddress: Sendable {
  let scheme: String
  let user: String?
  let password: String?

  /// The host's name; empty for the usual one, or a path for a socket of this machine.
  let host: String
  let port: Int?

  /// What stands behind the host, without its first slash.
  let path: String
  let query: [String: String]

  /// Reads `scheme://user:password@host:port/path?name=value`; nil for anything else.
  init?(_ text: String) {
    guard let end = text.firstRange(of: "://") else { return nil }
    scheme = String(text[..<end.lowerBound])
    var rest = text[end.upperBound...]
    var query: [String: String] = [:]
    if let mark = rest.firstIndex(of: "?") {
      for part in rest[rest.index(after: mark)...].split(separator: "&") {
        let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        query[String(words[0])] = words.count == 2 ? Self.decoded(words[1]) : ""
      }
      rest = rest[..<mark]
    }
    self.query = query
    if scheme == "unix" {
      // The path of a socket has neither a host before it nor a name behind it.
      (user, password, host, port, path) = (nil, query["password"], Self.decoded(rest), nil, query["db"] ?? "")
      return
    }
    let slash = rest.firstIndex(of: "/")
    path = slash.map { Self.decoded(rest[rest.index(after: $0)...]) } ?? ""
    var authority = rest[..<(slash ?? rest.endIndex)]
    if let at = authority.lastIndex(of: "@") {
      let words = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      user = words[0].isEmpty ? nil : Self.decoded(words[0])
      password = words.count == 2 ? Self.decoded(words[1]) : nil
      authority = authority[authority.index(after: at)...]
    } else {
      (user, password) = (nil, nil)
    }
    // An address of version 6 has colons of its own, between brackets.
    let afterBrackets = authority.lastIndex(of: "]").map { authority.index(after: $0) } ?? authority.startIndex
    if let colon = authority[afterBrackets...].lastIndex(of: ":") {
      guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
        return nil
      }
      port = number
      authority = authority[..<colon]
    } else {
      port = nil
    }
    host = Self.decoded(authority.filter { $0 != "[" && $0 != "]" }[...])
  }

  /// The address as messages name it: without user, password and settings.
  var description: String {
    if scheme == "unix" { return "unix://\(host)" }
    let place = host.isEmpty ? query["host"] ?? "" : host
    return "\(scheme)://\(place)\(port.map { ":\($0)" } ?? "")" + (path.isEmpty ? "" : "/\(path)")
  }

  /// A text in which `%41` stands for `A`.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
