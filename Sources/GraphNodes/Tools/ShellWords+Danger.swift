internal import GraphLanguage

extension ShellWords {
  /// What an argument is to the program that gets it if it is put where the words end, or nil where it is text and
  /// nothing else, as far as the programs are known.
  ///
  /// Of a program that is not known, nothing is said.
  var danger: (kind: ArgumentDanger.Kind, program: String)? {
    let prefix = String(decoding: word ?? [], as: UTF8.self)
    let (arguments, isTarget) = Self.withoutRedirections(words)
    if let target = Self.redirection(prefix) { return target.isEmpty || target.hasSuffix("/") ? (.path, ">") : nil }
    if isTarget { return Self.isPlace(prefix) ? (.path, ">") : nil }
    guard var command = Self.command(arguments[...]) else {
      // What stands before the program sets variables.
      return prefix.contains("=") ? nil : (.program, Self.name(arguments.last ?? "sh"))
    }
    let program = Self.name(command.removeFirst())
    return Self.danger(of: program, behind: Array(command), prefix).map { ($0, program) }
  }

  private static func danger(of program: String, behind words: [String], _ prefix: String) -> ArgumentDanger.Kind? {
    let operands = operands(of: program, words)
    if scripts.contains(program) {
      let takesModule = words.last == "-m" && prefix.isEmpty
      return takesModule || operands.count == 0 && !operands.isValue && !prefix.hasPrefix("-") ? .program : nil
    }
    guard !operands.isValue else {
      return valuesThatArePaths[program]?.contains(words.last ?? "") == true && isPlace(prefix) ? .path : nil
    }
    let isWhole = prefix.isEmpty
    if isWhole, readers.contains(program) { return .address }
    if isWhole, !words.contains("--"), powerful.contains(program) { return .option }
    guard let first = firstPath[program], isPlace(prefix) else { return nil }
    // What is looked for stands behind '-e' or before the files.
    let isGiven = words.contains("-e") || words.contains("-f")
    return operands.count >= (isGiven ? 0 : first) ? .path : nil
  }

  /// Whether what follows can lead anywhere: nothing or a folder stands before it.
  private static func isPlace(_ prefix: String) -> Bool { prefix.isEmpty || prefix.hasSuffix("/") }

  // MARK: - Words

  /// How many arguments stand there that are no options, and whether the next one is the value of an option.
  private static func operands(of program: String, _ words: [String]) -> (count: Int, isValue: Bool) {
    let valued = valuedOptions[program]
    var count = 0
    var isValue = false
    var isOver = false
    for word in words {
      if isValue {
        isValue = false
      } else if word == "--" {
        isOver = true
      } else if !isOver, word.hasPrefix("-"), word != "-" {
        // A letter that takes a value is the last of its word; of a program that is not known well, any option may.
        guard let valued, let last = word.last else {
          isValue = true
          continue
        }
        isValue = !word.hasPrefix("--") && valued.contains(last)
      } else {
        count += 1
      }
    }
    return (count, isValue)
  }

  /// The words from the program on; nil where it is still to come.
  private static func command(_ words: ArraySlice<String>) -> ArraySlice<String>? {
    var words = words
    while let word = words.first {
      let name = name(word)
      if keywords.contains(word) || isAssignment(word) {
        words.removeFirst()
      } else if let skipped = wrappers[name] {
        words.removeFirst()
        while let option = words.first, option.hasPrefix("-") || isAssignment(option) {
          words.removeFirst()
          if option.count == 2, ["u", "n", "s", "k", "I", "L", "P", "d"].contains(option.last), !words.isEmpty {
            words.removeFirst()
          }
        }
        guard words.count > skipped else { return words.count == skipped ? nil : words }
        words.removeFirst(skipped)
      } else {
        return words
      }
    }
    return nil
  }

  private static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
    return word[..<equals].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  /// What stands behind `>` or `<` in a word; nil for a word that begins with neither.
  private static func redirection(_ word: String) -> Substring? {
    let rest = word.drop { $0.isNumber || $0 == "&" }
    guard let first = rest.first, first == ">" || first == "<", !rest.hasPrefix("<<") else { return nil }
    return rest.drop { $0 == ">" || $0 == "<" || $0 == "|" || $0 == "&" }
  }

  /// The words without redirections, and whether the next word is the target of one.
  private static func withoutRedirections(_ words: [String]) -> (words: [String], isTarget: Bool) {
    var kept: [String] = []
    var isTarget = false
    for word in words {
      if isTarget {
        isTarget = false
      } else if let target = redirection(word) {
        isTarget = target.isEmpty
      } else {
        kept.append(word)
      }
    }
    return (kept, isTarget)
  }

  // MARK: - Programs

  private static let keywords: Set<String> = ["if", "then", "else", "elif", "while", "until", "do", "!", "{"]

  /// Programs that run another one, with the number of arguments before that.
  private static let wrappers: [String: Int] = [
    "env": 0, "sudo": 0, "nohup": 0, "time": 0, "nice": 0, "ionice": 0, "timeout": 1, "xargs": 0, "exec": 0,
    "command": 0, "builtin": 0, "setsid": 0, "stdbuf": 0, "busybox": 0,
  ]

  /// Programs whose first argument is a program.
  private static let scripts: Set<String> = [
    "sh", "bash", "dash", "zsh", "ksh", "python", "python3", "perl", "ruby", "node", "deno", "php", "lua", "source",
    ".",
  ]

  /// Programs that read an address, of any kind.
  private static let readers: Set<String> = ["curl", "wget", "http", "https", "xh", "aria2c", "lynx", "w3m", "yt-dlp"]

  /// Programs that run others, or write files, where an option says so.
  private static let powerful: Set<String> = [
    "git", "hg", "svn", "tar", "find", "rsync", "scp", "ssh", "sort", "rg", "zip", "man", "docker", "podman", "kubectl",
    "npm", "npx", "pip", "pip3", "uv", "make", "gcc", "cc", "ffmpeg", "convert", "magick", "gpg", "psql", "mysql",
    "sqlite3",
  ]

  /// Programs that take files, with the number of arguments before the first of them.
  private static let firstPath: [String: Int] = {
    let paths = [
      "cat", "tac", "nl", "head", "tail", "less", "more", "od", "xxd", "strings", "file", "stat", "ls", "dir", "tree",
      "du", "rm", "rmdir", "mkdir", "touch", "cp", "mv", "ln", "tee", "truncate", "shred", "install", "wc", "md5sum",
      "sha1sum", "sha256sum", "sha512sum", "base64", "gzip", "gunzip", "zcat", "bzip2", "xz", "unzip", "diff", "cmp",
      "sort", "uniq", "cut", "paste", "cd", "pushd", "open", "xdg-open", "find", "pandoc", "pdftotext", "sqlite3",
    ]
    let behindOne = ["chmod", "chown", "chgrp", "grep", "egrep", "fgrep", "rg", "jq", "yq"]
    return Dictionary(paths.map { ($0, 0) } + behindOne.map { ($0, 1) }) { first, _ in first }
  }()

  /// The letters of options with a value, for programs whose options are known; all options of others may have one.
  private static let valuedOptions: [String: Set<Character>] = {
    var options: [String: Set<Character>] = [
      "head": ["n", "c"], "tail": ["n", "c"], "cut": ["b", "c", "d", "f"], "sort": ["k", "t", "S", "T", "o"],
      "uniq": ["f", "s", "w"], "mkdir": ["m"], "touch": ["d", "t", "r"], "truncate": ["s", "r"],
      "install": ["m", "o", "g", "t", "S"], "cp": ["t", "S"], "mv": ["t", "S"], "ln": ["t", "S"], "ls": ["I", "w"],
      "grep": ["e", "f", "m", "A", "B", "C"], "egrep": ["e", "f", "m", "A", "B", "C"],
      "fgrep": ["e", "f", "m", "A", "B", "C"], "curl": [], "wget": ["O", "o", "P", "a", "i", "t", "T", "U", "e"],
      "python": ["c", "m", "W", "X"], "python3": ["c", "m", "W", "X"], "sh": ["c", "o"], "bash": ["c", "o"],
      "od": ["A", "j", "N", "t", "w"], "xxd": ["c", "g", "l", "o", "s"], "du": ["d", "t"], "tree": ["L", "P", "I"],
    ]
    options["curl"] = Set("AbcCdDeEFHhKmoPQrtTuUwxXyYz")
    for program in [
      "cat", "tac", "less", "more", "file", "stat", "rm", "rmdir", "tee", "wc", "md5sum", "sha1sum", "sha256sum",
      "sha512sum", "gzip", "gunzip", "zcat", "diff", "cmp", "cd", "pushd", "open", "xdg-open", "chmod", "chown",
      "chgrp", "source", ".",
    ] { options[program] = [] }
    return options
  }()

  /// Options whose value is a file.
  private static let valuesThatArePaths: [String: Set<String>] = [
    "grep": ["-f"], "egrep": ["-f"], "fgrep": ["-f"], "sort": ["-o"], "cp": ["-t"], "mv": ["-t"], "curl": ["-o", "-K"],
    "wget": ["-O", "-i"], "tar": ["-f", "-xf", "-cf", "-tf", "-xzf", "-czf", "-C"], "git": ["-C"],
    "make": ["-f", "-C"],
  ]
}
