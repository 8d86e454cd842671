internal import GraphDiagnostics

/// The text of a file, checked to be text, with a way from code points to bytes.
struct YAMLText {
  let file: SourceFile

  /// Byte offsets of every 64th code point; empty when the file is ASCII and the two counts are one.
  private let checkpoints: [Int]
  private static let stepBits = 6

  /// Checks size, encoding and characters; nil after a diagnostic.
  ///
  /// libyaml would find most of this too, but says where in bytes for some
  /// errors and not at all for others, and only when it gets there.
  init?(_ file: SourceFile, limits: YAMLLimits, diagnostics: DiagnosticEngine) {
    self.file = file
    let bytes = file.bytes
    let count = bytes.count
    guard count <= limits.maximumBytes else {
      diagnostics.report(.fileTooLarge(count, limits.maximumBytes), at: SourceSpan(file, ByteRange(0, 0)))
      return nil
    }
    let isASCII: Bool
    do throws(UTF8.ValidationError) {
      isASCII = try UTF8Span(validating: bytes.span).isKnownASCII
    } catch {
      let range = ByteRange(error.byteOffsets.lowerBound, error.byteOffsets.upperBound)
      let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
      diagnostics.report(isUTF16 ? .utf16 : .invalidUTF8, at: SourceSpan(file, range))
      return nil
    }
    if let (range, scalar) = Self.firstForbidden(bytes.span) {
      diagnostics.report(.forbiddenCharacter(scalar), at: SourceSpan(file, range))
      return nil
    }
    if let offset = Self.excessDirective(bytes.span) {
      diagnostics.report(
        .tooManyDirectives(Self.maximumDirectives), at: SourceSpan(file, ByteRange(offset, offset + 1)))
      return nil
    }
    checkpoints = isASCII ? [] : Self.checkpoints(bytes.span)
  }

  /// The byte offset of a code point that libyaml counted.
  func offset(ofCodePoint index: Int) -> Int {
    let bytes = file.bytes
    guard !checkpoints.isEmpty else { return min(index, bytes.count) }
    let step = index >> Self.stepBits
    guard step < checkpoints.count else { return bytes.count }
    var offset = checkpoints[step]
    var remaining = index & (1 << Self.stepBits - 1)
    while remaining > 0 && offset < bytes.count {
      offset += Self.width(bytes[offset])
      remaining -= 1
    }
    return offset
  }

  /// The span between two byte offsets.
  func span(_ start: Int, _ end: Int) -> SourceSpan { SourceSpan(file, ByteRange(start, end)) }

  /// The byte at an offset, or nil outside of the file.
  subscript(offset: Int) -> UInt8? {
    offset >= 0 && offset < file.bytes.count ? file.bytes[offset] : nil
  }

  /// The number of bytes of the character that a byte begins.
  static func width(_ lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }

  private static func checkpoints(_ bytes: Span<UInt8>) -> [Int] {
    var checkpoints: [Int] = []
    checkpoints.reserveCapacity(bytes.count >> stepBits + 1)
    var count = 0
    for offset in 0..<bytes.count where bytes[offset] & 0xC0 != 0x80 {
      if count & (1 << stepBits - 1) == 0 { checkpoints.append(offset) }
      count += 1
    }
    return checkpoints
  }

  /// The first character that YAML does not allow in a file, even in quotes.
  private static func firstForbidden(_ bytes: Span<UInt8>) -> (ByteRange, Unicode.Scalar)? {
    func byte(_ offset: Int) -> UInt32 { UInt32(bytes[offset]) }
    let isSuspect = Self.isSuspect
    for offset in 0..<bytes.count where isSuspect[Int(bytes[offset])] {
      let width = Self.width(bytes[offset])
      let value: UInt32 =
        switch width {
        case 1: byte(offset)
        case 2: (byte(offset) & 0x1F) << 6 | byte(offset + 1) & 0x3F
        default: (byte(offset) & 0x0F) << 12 | (byte(offset + 1) & 0x3F) << 6 | byte(offset + 2) & 0x3F
        }
      let isForbidden = value < 0xA0 ? value != 0x85 : value == 0xFFFE || value == 0xFFFF
      if isForbidden, let scalar = Unicode.Scalar(value) { return (ByteRange(offset, offset + width), scalar) }
    }
    return nil
  }

  /// The bytes with which a forbidden character can begin: controls, U+0080…U+009F, U+FFFE and U+FFFF.
  private static let isSuspect: [Bool] = (0..<256).map { byte in
    switch byte {
    case 0x09, 0x0A, 0x0D: false
    case 0x00..<0x20, 0x7F, 0xC2, 0xEF: true
    default: false
    }
  }

  private static let maximumDirectives = 100

  /// The first '%' at the start of a line that is one too many.
  ///
  /// libyaml compares each `%TAG` line with all those before it, in one call
  /// that cannot be stopped. It takes more than line feeds for line breaks.
  private static func excessDirective(_ bytes: Span<UInt8>) -> Int? {
    var count = 0
    for offset in 0..<bytes.count where bytes[offset] == UInt8(ascii: "%") {
      guard offset == 0 || bytes[offset - 1] < 0x20 || bytes[offset - 1] >= 0x80 else { continue }
      count += 1
      if count > maximumDirectives { return offset }
    }
    return nil
  }
}

extension DiagnosticMessage {
  static let invalidUTF8 = Self("GR0001", .error, "the file is not valid UTF-8 here")

  static let utf16 = Self("GR0001", .error, "the file is written in UTF-16; save it as UTF-8")

  static func forbiddenCharacter(_ scalar: Unicode.Scalar) -> Self {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    return Self(
      "GR0002", .error, "the control character \(name) is not allowed in a file; write it as an escape in double quotes"
    )
  }

  static func fileTooLarge(_ count: Int, _ limit: Int) -> Self {
    Self("GR0003", .error, "the file has \(count) bytes; at most \(limit) are read")
  }

  static func tooManyDirectives(_ limit: Int) -> Self {
    Self("GR0004", .error, "more than \(limit) lines begin with '%'")
  }
}
