public import GraphDiagnostics

/// What a node does with the texts of models: which of its keys hold an answer, what it copies, and where an argument is
/// more than text to whoever gets it.
///
/// The compiler follows answers with it from the nodes that ask models to the programs that tools start.
public struct NodeFlow: Sendable {
  /// A place in the state: a key, and the way into its value.
  public struct Place: Sendable, Hashable {
    /// The key.
    public var root: String

    /// The fields below it; nil stands for any item.
    public var fields: [String?]

    /// Creates a place.
    public init(_ root: String, fields: [String?] = []) {
      self.root = root
      self.fields = fields
    }
  }

  /// A key whose value is made of what is at other places.
  public struct Copy: Sendable {
    /// The key that is written.
    public let key: String

    /// The places that its text may come from.
    public let places: [Place]

    /// Creates a copy.
    public init(to key: String, from places: [Place]) {
      self.key = key
      self.places = places
    }
  }

  /// An argument that a program takes as more than text.
  public struct Danger: Sendable {
    /// The places that the argument may come from.
    public var places: [Place]

    /// Whether a model chooses the argument itself, as the one of an agent does.
    public var isChosenByModel = false

    /// The argument.
    public let argument: ArgumentDanger

    /// The tool that is given it.
    public let tool: String

    /// Where it is given.
    public let span: SourceSpan

    /// Creates a danger.
    public init(
      _ argument: ArgumentDanger, of tool: String, from places: [Place], at span: SourceSpan,
      isChosenByModel: Bool = false
    ) {
      self.places = places
      self.argument = argument
      self.tool = tool
      self.span = span
      self.isChosenByModel = isChosenByModel
    }
  }

  /// The keys among those that it writes which hold what a model has said.
  public var answers: Set<String> = []

  /// The keys that are made of others.
  public var copies: [Copy] = []

  /// The arguments that are more than text.
  public var dangers: [Danger] = []

  /// Creates the flow of a node that has no part in it.
  public init() {}
}

/// A parameter whose argument is more than text to the program that gets it.
public struct ArgumentDanger: Sendable, Hashable {
  /// What the argument is taken as, from the gravest.
  public enum Kind: Int, Sendable, Hashable, Comparable {
    /// The program that is run, or the script of an interpreter.
    case program
    /// Options of a program that can run others or write files by options.
    case option
    /// An address that is read.
    case address
    /// A file or folder.
    case path

    /// Orders from the gravest.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// What the argument is taken as.
  public let kind: Kind

  /// The program that takes it, as it is written.
  public let program: String

  /// The parameter.
  public let parameter: String

  /// Where the parameter stands in the command.
  public let span: SourceSpan

  /// Creates a danger.
  public init(_ kind: Kind, program: String, parameter: String, at span: SourceSpan) {
    self.kind = kind
    self.program = program
    self.parameter = parameter
    self.span = span
  }
}
