/// Finds names that differ by one letter, or by two in another order, without comparing each with each.
///
/// Two such names are the same without one of their letters, or one of them is the other without one. So each has as
/// many variants as letters and one more, and of these only numbers are kept. Words with digits are whole, as names that
/// are counted through are near to one another and no slips.
struct NearNames {
  /// The names that are near to those that were asked for.
  private var found: [Int: [Int]] = [:]

  /// Looks for the names near to some of them.
  ///
  /// - Complexity: O(letters of all names), where few names are near to one another.
  init(_ names: [String], wanted: [Int]) {
    var owners: [UInt64: [Int]] = [:]
    for index in wanted {
      for variant in Self.variants(of: names[index]) { owners[variant, default: []].append(index) }
    }
    var seen: Set<Int> = []
    for (index, name) in names.enumerated() {
      seen.removeAll(keepingCapacity: true)
      for variant in Self.variants(of: name) {
        for owner in owners[variant] ?? [] where owner != index && seen.insert(owner).inserted {
          found[owner, default: []].append(index)
        }
      }
    }
  }

  /// The names that may be near to one of those that were asked for, in order.
  func near(_ index: Int) -> [Int] { found[index] ?? [] }

  /// A number for a name, and one for it without each of its letters.
  ///
  /// Equal texts have equal numbers; others seldom do.
  private static func variants(of name: String) -> [UInt64] {
    let scalars = Array(name.unicodeScalars)
    let letters = scalars.map { UInt64($0.value) + 1 }
    let isWhole = wordsWithDigits(scalars)
    // What is behind a letter, each time as a number; a polynomial can be put together from its parts.
    var behind = Array(repeating: UInt64(0), count: letters.count + 1)
    var power = Array(repeating: UInt64(1), count: letters.count + 1)
    for place in letters.indices.reversed() {
      let length = letters.count - place
      power[length] = power[length - 1] &* base
      behind[place] = letters[place] &* power[length - 1] &+ behind[place + 1]
    }
    var variants = [behind[0]]
    variants.reserveCapacity(letters.count + 1)
    var before: UInt64 = 0
    for (place, letter) in letters.enumerated() {
      let rest = letters.count - place - 1
      // Of a letter that stands twice it does not matter which is missing.
      if !isWhole[place], place == 0 || letter != letters[place - 1] {
        variants.append(before &* power[rest] &+ behind[place + 1])
      }
      before = before &* base &+ letter
    }
    return variants
  }

  /// Whether each letter of a name is in a word that holds a digit.
  private static func wordsWithDigits(_ scalars: [Unicode.Scalar]) -> [Bool] {
    var isIn = Array(repeating: false, count: scalars.count)
    var start = 0
    for end in 0...scalars.count where end == scalars.count || scalars[end] == "_" {
      if scalars[start..<end].contains(where: { ("0"..."9").contains($0) }) {
        for place in start..<end { isIn[place] = true }
      }
      start = end + 1
    }
    return isIn
  }

  /// An odd number without small factors, so that numbers of short texts lie far apart.
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
}
