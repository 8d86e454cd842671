internal import GraphDiagnostics

/// What tells a misspelled name from another name.
enum Slip {
  /// Whether a name differs from another one as by a slip of the hand, and not as names of things that belong together
  /// do, or as one word does from another: `content` is none of `context`, `persona` none of `person`.
  static func isLikely(_ name: String, for other: String) -> Bool {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    let others = other.split(separator: "_", omittingEmptySubsequences: false)
    guard words.count == others.count else { return false }
    let different = zip(words, others).filter { $0 != $1 }
    guard different.count == 1, let (left, right) = different.first,
      Suggestion.editDistance(String(left), String(right)) == 1,
      !left.contains(where: \.isNumber), !right.contains(where: \.isNumber), !isEnding(left, right),
      !isEnding(right, left)
    else { return false }
    return isSlip(Array(left), for: Array(right))
  }

  /// Whether a long name differs from another one as no two words do: by letters in another order, or by one that is
  /// there twice.
  ///
  /// One that is missing makes another word of many, such as `patent` of `patient`.
  static func isScrambled(_ name: String, _ other: String) -> Bool {
    guard min(name.count, other.count) >= 5 else { return false }
    if name.count == other.count { return name.sorted() == other.sorted() }
    let (long, short) = name.count > other.count ? (Array(name), Array(other)) : (Array(other), Array(name))
    let place = zip(long, short).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? short.count
    return place > 0 && isDoubled(long, place)
  }

  /// Whether two long names have the same letters but for one too many or in another order.
  static func isOfSameLetters(_ left: String, _ right: String) -> Bool {
    min(left.count, right.count) >= 5 && (left.count != right.count || left.sorted() == right.sorted())
  }

  /// Whether a word is another one, from which it differs in one place, as fingers write it.
  ///
  /// Letters may be in another order, one may be missing or be there twice, or be the one beside it on the keyboard.
  /// Beginnings are looked at, and right.
  private static func isSlip(_ word: [Character], for other: [Character]) -> Bool {
    guard let place = zip(word, other).enumerated().first(where: { $0.element.0 != $0.element.1 })?.offset
    else { return min(word.count, other.count) >= 3 && (word.count < other.count || isDoubled(word, word.count - 1)) }
    guard word.count == other.count else {
      return min(word.count, other.count) >= 3 && place > 0 && (word.count < other.count || isDoubled(word, place))
    }
    if word.sorted() == other.sorted() { return word.count >= 3 }
    // One letter for another makes many a word of a short one.
    return word.count >= 6 && place > 0 && isBeside(word[place], other[place])
  }

  /// Whether a letter is the one before or behind it again.
  private static func isDoubled(_ word: [Character], _ place: Int) -> Bool {
    word[place] == word[place - 1] || (place + 1 < word.count && word[place] == word[place + 1])
  }

  /// Whether two letters are beside one another on the keyboard.
  private static func isBeside(_ left: Character, _ right: Character) -> Bool {
    rows.contains { row in
      zip(row, row.dropFirst()).contains { $0 == (left, right) || $0 == (right, left) }
    }
  }

  private static let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]

  /// Whether a word is another one with an ending, as 'translated' is of 'translate'.
  private static func isEnding(_ word: Substring, _ stem: Substring) -> Bool {
    word.count == stem.count + 1 && word.hasPrefix(stem) && "sdrny".contains(word.last ?? " ")
      && word.last != stem.last
  }
}
