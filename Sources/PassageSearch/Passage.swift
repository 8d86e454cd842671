/// A part of a document that is short enough to be shown to a model.
public struct Passage: Sendable, Hashable {
  /// The text as the document has it.
  public var text: String

  /// The headings that lead to it, from the outside in, joined with ` > `; empty where there are none.
  public var heading: String

  /// The document, as people name it.
  public var source: String

  /// The line of the document in which the text begins, counted from 1.
  public var line: Int

  /// Creates a passage.
  public init(text: String, heading: String = "", source: String, line: Int) {
    self.text = text
    self.heading = heading
    self.source = source
    self.line = line
  }
}

/// A passage that fits a question, and how well.
public struct PassageMatch: Sendable, Hashable {
  /// The passage.
  public let passage: Passage

  /// How well it fits: a positive number, comparable only with others of the same search.
  public let score: Double
}
