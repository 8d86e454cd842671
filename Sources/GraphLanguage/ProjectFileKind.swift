public import GraphDiagnostics

/// What a file of a project is, as far as the keys at its top tell.
///
/// Lines are looked at and not YAML, so that a file with mistakes is known for what it is.
public enum ProjectFileKind: String, Sendable, Hashable, CaseIterable {
  /// A graph: it has nodes or edges.
  case graph
  /// A prompt: it has a question or instructions.
  case prompt
  /// The manifest of a tool: it has a runtime.
  case manifest

  /// What a file is; nil for one that is nothing of this, such as one of data.
  public init?(_ file: SourceFile) {
    let lines = Lines(file)
    if lines.hasKey("nodes") || lines.hasKey("edges") {
      self = .graph
    } else if ["user", "template", "system"].contains(where: lines.holdsText)
      || ["system", "system_segments"].contains(where: lines.holdsList)
      || lines.holdsList("messages") && lines.mentions("role:")
    {
      self = .prompt
    } else if lines.hasKey("runtime") {
      self = .manifest
    } else {
      return nil
    }
  }

  /// The lines of a file that hold a key at its top, and what begins there.
  private struct Lines {
    private let file: SourceFile
    private var keys: [String: Int] = [:]

    init(_ file: SourceFile) {
      self.file = file
      for (index, start) in file.lineStarts.enumerated() {
        let bytes = file.bytes[start...].prefix(32)
        guard let first = bytes.first, first > UInt8(ascii: "#"), let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { continue }
        let key = String(decoding: bytes[..<colon], as: UTF8.self)
        if keys[key] == nil { keys[key] = index + 1 }
      }
    }

    func hasKey(_ key: String) -> Bool { keys[key] != nil }

    /// Whether the value of a key is text: what begins in its line, or below it and has no keys.
    func holdsText(_ key: String) -> Bool {
      guard let (text, isBelow) = value(key), let first = text.first else { return false }
      if isBelow { return first != "-" && !text.contains(": ") && text.last != ":" }
      return text.hasPrefix("{{") || text.hasPrefix("{%") || first != "{" && first != "["
    }

    func holdsList(_ key: String) -> Bool {
      guard let (text, isBelow) = value(key) else { return false }
      return text.first == (isBelow ? "-" : "[")
    }

    func mentions(_ text: String) -> Bool { (1...file.lineStarts.count).contains { file.line($0).contains(text) } }

    /// What stands behind a key, or else in the first line below it that is not empty.
    private func value(_ key: String) -> (text: Substring, isBelow: Bool)? {
      guard let number = keys[key] else { return nil }
      let rest = Self.content(file.line(number).dropFirst(key.count + 1))
      if !rest.isEmpty { return (rest, false) }
      for line in (number + 1)..<(max(number, file.lineStarts.count) + 1) {
        let content = Self.content(file.line(line)[...])
        if !content.isEmpty { return (content, true) }
      }
      return nil
    }

    /// A line without spaces around it and without a comment.
    private static func content(_ line: Substring) -> Substring {
      var content = line.drop { $0 == " " || $0 == "\t" }
      if content.first == "#" { return "" }
      while let last = content.last, last.isWhitespace { content.removeLast() }
      return content
    }
  }
}
