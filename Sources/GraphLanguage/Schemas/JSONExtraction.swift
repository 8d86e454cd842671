public import GraphRuntime

/// Finds the JSON value that a model put into its answer.
public enum JSONExtraction {
  /// The outermost JSON value of a text, or nil when there is none.
  ///
  /// The whole text is tried first, then what stands in ``` fences (those marked `json` before others), then prose: there the
  /// longest object or list that is not inside another one wins, and of equally long ones the first. A value that the end
  /// of the text cuts off is not taken to pieces: its inner values are not what was asked for.
  public static func outermost(in text: String) -> Value? {
    let bytes = Array(text.utf8)
    if let value = try? Value(json: bytes) { return value }
    if let value = fenced(bytes) { return value }
    return longest(bytes)
  }

  /// The value of a fence: the first marked one that holds JSON, else the first other one.
  private static func fenced(_ bytes: [UInt8]) -> Value? {
    var unmarked: Value?
    var position = 0
    while let opener = find("```", bytes, from: position) {
      var start = opener + 3
      let lineEnd = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let label = String(decoding: bytes[start..<lineEnd], as: UTF8.self).trimmingSpaces().lowercased()
      // A fence on one line has its JSON where the label would be.
      let isLabel = label.utf8.allSatisfy(ExpressionLexer.isNameStart) || label.isEmpty
      if isLabel { start = min(lineEnd + 1, bytes.count) }
      guard start < bytes.count, let (value, end) = try? Value.parseJSONPrefix(of: bytes, from: start) else {
        // Without JSON behind it, this may be the end of a fence.
        position = opener + 3
        continue
      }
      if label == "json" && isLabel { return value }
      unmarked = unmarked ?? value
      position = end
    }
    return unmarked
  }

  private static func longest(_ bytes: [UInt8]) -> Value? {
    var best: (value: Value, count: Int)?
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "{") || bytes[position] == UInt8(ascii: "[") else {
        position += 1
        continue
      }
      do throws(JSONError) {
        let (value, end) = try Value.parseJSONPrefix(of: bytes, from: position)
        if end - position > best?.count ?? 0 { best = (value, end - position) }
        position = end
      } catch {
        if error.offset >= bytes.count { break }
        position += 1
      }
    }
    return best?.value
  }

  private static func find(_ pattern: String, _ bytes: [UInt8], from start: Int) -> Int? {
    let wanted = Array(pattern.utf8)
    guard start + wanted.count <= bytes.count else { return nil }
    for offset in start...(bytes.count - wanted.count)
    where bytes[offset..<(offset + wanted.count)].elementsEqual(wanted) {
      return offset
    }
    return nil
  }
}
