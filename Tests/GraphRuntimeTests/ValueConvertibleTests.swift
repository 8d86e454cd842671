import GraphRuntime
import Testing

/// Values as types of the standard library, and back.
@Suite(.timeLimit(.minutes(5)))
struct ValueConvertibleTests {
  private func error<Result: ValueConvertible>(_ value: Value, as type: Result.Type) -> String {
    do throws(ValueConversionError) {
      _ = try Result(graphValue: value)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func `Values are read as they are, and numbers where nothing is lost`() throws {
    #expect(try Int(graphValue: 3.0) == 3)
    #expect(try Double(graphValue: 3) == 3)
    #expect(try String?(graphValue: nil) == nil && String?(graphValue: "x") == "x")
    #expect(try [[Int]](graphValue: [[1], []]) == [[1], []])
    let flags = try [String: Bool?](graphValue: ["a": true, "b": nil])
    #expect(flags.count == 2 && flags["a"] == true && flags["b"] == .some(.none))
    #expect(Value(graphValue: [1, "x"]) == [1, "x"])
  }

  @Test func `What is of another type is named with its place, and not shown`() {
    #expect(error("secret", as: Int.self) == "the value must be int, not str")
    #expect(error(1.5, as: Int.self) == "the value must be int, not float")
    #expect(error(true, as: Double.self) == "the value must be float, not bool")
    #expect(error([1, "x"], as: [Int].self) == "'[1]' must be int, not str")
    #expect(error(["a": [["b": 1]]], as: [String: [[String: String]]].self) == "'a[0].b' must be str, not int")
    #expect(error(nil, as: String.self) == "the value must be str, not null")
  }

  @Test func `Keys of objects are read, with a default where there is one`() throws {
    let values: ValueObject = ["name": "Ada", "none": nil]
    #expect(try values.read("name") == "Ada")
    #expect(try values.read("missing", as: Int?.self) == nil)
    #expect(try values.read("none", default: 7) == 7 && values.read("missing", default: 8) == 8)
    #expect(throws: ValueConversionError.self) { try values.read("name", default: 7) }
    do throws(ValueConversionError) {
      _ = try values.read("missing", as: Int.self)
    } catch {
      #expect("\(error)" == "'missing' is missing" && error.path == "missing")
    }
    var written = ValueObject()
    written.write("a", [1, nil])
    written.write("b", Int?.none)
    #expect(written == ["a": [1, nil]])
  }

  private enum Tone: String, ValueConvertible, CaseIterable {
    case calm, loud = "very loud"
  }

  @Test func `Constants are read by their raw values`() throws {
    #expect(try Tone(graphValue: "very loud") == .loud && Tone.loud.graphValue == "very loud")
    #expect(error("angry", as: Tone.self) == #"the value must be one of "calm", "very loud", not another text"#)
    #expect(error(1, as: Tone.self) == #"the value must be one of "calm", "very loud", not int"#)
  }
}
