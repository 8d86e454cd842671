/// Text in the form in which it is searched, and the words of a question.
///
/// The tokenizer of the index parts words at white space and punctuation. Scripts that write without spaces would be one
/// word a sentence, so their text is written as overlapping pairs of characters before it goes into the index, and
/// questions likewise: 「灯台守」 becomes `灯台 台守 守`. A pair that a question shares with a passage is then found wherever
/// it stands.
enum SearchText {
  /// The most different words of a question that are looked for; the first ones count.
  static let maximumTerms = 200

  /// One word of a question.
  struct Term: Hashable {
    let text: String
    /// Whether words of the index that only begin with it count as well.
    let isPrefix: Bool
  }

  /// The text as it goes into the index.
  static func indexed(_ text: String) -> String {
    // The scripts in question begin where UTF-8 takes three bytes; most texts have none, and are seen through fast.
    guard text.utf8.contains(where: { $0 >= 0xE0 }), text.unicodeScalars.contains(where: isUnspaced) else {
      return text
    }
    var result = ""
    for run in runs(of: text) {
      guard run.isUnspaced else {
        result.unicodeScalars.append(contentsOf: run.scalars)
        continue
      }
      for pair in pairs(run.scalars) + [String(String.UnicodeScalarView(run.scalars.suffix(1)))] {
        result += " " + pair
      }
      result += " "
    }
    return result
  }

  /// The different words of a question in their order, without those that only hold a sentence together.
  static func terms(of question: String) -> [Term] {
    var seen: Set<String> = []
    var all: [Term] = []
    var telling: [Term] = []
    for term in words(of: question) where seen.insert(term.text).inserted {
      all.append(term)
      if !connectives.contains(term.text) { telling.append(term) }
    }
    return Array((telling.isEmpty ? all : telling).prefix(maximumTerms))
  }

  private static func words(of text: String) -> [Term] {
    var words: [Term] = []
    for run in runs(of: text) {
      if run.isUnspaced {
        let pairs = pairs(run.scalars)
        words += pairs.map { Term(text: $0, isPrefix: false) }
        // One character is no pair, and begins those that it is in.
        if pairs.isEmpty { words += run.scalars.map { Term(text: String($0), isPrefix: true) } }
        continue
      }
      var word = String.UnicodeScalarView()
      for scalar in run.scalars + [" "] {
        if isWordPart(scalar) {
          word.append(scalar)
        } else if !word.isEmpty {
          words.append(Term(text: String(word).lowercased(), isPrefix: false))
          word = String.UnicodeScalarView()
        }
      }
    }
    return words
  }

  // MARK: - Scripts without spaces

  private struct Run {
    let isUnspaced: Bool
    var scalars: [Unicode.Scalar]
  }

  private static func runs(of text: String) -> [Run] {
    var runs: [Run] = []
    for scalar in text.unicodeScalars {
      let isUnspaced = isUnspaced(scalar)
      if runs.last?.isUnspaced == isUnspaced {
        runs[runs.count - 1].scalars.append(scalar)
      } else {
        runs.append(Run(isUnspaced: isUnspaced, scalars: [scalar]))
      }
    }
    return runs
  }

  private static func pairs(_ scalars: [Unicode.Scalar]) -> [String] {
    zip(scalars, scalars.dropFirst()).map { String(String.UnicodeScalarView([$0, $1])) }
  }

  /// Whether a scalar belongs to a script that puts no spaces between words, or glues particles to them.
  private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x0E00: false
    case 0x0E01...0x0EFF: isWordPart(scalar)  // Thai, Lao
    case 0x1000...0x109F, 0x1780...0x17D3: isWordPart(scalar)  // Myanmar, Khmer
    case 0x3040...0x30FF, 0x31F0...0x31FF: isWordPart(scalar)  // Hiragana, Katakana
    case 0x3005...0x3007, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF: true  // Han
    case 0xAC00...0xD7AF: true  // Hangul
    case 0x20000...0x323AF: true  // Han, rarer ones
    default: false
    }
  }

  /// What the tokenizer of the index takes as a part of a word: letters and digits, and the marks on them.
  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .nonspacingMark, .spacingMark:
      true
    default: false
    }
  }

  // MARK: - Words that say nothing

  /// English words that stand in nearly every question.
  ///
  /// A passage that shares only these with a question does not answer it, and in a small index they are too rare for
  /// their weight to tell.
  private static let connectives: Set<String> = [
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do",
    "does", "for", "from", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "may", "me", "my",
    "of", "on", "or", "our", "please", "shall", "should", "so", "some", "tell", "than", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "those", "to", "us", "was", "we", "were", "what", "when", "where",
    "which",
    "who", "whom", "whose", "why", "will", "with", "would", "you", "your",
  ]
}
