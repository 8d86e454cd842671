// swift-format-ignore-file
// Written by 'graph codegen'; changes are lost.

public import GraphRuntime

/// The types of the graph 'odd-names'.
///
/// Names that no language likes; "quotes", \ and more.
/// A second line.
public enum OddNamesGraph {
  /// What a run of the graph is given.
  public struct Input: ObjectConvertible, Hashable {
    /// What is "taught". A second sentence that makes the description of this key longer than one line has
    /// room for, so that it is wrapped.
    public var `class`: String

    /// The key 'self'.
    public var self_: String

    /// The key 'a-b'.
    public var aB: Int

    /// The key 'a_b'.
    public var aB2: Double?

    /// The key 'HTTPStatus'.
    public var httpStatus: Int

    /// The key 'ratio'.
    public var ratio: Double

    /// The key 'string'.
    public var string: [Int]

    /// The key 'value'.
    public var value: [String: [String]]

    /// The key 'anything'.
    public var anything: Value

    /// The key 'open'.
    public var open: ValueObject

    /// The key 'größe'.
    public var größe: String?

    /// The key '__secret'.
    public var secret: Bool?

    /// Creates the values.
    public init(
      `class`: String,
      self_: String = "say \"hi\"\n",
      aB: Int = 3,
      aB2: Double? = nil,
      httpStatus: Int = 200,
      ratio: Double = 1,
      string: [Int] = [1, 2],
      value: [String: [String]] = [:],
      anything: Value = .null,
      open: ValueObject = ["a": [1, nil, true]],
      größe: String? = nil,
      secret: Bool? = nil
    ) {
      self.`class` = `class`
      self.self_ = self_
      self.aB = aB
      self.aB2 = aB2
      self.httpStatus = httpStatus
      self.ratio = ratio
      self.string = string
      self.value = value
      self.anything = anything
      self.open = open
      self.größe = größe
      self.secret = secret
    }

    /// Reads an object.
    public init(_ values: ValueObject) throws(ValueConversionError) {
      self.`class` = try values.read("class")
      self.self_ = try values.read("self", default: "say \"hi\"\n")
      self.aB = try values.read("a-b", default: 3)
      self.aB2 = try values.read("a_b")
      self.httpStatus = try values.read("HTTPStatus", default: 200)
      self.ratio = try values.read("ratio", default: 1)
      self.string = try values.read("string", default: [1, 2])
      self.value = try values.read("value", default: [:])
      self.anything = try values.read("anything")
      self.open = try values.read("open", default: ["a": [1, nil, true]])
      self.größe = try values.read("größe")
      self.secret = try values.read("__secret")
    }

    /// The keys and values.
    public var valueObject: ValueObject {
      var values = ValueObject()
      values.write("class", self.`class`)
      values.write("self", self.self_)
      values.write("a-b", self.aB)
      values.write("a_b", self.aB2)
      values.write("HTTPStatus", self.httpStatus)
      values.write("ratio", self.ratio)
      values.write("string", self.string)
      values.write("value", self.value)
      values.write("anything", self.anything)
      values.write("open", self.open)
      values.write("größe", self.größe)
      values.write("__secret", self.secret)
      return values
    }
  }

  /// The state of a run.
  public struct State: ObjectConvertible, Hashable {
    /// What is "taught". A second sentence that makes the description of this key longer than one line has
    /// room for, so that it is wrapped.
    public var `class`: String

    /// The key 'self'.
    public var self_: String

    /// The key 'a-b'.
    public var aB: Int

    /// The key 'a_b'.
    public var aB2: Double?

    /// The key 'HTTPStatus'.
    public var httpStatus: Int

    /// The key 'ratio'.
    public var ratio: Double

    /// The key 'string'.
    public var string: [Int]

    /// The key 'value'.
    public var value: [String: [String]]

    /// The key 'anything'.
    public var anything: Value

    /// The key 'open'.
    public var open: ValueObject

    /// The key 'größe'.
    public var größe: String?

    /// The key '__secret'.
    public var secret: Bool?

    /// The key 'review'.
    public var review: Review?

    /// Creates the values.
    public init(
      `class`: String,
      self_: String = "say \"hi\"\n",
      aB: Int = 3,
      aB2: Double? = nil,
      httpStatus: Int = 200,
      ratio: Double = 1,
      string: [Int] = [1, 2],
      value: [String: [String]] = [:],
      anything: Value = .null,
      open: ValueObject = ["a": [1, nil, true]],
      größe: String? = nil,
      secret: Bool? = nil,
      review: Review? = nil
    ) {
      self.`class` = `class`
      self.self_ = self_
      self.aB = aB
      self.aB2 = aB2
      self.httpStatus = httpStatus
      self.ratio = ratio
      self.string = string
      self.value = value
      self.anything = anything
      self.open = open
      self.größe = größe
      self.secret = secret
      self.review = review
    }

    /// Reads an object.
    public init(_ values: ValueObject) throws(ValueConversionError) {
      self.`class` = try values.read("class")
      self.self_ = try values.read("self", default: "say \"hi\"\n")
      self.aB = try values.read("a-b", default: 3)
      self.aB2 = try values.read("a_b")
      self.httpStatus = try values.read("HTTPStatus", default: 200)
      self.ratio = try values.read("ratio", default: 1)
      self.string = try values.read("string", default: [1, 2])
      self.value = try values.read("value", default: [:])
      self.anything = try values.read("anything")
      self.open = try values.read("open", default: ["a": [1, nil, true]])
      self.größe = try values.read("größe")
      self.secret = try values.read("__secret")
      self.review = try values.read("review")
    }

    /// The keys and values.
    public var valueObject: ValueObject {
      var values = ValueObject()
      values.write("class", self.`class`)
      values.write("self", self.self_)
      values.write("a-b", self.aB)
      values.write("a_b", self.aB2)
      values.write("HTTPStatus", self.httpStatus)
      values.write("ratio", self.ratio)
      values.write("string", self.string)
      values.write("value", self.value)
      values.write("anything", self.anything)
      values.write("open", self.open)
      values.write("größe", self.größe)
      values.write("__secret", self.secret)
      values.write("review", self.review)
      return values
    }
  }

  /// What 'review.tone' may be.
  public enum ReviewTone: String, ValueConvertible, Hashable, CaseIterable {
    case calm = "calm"
    case veryLoud = "very loud"
    case value = ""
    case `default` = "default"
    case _2x = "2x"
  }

  /// What 'review.level' may be.
  public enum ReviewLevel: Int, ValueConvertible, Hashable, CaseIterable {
    case value1 = 1
    case valueMinus2 = -2
  }

  /// What 'review.mood' may be.
  public enum ReviewMood: String, ValueConvertible, Hashable, CaseIterable {
    case good = "good"
    case bad = "bad"
  }

  /// What 'review.points[]' holds.
  public struct ReviewPointsItem: ObjectConvertible, Hashable {
    /// The key 'text'.
    public var text: String

    /// The key 'at'.
    public var at: Int?

    /// Creates the values.
    public init(text: String, at: Int? = nil) {
      self.text = text
      self.at = at
    }

    /// Reads an object.
    public init(_ values: ValueObject) throws(ValueConversionError) {
      self.text = try values.read("text")
      self.at = try values.read("at")
    }

    /// The keys and values.
    public var valueObject: ValueObject {
      var values = ValueObject()
      values.write("text", self.text)
      values.write("at", self.at)
      return values
    }
  }

  /// What 'review.nested' holds.
  public struct ReviewNested: ObjectConvertible, Hashable {
    /// The key 'deep'.
    public var deep: Bool

    /// The values of other keys.
    public var additionalProperties: [String: String]

    /// Creates the values.
    public init(deep: Bool, additionalProperties: [String: String] = [:]) {
      self.deep = deep
      self.additionalProperties = additionalProperties
    }

    /// Reads an object.
    public init(_ values: ValueObject) throws(ValueConversionError) {
      self.deep = try values.read("deep")
      self.additionalProperties = [:]
      for (key, _) in values where !(["deep"] as Set<String>).contains(key) { self.additionalProperties[key] = try values.read(key) }
    }

    /// The keys and values.
    public var valueObject: ValueObject {
      var values = ValueObject()
      values.write("deep", self.deep)
      for (key, value) in self.additionalProperties.sorted(by: { $0.key < $1.key }) { values.write(key, value) }
      return values
    }
  }

  /// What 'review' holds.
  public struct Review: ObjectConvertible, Hashable {
    /// From 0 to 1.
    public var score: Double

    /// The key 'tone'.
    public var tone: ReviewTone

    /// The key 'level'.
    public var level: ReviewLevel

    /// The key 'mood'.
    public var mood: ReviewMood?

    /// The key 'points'.
    public var points: [ReviewPointsItem]

    /// The key 'first name'.
    public var firstName: String

    /// The key 'extra'.
    public var extra: [String: Int]?

    /// The key 'mixed'.
    public var mixed: Value

    /// The key 'nested'.
    public var nested: ReviewNested?

    /// Creates the values.
    public init(
      score: Double,
      tone: ReviewTone,
      level: ReviewLevel,
      mood: ReviewMood? = .good,
      points: [ReviewPointsItem],
      firstName: String,
      extra: [String: Int]? = nil,
      mixed: Value = .null,
      nested: ReviewNested? = nil
    ) {
      self.score = score
      self.tone = tone
      self.level = level
      self.mood = mood
      self.points = points
      self.firstName = firstName
      self.extra = extra
      self.mixed = mixed
      self.nested = nested
    }

    /// Reads an object.
    public init(_ values: ValueObject) throws(ValueConversionError) {
      self.score = try values.read("score")
      self.tone = try values.read("tone")
      self.level = try values.read("level")
      self.mood = try values["mood"] == nil ? .good : values.read("mood")
      self.points = try values.read("points")
      self.firstName = try values.read("first name")
      self.extra = try values.read("extra")
      self.mixed = try values.read("mixed")
      self.nested = try values.read("nested")
    }

    /// The keys and values.
    public var valueObject: ValueObject {
      var values = ValueObject()
      values.write("score", self.score)
      values.write("tone", self.tone)
      values.write("level", self.level)
      values["mood"] = self.mood.graphValue
      values.write("points", self.points)
      values.write("first name", self.firstName)
      values.write("extra", self.extra)
      values.write("mixed", self.mixed)
      values.write("nested", self.nested)
      return values
    }
  }
}
