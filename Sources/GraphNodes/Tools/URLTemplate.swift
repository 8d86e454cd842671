internal import GraphDiagnostics
internal import GraphLanguage
internal import GraphRuntime
internal import LanguageModels

/// The address of a request, in which arguments stand for parts of the path or the query and for nothing else.
///
/// What an argument holds is encoded, so that it can begin no other part. The
/// scheme and the host are the author's, unless all of the address is one
/// argument; then its host has to be one of those that the author allows.
struct URLTemplate: Sendable {
  private let text: PlaceholderText

  /// The hosts that may be asked besides that of the address itself: names, or `*.` and a name.
  let allowedHosts: [String]

  /// Checks an address; reports mistakes and returns nil when there are any.
  init?(_ text: PlaceholderText, allowedHosts: [Located<String>]?, _ diagnostics: DiagnosticEngine) {
    self.text = text
    self.allowedHosts = (allowedHosts ?? []).map { $0.value.lowercased() }
    if let name = text.wholeArgument {
      guard allowedHosts == nil else { return }
      diagnostics.report(.anyHost(name), at: text.span)
      return nil
    }
    var seen = ""
    for piece in text.pieces {
      switch piece {
      case .text(let literal): seen += literal
      // What the environment says is the author's own.
      case .variable: seen += seen.isEmpty ? "https://variable" : "variable"
      case .argument(let name):
        guard !Self.hasHost(seen) else { continue }
        diagnostics.report(.choosesHost(name.value), at: name.span)
        return nil
      }
    }
    guard seen.hasPrefix("http://") || seen.hasPrefix("https://") else {
      diagnostics.report(.noURL, at: text.span)
      return nil
    }
  }

  /// Whether what stands before an argument ends the host.
  private static func hasHost(_ start: String) -> Bool {
    guard let colon = start.range(of: "://") else { return false }
    return start[colon.upperBound...].contains { $0 == "/" || $0 == "?" || $0 == "#" }
  }

  var arguments: [Located<String>] { text.arguments }

  func secrets(_ environment: Environment) -> [String] { text.secrets(environment) }

  /// The address with arguments and the query put into it.
  ///
  /// - Throws: `ToolError` when an argument would lead to another folder or host.
  func render(_ arguments: ValueObject, query: [(String, String)], _ environment: Environment) throws(ToolError)
    -> String
  {
    var url: String
    if let name = text.wholeArgument {
      guard let address = arguments[name]?.string else { throw ToolError("the argument '\(name)' must be a URL") }
      url = address
      guard let origin = URLOrigin(url) else {
        throw ToolError("the argument '\(name)' is no URL that begins with 'http://' or 'https://' and a host")
      }
      try check(origin)
    } else {
      url = try text.render(environment) { name throws(ToolError) in
        Self.encode(ShellTool.text(of: arguments[name] ?? .null) ?? "")
      }
      guard
        Self.path(url).split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ $0 != "." && $0 != ".." })
      else { throw ToolError("an argument would lead the URL to another folder") }
    }
    guard !query.isEmpty else { return url }
    let pairs = query.map { "\(Self.encode($0.0))=\(Self.encode($0.1))" }.joined(separator: "&")
    let fragment = url.firstIndex(of: "#") ?? url.endIndex
    let separator = url[..<fragment].contains("?") ? "&" : "?"
    return url[..<fragment] + separator + pairs + url[fragment...]
  }

  /// Refuses hosts that the author does not allow.
  func check(_ origin: URLOrigin) throws(ToolError) {
    let isAllowed = allowedHosts.contains { allowed in
      allowed.hasPrefix("*.") ? origin.host.hasSuffix(allowed.dropFirst()) : origin.host == allowed
    }
    guard isAllowed else { throw ToolError("the host '\(origin.host)' is none of 'allow_hosts'") }
  }

  private static func path(_ url: String) -> Substring {
    guard let scheme = url.range(of: "://") else { return "" }
    let rest = url[scheme.upperBound...]
    return rest.drop { $0 != "/" && $0 != "?" && $0 != "#" }.prefix { $0 != "?" && $0 != "#" }
  }

  /// A text with every byte encoded that is no letter, digit, `-`, `.`, `_` or `~`.
  static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The scheme, the host and the port of an address.
struct URLOrigin: Sendable, Hashable {
  let scheme: String

  /// The host in small letters.
  let host: String

  /// The port as it is written, or that of the scheme.
  let port: String

  /// Reads an absolute address; nil when it is none, or names a user.
  init?(_ url: String) {
    guard let separator = url.range(of: "://") else { return nil }
    scheme = url[..<separator.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    // A backslash is a slash to some who read addresses, so it must be none here.
    let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.isEmpty, !authority.contains("@"), !authority.contains("\\"), !authority.contains("%"),
      authority.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    var host = authority[...]
    var port = scheme == "https" ? "443" : "80"
    let isBracketed = host.first == "["
    if let colon = host.lastIndex(of: ":"), !isBracketed || host[host.index(before: colon)] == "]" {
      port = String(host[host.index(after: colon)...])
      host = host[..<colon]
    }
    guard !host.isEmpty, !port.isEmpty, port.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    self.host = host.lowercased()
    self.port = port
  }
}

extension String {
  /// Where another text stands first; the standard library's own search, without Foundation.
  fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}

extension DiagnosticMessage {
  fileprivate static func anyHost(_ name: String) -> Self {
    Self(
      "GR0704", "'{\(name)}' may be any address: list the hosts that may be asked under 'allow_hosts'", bearing: .itself
    )
  }

  fileprivate static func choosesHost(_ name: String) -> Self {
    Self(
      "GR0705", "'{\(name)}' cannot choose the host: arguments stand behind it, in the path or the query",
      bearing: .itself)
  }

  static var noURL: Self {
    Self("GR0151", "a URL begins with 'http://' or 'https://' and a host")
  }
}
