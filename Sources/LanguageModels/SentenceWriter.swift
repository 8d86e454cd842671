/// Writes plain sentences about the words of a question, the same ones for the same seed.
struct SentenceWriter {
  private let topics: [String]
  private var random: SplitMix64

  init(question: String, seed: UInt64) {
    topics = Self.topics(of: question)
    random = SplitMix64(seed: seed)
  }

  /// Three or four sentences.
  mutating func paragraph() -> String {
    let count = 2 + random.below(2)
    var bodies = Self.bodies
    var sentences = [sentence(Self.openings[random.below(Self.openings.count)])]
    for _ in 0..<count { sentences.append(sentence(bodies.remove(at: random.below(bodies.count)))) }
    return sentences.joined(separator: " ")
  }

  /// A few words without a full stop.
  mutating func phrase() -> String {
    sentence(Self.phrases[random.below(Self.phrases.count)])
  }

  private mutating func sentence(_ template: String) -> String {
    var result = ""
    for part in template.split(separator: " ", omittingEmptySubsequences: false) {
      if !result.isEmpty { result += " " }
      if part.hasPrefix("*") {
        result += topics[random.below(topics.count)] + part.dropFirst()
      } else {
        result += part
      }
    }
    return result
  }

  /// The longer words of a question, each once, in their order.
  private static func topics(of question: String) -> [String] {
    var topics: [String] = []
    for word in question.split(whereSeparator: { !$0.isLetter }) where word.count >= 4 && word.count <= 24 {
      let topic = word.lowercased()
      if !commonWords.contains(topic) && !topics.contains(topic) { topics.append(topic) }
      if topics.count == 12 { break }
    }
    return topics.isEmpty ? ["this subject"] : topics
  }

  private static let openings = [
    "This is an offline answer about *.",
    "Without a network, here is what can be said about *.",
    "The question turns on *, and on what is near it.",
    "A short answer about * follows.",
  ]

  private static let bodies = [
    "A closer look at * is worth the time.",
    "It helps to see * in context.",
    "Most of the effort goes into *, and the rest follows from there.",
    "One should not forget * either.",
    "A small example of * makes the point clear.",
    "In the end, much depends on *.",
  ]

  private static let phrases = [
    "a note about *",
    "more on *",
    "what matters about *",
    "the case of *",
    "the place of *",
  ]

  private static let commonWords: Set<String> = [
    "about", "after", "also", "answer", "been", "before", "being", "between", "both", "could", "does", "each", "from",
    "give", "have", "here", "into", "just", "like", "make", "more", "most", "much", "only", "other", "over", "please",
    "should", "some", "such", "tell", "text", "than", "that", "their", "them", "then", "there", "these", "they", "this",
    "those", "through", "very", "want", "were", "what", "when", "where", "which", "while", "will", "with", "would",
    "write", "your",
  ]
}

/// A hash that is the same in every process (FNV-1a, 64 bits).
struct StableHash {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func combine(_ text: String) {
    for byte in text.utf8 { mix(byte) }
    // Ends the text, so that "a" + "bc" and "ab" + "c" differ.
    mix(0xFF)
  }

  private mutating func mix(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }
}

/// A small generator of well-mixed numbers from any seed.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to `bound`, which has to be above 0.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
