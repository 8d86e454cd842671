public import GraphDiagnostics

/// Source text with markers `1️⃣` to `9️⃣` that name positions, so that tests need no line numbers.
///
/// ```swift
/// let source = MarkedSource("nodes: {}\n1️⃣edgs: []\n")
/// #expect(source.text == "nodes: {}\nedgs: []\n")
/// #expect(source["1️⃣"] == SourceLocation(line: 2, column: 1))
/// ```
public struct MarkedSource {
  /// The text without markers.
  public let file: SourceFile

  /// The byte offset of each marker.
  public let offsets: [Character: Int]

  /// Creates a marked source; the markers are taken out of the text.
  public init(_ marked: String, path: String = "test.yaml") {
    var text = ""
    var offsets: [Character: Int] = [:]
    for character in marked {
      if Self.markers.contains(character) {
        offsets[character] = text.utf8.count
      } else {
        text.append(character)
      }
    }
    self.file = SourceFile(path: path, text: text)
    self.offsets = offsets
  }

  /// The text without markers.
  public var text: String { String(decoding: file.bytes, as: UTF8.self) }

  /// The line and column of a marker.
  ///
  /// - Precondition: The marker is in the text.
  public subscript(marker: Character) -> SourceLocation {
    guard let offset = offsets[marker] else { preconditionFailure("no marker '\(marker)' in the source") }
    return file.location(at: offset)
  }

  private static let markers: Set<Character> = ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣"]
}

/// What a test expects of one diagnostic.
public struct ExpectedDiagnostic: Hashable, CustomStringConvertible {
  /// Line and column of the first byte.
  public let location: SourceLocation?

  /// The code.
  public let code: String

  /// The whole message.
  public let message: String

  /// The text of the first fix-it, or nil.
  public let fixIt: String?

  /// Creates an expectation.
  public init(_ location: SourceLocation?, _ code: String, _ message: String, fixIt: String? = nil) {
    self.location = location
    self.code = code
    self.message = message
    self.fixIt = fixIt
  }

  /// Takes from a diagnostic what expectations compare.
  public init(_ diagnostic: Diagnostic) {
    self.init(
      diagnostic.span?.start, diagnostic.code.id, diagnostic.message.text,
      fixIt: diagnostic.fixIts.first?.replacement)
  }

  /// One line as the text renderer writes it.
  public var description: String {
    let place = location.map { "\($0.line):\($0.column): " } ?? ""
    return "\(place)\(message) [\(code)]" + (fixIt.map { " fix: \($0)" } ?? "")
  }
}
