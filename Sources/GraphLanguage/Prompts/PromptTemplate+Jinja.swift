internal import GraphDiagnostics

extension PromptTemplate {
  /// Parses a Jinja template; the one place that knows what implements it.
  static func parseJinja(_ source: ExpressionSource, diagnostics: DiagnosticEngine) -> (any Body)? {
    let bytes = source.bytes
    var offset = source.range.lowerBound
    while offset + 1 < source.range.upperBound {
      if bytes[offset] == UInt8(ascii: "{"), [UInt8(ascii: "{"), UInt8(ascii: "%")].contains(bytes[offset + 1]) {
        break
      }
      offset += 1
    }
    let opener = ByteRange(offset, offset + 2)
    diagnostics.report(.jinjaUnsupported(source.text(in: opener)), at: source.span(of: opener))
    return nil
  }
}

extension DiagnosticMessage {
  static func jinjaUnsupported(_ opener: String) -> DiagnosticMessage {
    DiagnosticMessage("GR0610", .error, "'\(opener)' makes this a Jinja template, which is not supported yet")
  }
}
