/// Breaks one line of text into lines of a width, as Python's `textwrap.wrap` does.
struct PythonTextWrap {
  let width: Int
  let breaksLongWords: Bool
  let breaksOnHyphens: Bool

  /// The lines of a text, none for an empty one.
  func lines(_ text: String) -> [String] {
    // Reversed, so that the next chunk is the last and can be taken cheaply.
    var chunks: [[Unicode.Scalar]] = chunks(Array(text.unicodeScalars)).reversed()
    var lines: [String] = []
    while let first = chunks.last {
      if !lines.isEmpty && isBlank(first) { chunks.removeLast() }
      var line: [[Unicode.Scalar]] = []
      var length = 0
      while let chunk = chunks.last, length + chunk.count <= width {
        line.append(chunk)
        length += chunk.count
        chunks.removeLast()
      }
      if let chunk = chunks.last, chunk.count > width {
        if breaksLongWords {
          let end = breakPoint(of: chunk, space: width - length)
          line.append(Array(chunk[..<end]))
          chunks[chunks.count - 1] = Array(chunk[end...])
        } else if line.isEmpty {
          line.append(chunk)
          chunks.removeLast()
        }
      }
      if let last = line.last, isBlank(last) { line.removeLast() }
      if !line.isEmpty { lines.append(PythonText.string(line.joined())) }
    }
    return lines
  }

  private func isBlank(_ chunk: [Unicode.Scalar]) -> Bool { chunk.allSatisfy(PythonText.isSpace) }

  /// Where a word that is too long is cut: behind a hyphen if one is in reach.
  private func breakPoint(of chunk: [Unicode.Scalar], space: Int) -> Int {
    guard breaksOnHyphens, chunk.count > space else { return min(space, chunk.count) }
    guard let hyphen = chunk[..<space].lastIndex(of: "-"), hyphen > 0, chunk[..<hyphen].contains(where: { $0 != "-" })
    else { return space }
    return hyphen + 1
  }

  // MARK: - Chunks

  /// Words, pieces of hyphenated words, dashes and white space, which cannot be broken unless too long.
  private func chunks(_ text: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
    var chunks: [[Unicode.Scalar]] = []
    var start = 0
    while start < text.count {
      let end: Int
      if isSpace(text[start]) {
        end = text[start...].firstIndex { !isSpace($0) } ?? text.count
      } else if !breaksOnHyphens {
        end = text[start...].firstIndex(where: isSpace) ?? text.count
      } else {
        end = dashEnd(text, start) ?? wordEnd(text, start)
      }
      chunks.append(Array(text[start..<end]))
      start = end
    }
    return chunks
  }

  /// Only ASCII white space breaks lines.
  private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar.value >= 0x09 && scalar.value <= 0x0D
  }

  private func isWordOrPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    PythonText.isWord(scalar) || "!\"'&.,?".unicodeScalars.contains(scalar)
  }

  private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    PythonText.isWord(scalar) && scalar.properties.numericType != .decimal
  }

  private func isLetter(_ text: [Unicode.Scalar], _ index: Int) -> Bool {
    index >= 0 && index < text.count && isLetter(text[index])
  }

  /// The end of a dash of several hyphens between words that starts here.
  private func dashEnd(_ text: [Unicode.Scalar], _ start: Int) -> Int? {
    guard start > 0, isWordOrPunctuation(text[start - 1]), text[start] == "-" else { return nil }
    let end = text[start...].firstIndex { $0 != "-" } ?? text.count
    return end - start >= 2 && end < text.count && PythonText.isWord(text[end]) ? end : nil
  }

  /// The end of a word, or of its part up to a hyphen it may be broken behind.
  private func wordEnd(_ text: [Unicode.Scalar], _ start: Int) -> Int {
    var end = start + 1
    while end < text.count {
      if isSpace(text[end]) { return end }
      if text[end] == "-" && isBreakable(text, hyphen: end) { return end + 1 }
      if isWordOrPunctuation(text[end - 1]), dashEnd(text, end) != nil { return end }
      end += 1
    }
    return text.count
  }

  /// Whether a line may end behind a hyphen: two letters, or one after another hyphen, are before it.
  private func isBreakable(_ text: [Unicode.Scalar], hyphen: Int) -> Bool {
    let isBehindWord =
      isLetter(text, hyphen - 1)
      && (isLetter(text, hyphen - 2) || hyphen >= 2 && text[hyphen - 2] == "-" && isLetter(text, hyphen - 3))
    guard isBehindWord, isLetter(text, hyphen + 1) else { return false }
    return isLetter(text, hyphen + 2)
      || hyphen + 2 < text.count && text[hyphen + 2] == "-" && isLetter(text, hyphen + 3)
  }
}
