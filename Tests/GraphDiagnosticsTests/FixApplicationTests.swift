import GraphDiagnostics
import Testing

@Suite struct FixApplicationTests {
  private let file = SourceFile(path: "a.yaml", text: "one two three")

  private func fix(_ start: Int, _ end: Int, _ text: String, in other: SourceFile? = nil) -> FixIt {
    .replace(SourceSpan(other ?? file, ByteRange(start, end)), with: text)
  }

  private func text(_ fixIts: FixIt...) -> String {
    String(decoding: FixApplication(fixIts, in: file).bytes, as: UTF8.self)
  }

  @Test func `changes are made in the order of the file, whatever the order of the list`() {
    #expect(text(fix(8, 13, "3"), fix(0, 3, "1"), fix(4, 7, "2")) == "1 2 3")
    #expect(text(fix(0, 0, "zero "), fix(13, 13, "!")) == "zero one two three!")
    #expect(text() == "one two three")
  }

  @Test func `of two that collide, the first of the list counts`() {
    #expect(text(fix(2, 5, "-"), fix(0, 3, "1"), fix(4, 7, "2")) == "on-wo three")
    #expect(text(fix(0, 3, "1"), fix(2, 5, "-"), fix(4, 7, "2")) == "1 2 three")
    #expect(text(fix(4, 4, "a"), fix(4, 4, "b"), fix(4, 7, "2")) == "one atwo three")
    #expect(text(fix(0, 3, "1"), fix(0, 3, "1")) == "1 two three")
    let applied = FixApplication([fix(0, 3, "1"), fix(2, 5, "-")], in: file).applied
    #expect(applied == [fix(0, 3, "1")])
  }

  @Test func `neighbours do not collide`() {
    #expect(text(fix(0, 3, "1"), fix(3, 4, "_")) == "1_two three")
  }

  @Test func `a byte-order mark stays, and other files are left out`() {
    let marked = SourceFile(path: "b.yaml", bytes: [0xEF, 0xBB, 0xBF] + Array("ab".utf8))
    let result = FixApplication([fix(1, 2, "c", in: marked), fix(0, 3, "1")], in: marked)
    #expect(result.bytes == [0xEF, 0xBB, 0xBF] + Array("ac".utf8))
    #expect(result.applied.count == 1)
  }

  @Test func `made changes never touch, and the first of the list is made`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let seed = UInt64.random(in: 0 ... .max, using: &generator)
      var random = Random(seed)
      let fixIts = (0..<random.next(8)).map { number in
        let start = random.next(14)
        return fix(start, min(13, start + random.next(4)), String(repeating: "x", count: number % 3))
      }
      let result = FixApplication(fixIts, in: file)
      let made = result.applied
      let removed = made.map(\.span.range.count).reduce(0, +)
      let added = made.map(\.replacement.utf8.count).reduce(0, +)
      #expect(result.bytes.count == 13 - removed + added, "seed \(seed)")
      for (left, right) in zip(made, made.dropFirst()) {
        #expect(left.span.range.upperBound <= right.span.range.lowerBound, "seed \(seed)")
      }
      if let first = fixIts.first, !made.isEmpty { #expect(made.contains(first), "seed \(seed)") }
    }
  }

  private struct Random {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }
}
