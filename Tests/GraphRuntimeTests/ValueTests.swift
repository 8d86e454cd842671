import GraphTestSupport

internal import GraphRuntime
internal import Testing

/// Values, objects and keys.
@Suite(.timeLimit(.minutes(10)))
struct ValueTests {
  @Test func `Literals make values of their kinds`() {
    let value: Value = ["a": [nil, true, 1, 1.5, "x"], "b": [:]]
    #expect(value["a"]?.list?.map(\.kind) == ["null", "bool", "int", "float", "str"])
    #expect(value["b"] == .object([:]))
    #expect(value.kind == "dict")
    #expect(value["a"]?.kind == "list")
    #expect(value["c"] == nil)
    #expect(Value.int(1)["a"] == nil)
  }

  @Test func `Accessors give nil for other kinds`() {
    let all: [Value] = [nil, true, 1, 1.5, "x", [], [:]]
    #expect(all.map(\.isNull) == [true, false, false, false, false, false, false])
    #expect(all.compactMap(\.bool) == [true])
    #expect(all.compactMap(\.int) == [1])
    #expect(all.compactMap(\.double) == [1, 1.5])
    #expect(all.compactMap(\.string) == ["x"])
    #expect(all.compactMap(\.list) == [[]])
    #expect(all.compactMap(\.object) == [[:]])
  }

  @Test func `An integer is not equal to a double`() {
    #expect(Value.int(1) != .double(1))
    #expect(Value.double(0) == .double(-0.0))
  }

  @Test func `An object keeps the order of its keys`() {
    var object: ValueObject = ["b": 1, "a": 2]
    object["c"] = 3
    object["b"] = 4
    #expect(object.keys == ["b", "a", "c"])
    #expect(object.values == [4, 2, 3])
    object["a"] = nil
    #expect(object.keys == ["b", "c"])
    object["missing"] = nil
    #expect(object.count == 2)
  }

  @Test func `Of equal keys the last value wins at the first place`() {
    let object: ValueObject = ["a": 1, "b": 2, "a": 3]
    #expect(object.map(\.key) == ["a", "b"])
    #expect(object["a"] == 3)
  }

  @Test func `Objects are equal whatever the order of their keys`() {
    let one: ValueObject = ["a": 1, "b": [2]]
    let other: ValueObject = ["b": [2], "a": 1]
    #expect(one == other)
    #expect(one.hashValue == other.hashValue)
    #expect(one != ["a": 1, "b": [3]])
    #expect(one != ["a": 1])
    #expect(one != ["a": 1, "c": [2]])
  }

  @Test(arguments: 0..<30)
  func `An object behaves as a dictionary that remembers its order`(seed: UInt64) {
    var random = SeededGenerator(seed)
    var object = ValueObject()
    var dictionary: [String: Value] = [:]
    var order: [String] = []
    for step in 0..<200 {
      let key = "k\(Int.random(in: 0..<25, using: &random))"
      if Int.random(in: 0..<3, using: &random) == 0 {
        object[key] = nil
        dictionary[key] = nil
        order.removeAll { $0 == key }
      } else {
        object[key] = .int(step)
        if dictionary.updateValue(.int(step), forKey: key) == nil { order.append(key) }
      }
      #expect(object.keys == order, "seed \(seed), step \(step)")
    }
    for key in order { #expect(object[key] == dictionary[key], "seed \(seed)") }
    #expect(Array(object.indices) == Array(0..<order.count))
  }

  @Test func `Merging keeps places and adds new keys at the end`() {
    var object: ValueObject = ["a": 1, "b": 2]
    object.merge(["c": 3, "a": 4])
    #expect(object.keys == ["a", "b", "c"])
    #expect(object.values == [4, 2, 3])
  }

  @Test func `An update shows its writes`() {
    var update: StateUpdate = ["a": 1, "b": 2]
    update.set("a", 3)
    #expect(update["a"] == 3)
    #expect(update["c"] == nil)
    #expect(update.object == ["a": 3, "b": 2])
    #expect(update.writes.count == 3)
    #expect(StateUpdate(["x": 1] as ValueObject) == ["x": 1])
  }

  @Test func `A view reads by slot, name and key, and leaves reserved keys out of its object`() {
    var schema = StateSchema()
    schema.add("a", initial: 7)
    schema.add("_route")
    let slot = schema.add("b")
    let view = StateView(["b": "x", "_route": "r", "extra": 1], schema: schema)
    #expect(view[slot] == "x")
    #expect(view["a"] == 7)
    #expect(view[schema.key("b")] == "x")
    #expect(view[StateKey("b")] == "x")
    #expect(view["missing"].isNull)
    #expect(view["_route"] == "r")
    #expect(view.object == ["a": 7, "b": "x", "extra": 1])
    #expect(schema.key("missing").slot == nil)
    #expect(schema.names == ["a", "b"])
  }

  @Test func `A key is declared once`() {
    var schema = StateSchema()
    #expect(schema.add("a", reducer: .add) == 0)
    #expect(schema.add("a", reducer: .append) == 0)
    #expect(schema.slots[0].reducer == .add)
    schema.add("_route")
    #expect(schema.slots[1].reserved == .route)
  }
}
