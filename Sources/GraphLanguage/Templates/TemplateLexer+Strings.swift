internal import GraphDiagnostics

extension TemplateLexer {
  /// Reads a string with Python's escapes.
  mutating func lexString(quote: UInt8) -> CodeStep {
    let start = position
    var offset = start + 1
    var hasEscape = false
    while offset < end, bytes[offset] != quote {
      if bytes[offset] == UInt8(ascii: "\\") {
        hasEscape = true
        offset += 1
      }
      offset += 1
    }
    guard offset < end else {
      diagnostics.report(.templateStringNotClosed, at: span(start, start + 1))
      return .failed
    }
    position = offset + 1
    if !hasEscape {
      append(.string(text(start + 1, offset)), start, position)
    } else if let text = unescaped(start + 1, offset) {
      append(.string(text), start, position)
    } else {
      append(.invalid, start, position)
    }
    return .next
  }

  /// The text of a string's inside; nil when an escape is wrong, which is reported.
  private func unescaped(_ start: Int, _ stop: Int) -> String? {
    var result: [UInt8] = []
    result.reserveCapacity(stop - start)
    var offset = start
    while offset < stop {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\r") {
        if offset + 1 >= stop || bytes[offset + 1] != UInt8(ascii: "\n") { result.append(UInt8(ascii: "\n")) }
        offset += 1
      } else if byte == UInt8(ascii: "\\") {
        let escape = offset
        offset += 2
        if let simple = Self.simpleEscape(bytes[escape + 1]) {
          result.append(simple)
          continue
        }
        switch bytes[escape + 1] {
        case UInt8(ascii: "\n"): break
        case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
          let width = bytes[escape + 1] == UInt8(ascii: "x") ? 2 : bytes[escape + 1] == UInt8(ascii: "u") ? 4 : 8
          guard let scalar = hexScalar(offset, width, stop) else {
            diagnostics.report(.templateBadEscape, at: span(escape, min(stop, offset + width)))
            return nil
          }
          result.append(contentsOf: String(scalar).utf8)
          offset += width
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
          var value: UInt32 = 0
          offset = escape + 1
          while offset < min(stop, escape + 4), let digit = octalDigit(bytes[offset]) {
            value = value * 8 + digit
            offset += 1
          }
          if let scalar = Unicode.Scalar(value) { result.append(contentsOf: String(scalar).utf8) }
        case UInt8(ascii: "N"):
          diagnostics.report(.templateBadEscape, at: span(escape, offset))
          return nil
        default:
          // As in Python, a backslash before anything else stays.
          result.append(UInt8(ascii: "\\"))
          offset = escape + 1
          let width = max(1, PythonText.scalar(bytes, at: offset).map { UTF8.width($0) } ?? 1)
          result.append(contentsOf: bytes[offset..<min(stop, offset + width)])
          offset += width
        }
      } else {
        result.append(byte)
        offset += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func simpleEscape(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): byte
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "a"): 0x07
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "v"): 0x0B
    default: nil
    }
  }

  private func octalDigit(_ byte: UInt8) -> UInt32? {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "7") ? UInt32(byte - UInt8(ascii: "0")) : nil
  }

  private func hexScalar(_ start: Int, _ width: Int, _ stop: Int) -> Unicode.Scalar? {
    guard start + width <= stop else { return nil }
    let digits = bytes[start..<(start + width)]
    guard digits.allSatisfy(PythonText.isASCIIAlphanumeric) else { return nil }
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init)
  }
}
