internal import GraphDiagnostics

/// How the text of a scalar differs from what its author wrote.
///
/// An object, because hardly any node has one and every node is copied.
final class YAMLRewriting: Sendable {
  /// The scalar as it is written.
  let original: YAMLScalar

  /// The new text.
  let text: String

  /// Parts of the new text with the parts of the old that they replace, in order.
  private let edits: [(new: ByteRange, old: ByteRange)]

  init(_ original: YAMLScalar, _ replacements: [(range: ByteRange, text: String)]) {
    let bytes = Array(original.text.utf8)
    var written: [UInt8] = []
    var edits: [(new: ByteRange, old: ByteRange)] = []
    var position = 0
    for replacement in replacements {
      written += bytes[position..<replacement.range.lowerBound]
      let start = written.count
      written += Array(replacement.text.utf8)
      edits.append((ByteRange(start, written.count), replacement.range))
      position = replacement.range.upperBound
    }
    written += bytes[position...]
    self.original = original
    self.edits = edits
    text = String(decoding: written, as: UTF8.self)
  }

  /// The part of the old text that a part of the new one stands for; what is replaced counts as a whole.
  func originalRange(of range: ByteRange) -> ByteRange {
    var lower = range.lowerBound
    var upper = range.upperBound
    for edit in edits {
      let shift = edit.old.upperBound - edit.new.upperBound
      if range.lowerBound >= edit.new.upperBound {
        lower = range.lowerBound + shift
      } else if range.lowerBound >= edit.new.lowerBound {
        lower = edit.old.lowerBound
      }
      if range.upperBound > edit.new.upperBound {
        upper = range.upperBound + shift
      } else if range.upperBound > edit.new.lowerBound {
        upper = edit.old.upperBound
      }
    }
    return ByteRange(lower, upper)
  }
}
