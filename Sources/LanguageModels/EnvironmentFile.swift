internal import Glibc

/// The assignments of a `.env` file.
///
/// A line is `NAME=value`, with or without `export` in front. Values are bare
/// (up to ` #` or the end of the line), in single quotes (taken as they are)
/// or in double quotes (`\n`, `\r`, `\t`, `\"`, `\\` and `\$` are escapes).
/// Quoted values may go over several lines. In bare and double-quoted values
/// `${NAME}` and `${NAME:-default}` stand for another variable.
public struct EnvironmentFile: Sendable {
  /// A line that is no assignment.
  public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, counted from 1.
    public let line: Int

    /// One lower-case phrase that shows nothing of the line but a name.
    public let message: String

    /// The phrase with its line.
    public var description: String { "line \(line): \(message)" }
  }

  /// The variables; of equal names the last wins.
  public private(set) var variables: [String: String] = [:]

  /// The lines that set nothing.
  public private(set) var problems: [Problem] = []

  /// Reads assignments.
  ///
  /// - Parameters:
  ///   - text: The file.
  ///   - outer: Variables of the process, which `${NAME}` prefers.
  public init(_ text: String, outer: (String) -> String? = { _ in nil }) {
    var reader = EnvironmentReader(text)
    while !reader.isAtEnd {
      do throws(Problem) {
        guard let (name, value) = try reader.readLine(resolving: { outer($0) ?? variables[$0] }) else { continue }
        variables[name] = value
      } catch {
        problems.append(error)
      }
    }
  }
}

extension EnvironmentFile {
  /// The `.env` file for a folder: in it or above it, up to the root of the repository.
  static func find(from directory: String) -> String? {
    guard var folder = absolutePath(directory) else { return nil }
    let start = folder
    var found: String?
    while true {
      let base = folder == "/" ? "" : folder
      if found == nil, isFile(base + "/.env") { found = base + "/.env" }
      if access(base + "/.git", F_OK) == 0 { return found }
      guard folder != "/", let slash = folder.lastIndex(of: "/") else { break }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    }
    let own = (start == "/" ? "" : start) + "/.env"
    return isFile(own) ? own : nil
  }

  /// The text of a file of at most a megabyte, or nil.
  static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 16_384)
    while bytes.count <= 1 << 20 {
      let count = block.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(contentsOf: block[..<count])
    }
    return nil
  }

  private static func absolutePath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

/// Reads one assignment after the other.
struct EnvironmentReader {
  private let characters: [Unicode.Scalar]
  private var position = 0
  private var line = 1

  init(_ text: String) {
    var scalars = Array(text.unicodeScalars)
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    characters = scalars
  }

  var isAtEnd: Bool { position >= characters.count }

  private var current: Unicode.Scalar? { isAtEnd ? nil : characters[position] }

  /// Reads to the end of the line, or of the quoted value that begins in it.
  mutating func readLine(
    resolving resolve: (String) -> String?
  ) throws(EnvironmentFile.Problem) -> (String, String)? {
    let start = self
    let startLine = line
    defer { skipLine() }
    skipSpaces()
    guard let first = current, !isNewline(first), first != "#" else { return nil }
    var name = readName()
    if name == "export", current == " " || current == "\t" {
      skipSpaces()
      name = readName()
    }
    guard !name.isEmpty else { throw problem(startLine, "expected a variable's name") }
    skipSpaces()
    guard current == "=" else { throw problem(startLine, "expected NAME=value") }
    position += 1
    skipSpaces()
    switch current {
    case "'":
      if let value = try readSingleQuoted(name, startLine) { return (name, value) }
    case "\"":
      if let value = try readDoubleQuoted(name, startLine, resolve) { return (name, value) }
    default: return (name, readBare(resolve))
    }
    // A quote that never ends must not swallow the lines below it.
    self = start
    throw problem(startLine, "the quote of '\(name)' is not closed")
  }

  private mutating func readName() -> String {
    var name = ""
    while let scalar = current, isNameScalar(scalar, isFirst: name.isEmpty) {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    return name
  }

  /// The value, or nil when its quote is not closed.
  private mutating func readSingleQuoted(
    _ name: String, _ startLine: Int
  ) throws(EnvironmentFile.Problem) -> String? {
    position += 1
    var value = ""
    while let scalar = take() {
      if scalar == "'" { return try endOfQuoted(value, name, startLine) }
      value.unicodeScalars.append(scalar)
    }
    return nil
  }

  /// The value, or nil when its quote is not closed.
  private mutating func readDoubleQuoted(
    _ name: String, _ startLine: Int, _ resolve: (String) -> String?
  ) throws(EnvironmentFile.Problem) -> String? {
    position += 1
    var value = ""
    while let scalar = take() {
      switch scalar {
      case "\"": return try endOfQuoted(value, name, startLine)
      case "$": value += readReference(resolve) ?? "$"
      case "\\":
        guard let escaped = take() else { break }
        switch escaped {
        case "n": value += "\n"
        case "r": value += "\r"
        case "t": value += "\t"
        case "\"", "\\", "$": value.unicodeScalars.append(escaped)
        default: value += "\\" + String(escaped)
        }
      default: value.unicodeScalars.append(scalar)
      }
    }
    return nil
  }

  private mutating func endOfQuoted(
    _ value: String, _ name: String, _ startLine: Int
  ) throws(EnvironmentFile.Problem) -> String {
    skipSpaces()
    guard let next = current, !isNewline(next), next != "#" else { return value }
    throw problem(startLine, "unexpected text after the quoted value of '\(name)'")
  }

  /// Reads a text to its end, with references in it.
  mutating func readText(_ resolve: (String) -> String?) -> String {
    var text = ""
    while let scalar = take() { text += scalar == "$" ? readReference(resolve) ?? "$" : String(scalar) }
    return text
  }

  private mutating func readBare(_ resolve: (String) -> String?) -> String {
    var value = ""
    while let scalar = current, !isNewline(scalar) {
      if scalar == "#", value.isEmpty || value.hasSuffix(" ") || value.hasSuffix("\t") { break }
      position += 1
      value += scalar == "$" ? readReference(resolve) ?? "$" : String(scalar)
    }
    while value.hasSuffix(" ") || value.hasSuffix("\t") { value.removeLast() }
    return value
  }

  /// Reads `{NAME}` or `{NAME:-default}` after a `$`, or nothing when it is neither.
  private mutating func readReference(_ resolve: (String) -> String?) -> String? {
    let start = position
    guard current == "{" else { return nil }
    position += 1
    let name = readName()
    var fallback = ""
    if current == ":", position + 1 < characters.count, characters[position + 1] == "-" {
      position += 2
      while let scalar = current, scalar != "}", !isNewline(scalar) {
        fallback.unicodeScalars.append(scalar)
        position += 1
      }
    }
    guard !name.isEmpty, current == "}" else {
      position = start
      return nil
    }
    position += 1
    guard let value = resolve(name), !value.isEmpty else { return fallback }
    return value
  }

  private mutating func take() -> Unicode.Scalar? {
    guard let scalar = current else { return nil }
    position += 1
    if scalar == "\n" { line += 1 }
    return scalar
  }

  private mutating func skipSpaces() {
    while current == " " || current == "\t" { position += 1 }
  }

  private mutating func skipLine() {
    while let scalar = take() {
      if scalar == "\n" { return }
    }
  }

  private func problem(_ line: Int, _ message: String) -> EnvironmentFile.Problem {
    EnvironmentFile.Problem(line: line, message: message)
  }

  private func isNewline(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }

  private func isNameScalar(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "_": true
    case "0"..."9": !isFirst
    default: false
    }
  }
}
