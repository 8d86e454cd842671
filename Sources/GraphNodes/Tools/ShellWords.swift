/// The words of one command, as far as they tell whether an argument will be read as a program.
struct ShellWords {
  private(set) var words: [String] = []
  private(set) var word: [UInt8]?

  var isInWord: Bool { word != nil }

  mutating func begin() { word = word ?? [] }

  mutating func append(_ byte: UInt8) { word = (word ?? []) + [byte] }

  mutating func endWord() {
    if let word { words.append(String(decoding: word, as: UTF8.self)) }
    word = nil
  }

  /// Programs that read an argument as a program, by the letters of the options that it stands behind.
  private static let interpreters: [String: String] = [
    "sh": "c", "bash": "c", "dash": "c", "zsh": "c", "ksh": "c", "ash": "c", "fish": "c", "su": "c", "python": "c",
    "python3": "c", "perl": "eE", "ruby": "e", "node": "ep", "php": "r", "lua": "e",
  ]

  /// Programs whose first argument is a program that can run others, with the options that have an argument.
  private static let filters: [String: Set<String>] = [
    "awk": ["-v", "-F", "-f"], "gawk": ["-v", "-F", "-f"], "mawk": ["-v", "-F", "-f"], "sed": ["-f", "-l"],
  ]

  /// The program that reads the word that is being written as a program, or nil.
  var readsWordAgain: String? {
    if words.contains("eval") { return "eval" }
    if let place = words.firstIndex(where: { Self.name($0) == "ssh" }) {
      // The first argument that is no option is the host; all behind it is for the shell there.
      if words[(place + 1)...].contains(where: { !$0.hasPrefix("-") }) { return "ssh" }
    }
    return interpreter ?? filter
  }

  /// Whether a name in braces is what a program of awk does, as in `awk '{print}'`, and no placeholder.
  func isStatement(_ name: String) -> Bool {
    filter?.hasSuffix("awk") == true && ["print", "next", "exit", "getline"].contains(name)
  }

  /// A program that was given an option behind which its program stands.
  private var interpreter: String? {
    guard let option = words.last, option.hasPrefix("-"), !option.hasPrefix("--") else { return nil }
    for (place, word) in words.enumerated() {
      guard let letters = Self.interpreters[Self.name(word)], option.contains(where: letters.contains) else { continue }
      // Behind a script, options are the script's own.
      let between = words[(place + 1)...]
      if between.allSatisfy({ $0.hasPrefix("-") }) || Self.name(word) == "su" { return "\(Self.name(word)) \(option)" }
    }
    return nil
  }

  /// A program whose first argument is being written.
  private var filter: String? {
    guard let place = words.firstIndex(where: { Self.filters[Self.name($0)] != nil }),
      let valued = Self.filters[Self.name(words[place])], !words.contains("--sandbox")
    else { return nil }
    if let word, word.first == UInt8(ascii: "-") { return nil }
    var isValue = false
    for word in words[(place + 1)...] {
      if isValue {
        isValue = false
      } else if valued.contains(word) {
        isValue = true
      } else if !word.hasPrefix("-") {
        return nil
      }
    }
    return isValue ? nil : Self.name(words[place])
  }

  static func name(_ word: String) -> String { word.split(separator: "/").last.map(String.init) ?? word }
}
