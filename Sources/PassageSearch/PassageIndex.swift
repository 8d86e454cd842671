/// Passages in memory that can be searched by the words of a question.
///
/// Words are compared without regard to case, accents and English endings, and ranked with BM25 by SQLite's full-text
/// index; the headings of a passage count twice. A question is only ever words: nothing in it is an operator.
///
/// ```swift
/// let index = try PassageIndex()
/// try index.add(PassageCutter().cut("The lamp is lit at dusk.", source: "rules.txt"))
/// for match in try index.search("When is the lamp lit?", limit: 3) {
///   print(match.passage.source, match.passage.text)
/// }
/// ```
///
/// It is no `Sendable`: one task uses it at a time.
public final class PassageIndex {
  /// How much an index holds.
  public struct Limits: Sendable, Hashable {
    /// The most bytes of all passages together.
    public var bytes: Int
    /// The most passages.
    public var passages: Int

    /// Creates limits; without arguments, 64 MiB and 200,000 passages.
    ///
    /// The index takes about as much memory again.
    public init(bytes: Int = 64 << 20, passages: Int = 200_000) {
      self.bytes = bytes
      self.passages = passages
    }
  }

  private let database: SQLiteDatabase
  private let limits: Limits
  private var passages: [Passage] = []
  private var bytes = 0

  /// Creates an empty index.
  ///
  /// - Throws: `PassageSearchError` when SQLite cannot be used.
  public init(limits: Limits = Limits()) throws(PassageSearchError) {
    self.limits = limits
    database = try SQLiteDatabase()
    // The passages themselves are kept here, so that the table holds their words only.
    try database.run(
      """
      CREATE VIRTUAL TABLE passages USING fts5(
        heading, body, content = '', tokenize = 'porter unicode61 remove_diacritics 2')
      """)
  }

  /// The number of passages.
  public var count: Int { passages.count }

  /// Adds passages.
  ///
  /// - Throws: `PassageSearchError` when that is more than the index holds.
  public func add(_ added: [Passage]) throws(PassageSearchError) {
    guard !added.isEmpty else { return }
    for passage in added { bytes += passage.text.utf8.count + passage.heading.utf8.count }
    guard bytes <= limits.bytes else { throw .tooLarge(limits) }
    guard passages.count + added.count <= limits.passages else { throw .tooManyPassages(limits) }
    try database.run("BEGIN")
    let insertion = try database.prepare("INSERT INTO passages (rowid, heading, body) VALUES (?1, ?2, ?3)")
    for passage in added {
      try insertion.bind(passages.count, at: 1)
      try insertion.bind(SearchText.indexed(passage.heading), at: 2)
      try insertion.bind(SearchText.indexed(passage.text), at: 3)
      while try insertion.step() {}
      insertion.reset()
      passages.append(passage)
    }
    try database.run("COMMIT")
  }

  /// The passages that share words with a question, the best one first; of equal ones the first that was added.
  ///
  /// - Throws: `PassageSearchError` when SQLite fails.
  public func search(_ question: String, limit: Int) throws(PassageSearchError) -> [PassageMatch] {
    let terms = SearchText.terms(of: question)
    guard !terms.isEmpty, !passages.isEmpty, limit > 0 else { return [] }
    let selection = try database.prepare(
      """
      SELECT rowid, bm25(passages, 2.0, 1.0) AS rank FROM passages WHERE passages MATCH ?1
      ORDER BY rank, rowid LIMIT ?2
      """)
    try selection.bind(Self.expression(terms), at: 1)
    try selection.bind(limit, at: 2)
    var matches: [PassageMatch] = []
    while try selection.step() {
      // SQLite's score is the smaller the better, and below zero.
      matches.append(PassageMatch(passage: passages[selection.integer(0)], score: -selection.double(1)))
    }
    return matches
  }

  /// Any of the words.
  ///
  /// Each is quoted, and none holds a quote, because a word is made of letters and digits.
  private static func expression(_ terms: [SearchText.Term]) -> String {
    terms.map { term in "\"\(term.text)\"" + (term.isPrefix ? "*" : "") }.joined(separator: " OR ")
  }
}

/// Why passages cannot be stored or searched.
public enum PassageSearchError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The passages have more bytes than the index holds.
  case tooLarge(PassageIndex.Limits)
  /// There are more passages than the index holds.
  case tooManyPassages(PassageIndex.Limits)
  /// SQLite failed; the reason is its own phrase for a status and shows no text.
  case database(String)

  /// One lower-case phrase.
  public var description: String {
    switch self {
    case .tooLarge(let limits): "the index has more than \(limits.bytes >> 20) MiB of text"
    case .tooManyPassages(let limits): "the index has more than \(limits.passages) passages"
    case .database(let reason): "the index cannot be used: \(reason)"
    }
  }
}
