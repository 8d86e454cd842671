import GraphTestSupport

internal import GraphRuntime
internal import Testing

/// What each reducer does, as laws over random values.
@Suite(.timeLimit(.minutes(10)))
struct ReducerTests {
  private static let misfits: [(Reducer, Value, Value, String)] = [
    (Reducer.append, Value.string("x"), Value.int(1), "reducer 'append' cannot put a int into a str"),
    (.union, ["a": 1], 1, "reducer 'union' cannot put a int into a dict"),
    (.add, 1, "x", "reducer 'add' cannot put a str into a int"),
    (.add, nil, nil, "reducer 'add' cannot put a null into a null"),
    (.add, .int(.max), 1, "the sum is too large for a number"),
    (.add, .double(.greatestFiniteMagnitude), .double(.greatestFiniteMagnitude), "the sum is too large for a number"),
    (.merge, [1], ["a": 1], "reducer 'merge' cannot put a dict into a list"),
    (.merge, nil, 1, "reducer 'merge' cannot put a int into a null"),
    (.min, nil, "x", "reducer 'min' cannot put a str into a null"),
    (.max, true, 1, "reducer 'max' cannot put a int into a bool"),
  ]

  private func reduce(_ reducer: Reducer, _ writes: [Value], from start: Value = .null) throws -> Value {
    var value = start
    for write in writes { try reducer.apply(write, to: &value) }
    return value
  }

  private func values(_ seed: UInt64, count: Int = 20) -> [Value] {
    var random = SeededGenerator(seed)
    return (0..<count).map { _ in Value.random(depth: 2, &random) }
  }

  @Test(arguments: 0..<20)
  func `replace keeps the last write`(seed: UInt64) throws {
    let writes = values(seed)
    #expect(try reduce(.replace, writes) == writes.last)
  }

  @Test(arguments: 0..<20)
  func `append keeps every write in order, and lists are taken apart`(seed: UInt64) throws {
    let writes = values(seed)
    let expected = writes.flatMap { $0.list ?? [$0] }
    #expect(try reduce(.append, writes) == .list(expected))
    // In two halves it is the same.
    let half = try reduce(.append, Array(writes.prefix(7)))
    #expect(try reduce(.append, Array(writes.dropFirst(7)), from: half) == .list(expected))
  }

  @Test(arguments: 0..<20)
  func `union keeps each item once, at its first place`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let writes = (0..<30).map { _ in Value.int(.random(in: 0...9, using: &random)) }
    var expected: [Value] = []
    for write in writes where !expected.contains(write) { expected.append(write) }
    let result = try reduce(.union, writes)
    #expect(result == .list(expected))
    #expect(try reduce(.union, [result], from: result) == result)
  }

  @Test(arguments: 0..<20)
  func `add sums integers exactly, in any order`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let numbers = (0..<30).map { _ in Int.random(in: -1_000_000...1_000_000, using: &random) }
    let sum = Value.int(numbers.reduce(0, +))
    #expect(try reduce(.add, numbers.map { .int($0) }) == sum)
    #expect(try reduce(.add, numbers.shuffled(using: &random).map { .int($0) }) == sum)
  }

  @Test func `add of an integer and a double is a double`() throws {
    #expect(try reduce(.add, [1, 0.5]) == .double(1.5))
    #expect(try reduce(.add, [0.5, 1]) == .double(1.5))
  }

  @Test(arguments: 0..<20)
  func `min and max keep the extremes, in any order`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let numbers = (0..<30).map { _ in Int.random(in: .min...(.max), using: &random) }
    let writes = numbers.shuffled(using: &random).map { Value.int($0) }
    #expect(try reduce(.min, writes) == numbers.min().map { .int($0) })
    #expect(try reduce(.max, writes) == numbers.max().map { .int($0) })
  }

  @Test func `min and max tell large integers apart and compare integers with doubles`() throws {
    #expect(try reduce(.max, [.int(.max - 1), .int(.max)]) == .int(.max))
    #expect(try reduce(.min, [.int(.max), .int(.max - 1)]) == .int(.max - 1))
    #expect(try reduce(.min, [2, 1.5]) == .double(1.5))
    #expect(try reduce(.max, [2, 1.5]) == .int(2))
  }

  @Test(arguments: 0..<20)
  func `merge writes entries over entries`(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let writes = (0..<12).map { _ in
      ValueObject((0..<3).map { _ in ("k\(Int.random(in: 0...9, using: &random))", .random(depth: 1, &random)) })
    }
    var expected: [String: Value] = [:]
    for write in writes { for (key, value) in write { expected[key] = value } }
    let result = try reduce(.merge, writes.map { .object($0) })
    #expect(result == .object(ValueObject(expected.map { ($0.key, $0.value) })))
  }

  @Test(arguments: misfits)
  func `A value that does not fit is refused and changes nothing`(
    reducer: Reducer, current: Value, update: Value, message: String
  ) {
    var value = current
    let error = #expect(throws: ReducerError.self) { try reducer.apply(update, to: &value) }
    #expect(error?.description == message)
    #expect(value == current)
  }
}
