package import GraphDiagnostics
internal import GraphYAML

/// What may be written at a place of a file that somebody is writing.
///
/// A word is put where the cursor is, as a key or as a value, and the file is read with it: so the real reader says
/// where the cursor stands, in any style of YAML, and lines that are broken elsewhere do not matter.
package struct CursorPlace: Sendable {
  /// The place in the file with the word in it.
  package let place: FilePlace

  /// The text around the cursor, up to it.
  package let before: String

  /// The text behind the cursor.
  package let after: String

  /// Whether the text is in a block or in quotes, so that other rules hold for it than for plain text.
  package let isPlain: Bool

  /// The column, in bytes, at which the key begins that the cursor is in.
  package let indentation: Int

  private static let mark = "tributaryCursorMark"

  /// The places that the cursor may be at, best first: what is half written may become a key or a value.
  package static func find(
    _ offset: Int, in file: SourceFile, kind: FieldTables.FileKind, tables: FieldTables
  ) -> [CursorPlace] {
    let line = LineAround(offset, file)
    var places: [CursorPlace] = []
    let readings = line.suffixes.compactMap { suffix -> RecoveredYAML? in
      let text = Array((mark + suffix).utf8)
      let bytes = file.bytes[..<offset] + text + file.bytes[offset...]
      let recovered = RecoveredYAML(SourceFile(path: file.path, bytes: Array(bytes)), keeping: line.index)
      return recovered.root == nil || recovered.droppedLines.contains(line.index) ? nil : recovered
    }
    // The less has to be left out, the more likely it is what is meant.
    let least = readings.map(\.droppedLines.count).min()
    for reading in readings where reading.droppedLines.count == least {
      guard let root = reading.root else { continue }
      let place = FilePlace(offset + 1, in: root, kind: kind, tables: tables)
      guard let found = CursorPlace(place, tables, indentation: line.indentation) else { continue }
      if !places.contains(where: { $0.place.isKey == found.place.isKey }) { places.append(found) }
      // A word at the start of a line may be either; all others are what they are first read as.
      if !line.mayBeKey { break }
    }
    return places
  }

  private init?(_ place: FilePlace, _ tables: FieldTables, indentation: Int) {
    let text: String
    if place.isKey {
      guard let key = place.key?.value, let level = place.levels.last else { return nil }
      guard tables.keys(level.mapping, at: level.context) != nil || level.context.naming != nil else { return nil }
      text = key
      isPlain = place.key?.span.text == key
    } else {
      guard let scalar = place.scalar?.scalar else { return nil }
      text = scalar.text
      isPlain = scalar.style == .plain
    }
    guard let parts = Self.split(text) else { return nil }
    (before, after) = parts
    self.place = place
    self.indentation = indentation
  }

  private static func split(_ text: String) -> (before: String, after: String)? {
    let bytes = Array(text.utf8)
    let mark = Array(mark.utf8)
    guard bytes.count >= mark.count else { return nil }
    for start in 0...(bytes.count - mark.count) where bytes[start..<(start + mark.count)].elementsEqual(mark) {
      return (
        String(decoding: bytes[..<start], as: UTF8.self),
        String(decoding: bytes[(start + mark.count)...], as: UTF8.self)
      )
    }
    return nil
  }
}

/// The line that a cursor is in.
private struct LineAround {
  let index: Int
  let indentation: Int

  /// Whether nothing but a word stands before the cursor, and nothing behind it.
  let mayBeKey: Bool

  /// What may have to stand behind a word at the cursor so that the line can be read, best first.
  let suffixes: [String]

  init(_ offset: Int, _ file: SourceFile) {
    index = file.location(at: offset).line - 1
    let start = file.lineStarts[index]
    let line = Array(file.line(index + 1).utf8)
    let before = Array(line.prefix(offset - start))
    let after = Array(line.dropFirst(offset - start))
    var lead = 0
    while lead < before.count, before[lead] == UInt8(ascii: " ") || Self.isDash(before, lead) { lead += 1 }
    indentation = lead
    let isWord = before[lead...].allSatisfy { Self.isWordByte($0) }
    let isLast = after.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    mayBeKey = isWord && isLast
    let closers = Self.closers(before, after)
    let plain = closers.isEmpty ? [""] : ["", closers]
    suffixes = mayBeKey ? [":"] + plain : plain + [closers + ":"]
  }

  private static func isDash(_ bytes: [UInt8], _ index: Int) -> Bool {
    bytes[index] == UInt8(ascii: "-") && (index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: " "))
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || ExpressionLexer.isDigit(byte)
      || ExpressionLexer.isNameStart(byte)
  }

  /// The quote and the brackets that are open before the cursor and not closed behind it.
  private static func closers(_ before: [UInt8], _ after: [UInt8]) -> String {
    var open: [UInt8] = []
    var quote: UInt8?
    for byte in before {
      if let current = quote {
        if byte == current { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
      case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
      case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
      case UInt8(ascii: "]"), UInt8(ascii: "}"): _ = open.popLast()
      default: break
      }
    }
    var closers = open
    if let quote { closers.append(quote) }
    // What is closed behind the cursor is closed from the inside out.
    var rest = after[...]
    while let last = closers.last, let place = rest.firstIndex(of: last) {
      rest = rest[(place + 1)...]
      closers.removeLast()
    }
    return String(decoding: closers.reversed(), as: UTF8.self)
  }
}
