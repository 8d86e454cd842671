// swift-format-ignore-file
// Written by 'graph codegen graphs/reflexion.yaml --language swift'; changes are lost.

public import GraphRuntime

/// The types of the graph 'reflexion'.
///
/// Drafts, criticises and refines a text
public enum ReflexionGraph {
  /// What a run of the graph is given.
  public struct Input: ObjectConvertible, Hashable {
    /// What the text is about
    public var topic: String

    /// Creates the values.
    public init(topic: String) {
      self.topic = topic
    }

    /// Reads an object.
    public init(_ values: ValueObject) throws(ValueConversionError) {
      self.topic = try values.read("topic")
    }

    /// The keys and values.
    public var valueObject: ValueObject {
      var values = ValueObject()
      values.write("topic", self.topic)
      return values
    }
  }

  /// The state of a run.
  public struct State: ObjectConvertible, Hashable {
    /// What the text is about
    public var topic: String

    /// The key 'text'.
    public var text: String?

    /// The key 'critique'.
    public var critique: Critique?

    /// Creates the values.
    public init(topic: String, text: String? = nil, critique: Critique? = nil) {
      self.topic = topic
      self.text = text
      self.critique = critique
    }

    /// Reads an object.
    public init(_ values: ValueObject) throws(ValueConversionError) {
      self.topic = try values.read("topic")
      self.text = try values.read("text")
      self.critique = try values.read("critique")
    }

    /// The keys and values.
    public var valueObject: ValueObject {
      var values = ValueObject()
      values.write("topic", self.topic)
      values.write("text", self.text)
      values.write("critique", self.critique)
      return values
    }
  }

  /// What 'critique' holds.
  public struct Critique: ObjectConvertible, Hashable {
    /// How good the text is, from 0 to 1
    public var score: Double

    /// What should be better
    public var feedback: String

    /// Creates the values.
    public init(score: Double, feedback: String) {
      self.score = score
      self.feedback = feedback
    }

    /// Reads an object.
    public init(_ values: ValueObject) throws(ValueConversionError) {
      self.score = try values.read("score")
      self.feedback = try values.read("feedback")
    }

    /// The keys and values.
    public var valueObject: ValueObject {
      var values = ValueObject()
      values.write("score", self.score)
      values.write("feedback", self.feedback)
      return values
    }
  }
}
