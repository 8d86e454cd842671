#if canImport(Glibc)
  internal import Glibc
#endif

extension Double {
  /// The number as C's `printf` writes it, correctly rounded; `conversion` is one of `f`, `F`, `e`, `E`, `g`, `G`.
  func formatted(_ conversion: Character, precision: Int) -> String {
    // The longest fixed form of a double has 309 digits before the point.
    var buffer = [CChar](repeating: 0, count: 330 + precision)
    let written = withVaList([CInt(precision), self]) { arguments in
      vsnprintf(&buffer, buffer.count, "%.*\(conversion)", arguments)
    }
    return String(decoding: buffer.prefix(Int(written)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
