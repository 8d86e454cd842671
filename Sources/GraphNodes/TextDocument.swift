internal import GraphLanguage
internal import GraphRuntime

/// One document of a list: a text, or an object with a text in it.
struct TextDocument {
  /// What is searched.
  let text: String

  /// What stands above it: `title` or `heading`.
  var title: String?

  /// Where it comes from: `source`.
  var source: String?

  /// The line in its source: `line`.
  var line: Int?

  init(text: String) { self.text = text }

  /// The document that a value stands for; nil for null.
  ///
  /// The text of an object is its `text` or `content`, as of what `retrieve` writes itself; of any other object it is
  /// one line for each entry.
  init?(_ value: Value) {
    switch value {
    case .null: return nil
    case .object(let object):
      guard let text = object["text"]?.string ?? object["content"]?.string else {
        text = Self.lines(object.filter { !$0.value.isNull }.map { ($0.key, $0.value.text) })
        return
      }
      self.text = text
      title = Self.text(object["title"]) ?? Self.text(object["heading"])
      source = Self.text(object["source"])
      line = object["line"]?.int
    default: text = value.text
    }
  }

  private static func text(_ value: Value?) -> String? { value?.string.flatMap { $0.isEmpty ? nil : $0 } }

  /// Names and values, one a line.
  static func lines(_ entries: [(name: String, value: String)]) -> String {
    entries.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
  }
}
