internal import GraphDiagnostics
internal import GraphRuntime
internal import GraphYAML

/// Lays a file out as `graph fmt` does.
enum Formatting {
  /// The edits that do it; none for a file that is laid out like that already, or has mistakes.
  static func edits(_ document: OpenDocument) -> [Value] {
    guard let text = YAMLFormatter.format(document.file, diagnostics: DiagnosticEngine()) else { return [] }
    let old = document.lines.bytes
    let new = Array(text.utf8)
    guard old != new else { return [] }
    // Only what differs is replaced, in whole lines, so that the cursor and folded parts stay where they are.
    let common = zip(old, new).prefix { $0 == $1 }.count
    let start = old[..<common].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let most = min(old.count, new.count) - start
    var tail = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
    tail = min(tail, most)
    let rest = old[(old.count - tail)...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? old.count
    let end = old.count - rest
    let replacement = String(decoding: new[start..<(new.count - end)], as: UTF8.self)
    return [["range": document.lines.value(ByteRange(start, rest)), "newText": .string(replacement)]]
  }
}
