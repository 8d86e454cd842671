import CommandKit
import GraphTestSupport
import Testing

/// Whatever a command line says, parsing finds: parse(render(values)) == values.
@Suite(.timeLimit(.minutes(10)))
struct RoundTripTests {
  @Test(arguments: 0..<400 as Range<UInt64>)
  func `Every way to write the same values means the same`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let tree = TreeGenerator.tree(using: &random)
    #expect(tree.problems == [], "seed \(seed)")
    let values = CommandValues(of: tree, using: &random)
    let line = values.render(using: &random)
    let command = try tree.parse(line)
    #expect(command.path.words == values.path.map(\.name), "seed \(seed): \(line)")
    #expect(command.action == .run, "seed \(seed): \(line)")
    for option in values.path.flatMap(\.options) {
      let expected = values.options[option.name]
      switch option.kind {
      case .flag: #expect(command.flag(option.name) == (expected != nil), "seed \(seed): \(line)")
      case .inversion:
        #expect(command.toggle(option.name) == expected.map { $0 == ["true"] }, "seed \(seed): \(line)")
      case .single: #expect(command.value(option.name) == expected?.last, "seed \(seed): \(line)")
      case .repeating: #expect(command.values(option.name) == expected ?? [], "seed \(seed): \(line)")
      }
    }
    let arguments = values.path.last?.arguments ?? []
    #expect(arguments.flatMap { command.values($0.name) } == values.arguments, "seed \(seed): \(line)")
  }
}

/// Makes trees in which every option and argument has a name of its own.
private enum TreeGenerator {
  static func tree(using random: inout SeededGenerator) -> CommandSpec {
    var letters = Array("abcdefgijklmnopqrstuvwxyz")
    var number = 0
    return command(depth: 0, &letters, &number, using: &random)
  }

  private static func command(
    depth: Int, _ letters: inout [Character], _ number: inout Int, using random: inout SeededGenerator
  ) -> CommandSpec {
    number += 1
    let name = "command-\(number)"
    var options: [OptionSpec] = []
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      number += 1
      let short = Bool.random(using: &random) ? letters.popLast() : nil
      let option = "option-\(number)"
      switch Int.random(in: 0..<4, using: &random) {
      case 0: options.append(.flag(option, short: short, help: ""))
      case 1: options.append(.inversion(option, help: ""))
      case 2: options.append(.single(option, short: short, help: ""))
      default: options.append(.repeating(option, short: short, aliases: ["alias-\(number)"], help: ""))
      }
    }
    let count = depth < 2 ? Int.random(in: 0...3, using: &random) : 0
    let subcommands = (0..<count).map { _ in command(depth: depth + 1, &letters, &number, using: &random) }
    var arguments: [ArgumentSpec] = []
    if subcommands.isEmpty {
      arguments = (0..<Int.random(in: 0...2, using: &random)).map { ArgumentSpec("argument-\(number)-\($0)", help: "") }
      switch Int.random(in: 0..<3, using: &random) {
      case 0: arguments.append(ArgumentSpec("optional-\(number)", .optional, help: ""))
      case 1: arguments.append(ArgumentSpec("rest-\(number)", .repeating(minimum: 1), help: ""))
      default: break
      }
    }
    return CommandSpec(
      name: name, abstract: "", options: options, arguments: arguments, subcommands: subcommands)
  }
}

/// A command of a tree with values for it, and the ways to write them down.
private struct CommandValues {
  var path: [CommandSpec]
  var options: [String: [String]] = [:]
  var arguments: [String] = []

  init(of tree: CommandSpec, using random: inout SeededGenerator) {
    path = [tree]
    while let next = path[path.count - 1].subcommands.randomElement(using: &random) { path.append(next) }
    for option in path.flatMap(\.options) where Bool.random(using: &random) {
      switch option.kind {
      case .flag: options[option.name] = ["true"]
      case .inversion: options[option.name] = [String(Bool.random(using: &random))]
      case .single, .repeating:
        options[option.name] = (0...Int.random(in: 0...2, using: &random)).map { _ in Self.value(using: &random) }
      }
    }
    for argument in path[path.count - 1].arguments {
      let count =
        switch argument.kind {
        case .single: 1
        case .optional: Int.random(in: 0...1, using: &random)
        case .repeating(let minimum): Int.random(in: minimum...3, using: &random)
        }
      for _ in 0..<count { arguments.append(Self.value(using: &random)) }
    }
  }

  private static func value(using random: inout SeededGenerator) -> String {
    let values = [
      "", "-", "a", "x y", "k=v", "=", "-5", "-.5", "--", "-x", "--option-1", "é\n'\"$", "help", "command-1",
    ]
    return values[Int.random(in: 0..<values.count, using: &random)]
  }

  /// Whether a word would be read as an option.
  private static func isOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  func render(using random: inout SeededGenerator) -> [String] {
    var line = path.dropFirst().map { [$0.name] }
    var tail = arguments
    let firstLikeOption = tail.firstIndex(where: Self.isOption) ?? tail.count
    let open = Array(tail[..<firstLikeOption])
    tail.removeFirst(firstLikeOption)
    line += open.map { [$0] }
    // An option stands behind the name of its command, and its values keep their order.
    for command in path {
      let first = line.firstIndex(of: [command.name]).map { $0 + 1 } ?? 0
      for option in command.options {
        guard let values = options[option.name] else { continue }
        var earliest = first
        for value in values {
          let place = Int.random(in: earliest...line.count, using: &random)
          line.insert(pieces(of: option, value, using: &random), at: place)
          earliest = place + 1
        }
      }
    }
    return bundled(line, using: &random).flatMap(\.self) + (tail.isEmpty ? [] : ["--"] + tail)
  }

  private func pieces(of option: OptionSpec, _ value: String, using random: inout SeededGenerator) -> [String] {
    var names = ["--" + option.name] + option.aliases.map { "--" + $0 }
    if let short = option.short { names.append("-\(short)") }
    let name = names[Int.random(in: 0..<names.count, using: &random)]
    switch option.kind {
    case .flag: return [name]
    case .inversion: return [value == "true" ? name : "--no-" + option.name]
    case .single, .repeating:
      return Self.isOption(value) || Bool.random(using: &random) ? ["\(name)=\(value)"] : [name, value]
    }
  }

  /// Joins neighbours that are letters, of which only the last may have a value.
  private func bundled(_ line: [[String]], using random: inout SeededGenerator) -> [[String]] {
    var result: [[String]] = []
    for piece in line {
      let isLetter = piece[0].hasPrefix("-") && piece[0].dropFirst().first.map { $0.isLetter && $0.isASCII } == true
      if isLetter, let last = result.last, last.count == 1, isFlagLetters(last[0]), Bool.random(using: &random) {
        result[result.count - 1] = [last[0] + piece[0].dropFirst()] + piece.dropFirst()
      } else {
        result.append(piece)
      }
    }
    return result
  }

  private func isFlagLetters(_ word: String) -> Bool {
    let flags = path.flatMap(\.options).filter { $0.kind == .flag }.compactMap(\.short)
    return word.hasPrefix("-") && word.count > 1 && word.dropFirst().allSatisfy { flags.contains($0) }
  }
}
