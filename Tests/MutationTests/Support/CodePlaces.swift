import GraphDiagnostics

/// What stands in a piece of code: an expression of a graph, or a tag of a Jinja template.
struct CodePlaces: Sendable {
  /// Names with what follows their dots: `state.plan.parts` is three ranges.
  var paths: [[ByteRange]] = []
  /// Names before a parenthesis.
  var functions: [ByteRange] = []
  /// Names after a bar.
  var filters: [ByteRange] = []
  /// Comparisons: `==`, `<=` and so on.
  var comparisons: [ByteRange] = []
  /// `and`, `or`.
  var junctions: [ByteRange] = []
  /// Texts with their quotes.
  var strings: [ByteRange] = []
  var numbers: [ByteRange] = []
  /// Closing brackets and parentheses.
  var closings: [ByteRange] = []

  private static let keywords: Set<String> = [
    "and", "or", "not", "in", "is", "if", "else", "true", "false", "null", "none", "for", "endfor", "elif", "endif",
    "set", "defined",
  ]

  /// Reads the code in a range of a file.
  init(_ file: SourceFile, _ range: ByteRange) {
    let bytes = file.bytes
    var position = range.lowerBound
    func byte(_ offset: Int) -> Character? {
      offset < range.upperBound ? Character(UnicodeScalar(bytes[offset])) : nil
    }
    func word(_ start: Int) -> Int {
      var end = start
      while let next = byte(end), next.isLetter || next.isNumber || next == "_" { end += 1 }
      return end
    }
    var isAfterBar = false
    while let character = byte(position) {
      let start = position
      if character == "'" || character == "\"" {
        position += 1
        while let next = byte(position), next != character { position += 1 }
        position += 1
        strings.append(ByteRange(start, min(position, range.upperBound)))
      } else if character.isNumber {
        while let next = byte(position), next.isNumber || next == "." { position += 1 }
        numbers.append(ByteRange(start, position))
      } else if character.isLetter || character == "_" {
        var parts = [ByteRange(start, word(start))]
        position = parts[0].upperBound
        while byte(position) == ".", let next = byte(position + 1), next.isLetter || next == "_" {
          parts.append(ByteRange(position + 1, word(position + 1)))
          position = parts[parts.count - 1].upperBound
        }
        let name = file.text(in: parts[0])
        if isAfterBar {
          filters.append(parts[0])
        } else if name == "and" || name == "or" {
          junctions.append(parts[0])
        } else if Self.keywords.contains(name) {
          // It has no meaning of its own.
        } else if byte(position) == "(" && parts.count == 1 {
          functions.append(parts[0])
        } else {
          paths.append(parts)
        }
        isAfterBar = false
        continue
      } else if "=<>!".contains(character) {
        while let next = byte(position), "=<>!".contains(next) { position += 1 }
        comparisons.append(ByteRange(start, position))
      } else {
        if character == "]" || character == ")" { closings.append(ByteRange(start, start + 1)) }
        position += 1
      }
      if character == "|" { isAfterBar = true } else if character != " " { isAfterBar = false }
    }
  }
}

/// A part of a text that is replaced by a value, or that is a tag of a template.
struct Braces: Sendable {
  enum Form: Sendable {
    /// `{…}`
    case single
    /// `{{ … }}`
    case double
    /// `{% … %}`
    case tag
  }

  let form: Form
  /// With the braces.
  let outer: ByteRange
  /// Without them.
  let inner: ByteRange

  /// The parts in braces of a range of a file; an object within braces belongs to them.
  static func all(in file: SourceFile, _ range: ByteRange) -> [Braces] {
    let bytes = file.bytes
    let open = UInt8(ascii: "{")
    let close = UInt8(ascii: "}")
    let isTemplate = file.text(in: range).contains("{{") || file.text(in: range).contains("{%")
    var found: [Braces] = []
    var position = range.lowerBound
    while position < range.upperBound {
      guard bytes[position] == open else {
        position += 1
        continue
      }
      let start = position
      let width = isTemplate ? 2 : 1
      let form: Form = !isTemplate ? .single : bytes[position + 1] == open ? .double : .tag
      var depth = 0
      repeat {
        if bytes[position] == open { depth += 1 }
        if bytes[position] == close { depth -= 1 }
        position += 1
      } while depth > 0 && position < range.upperBound
      guard depth == 0, position - start > 2 * width else { continue }
      found.append(
        Braces(form: form, outer: ByteRange(start, position), inner: ByteRange(start + width, position - width)))
    }
    return found
  }
}
