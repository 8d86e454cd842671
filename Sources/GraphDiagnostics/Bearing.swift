/// What a finding bears on: what may follow from it, and from what it may follow itself.
///
/// One mistake is told once. Passes leave out what follows from a mistake that they know of; where only all findings
/// together show it, this does: each message says it where it is declared, and what is left out is decided by it alone. A
/// message that says nothing is the mistake that its severity shows, an error `brokenPart` and anything else `itself`.
public enum Bearing: Sendable, Hashable {
  /// What stands there is understood, as is all around it: nothing follows from it, and it follows from nothing.
  ///
  /// An error says so that is about how parts fit together.
  case itself

  /// The part of the file that it is in, such as a node, a tool or a prompt, is not what its author meant: what is missed
  /// elsewhere may be meant by it.
  case brokenPart

  /// A key cannot stand where it does: it may belong to the part beside. Its part is broken.
  case strayKey

  /// A key has nothing behind it: what it needs may stand behind it, too far out. Its part is broken.
  case emptyKey

  /// Something is not there, which may stand in a part that is broken, and is missed once however often it is named.
  case missing(Thing, String)

  /// A value is read in another way than it looks: an error about the same value says more.
  case reading

  /// A text holds what is nearly a placeholder: its variable may seem to be used by nobody.
  case nearPlaceholder

  /// Nothing uses a variable that a node gives to its prompt: the text may hold it in a form that is wrong.
  case unusedVariable(String)

  /// Nothing uses a field of the part that it is in: what is wrong in that part may be meant to.
  case unusedField

  /// A key of the state comes from node to node in a wrong way, which depends on how it is declared.
  case flow(of: String)

  /// A loop of some nodes does not end, which depends on their limits and exits, and has a way out that seems to.
  case loop([String])

  /// A loop of some nodes has no way out: an edge of theirs may lead to the wrong node.
  case endless([String])

  /// Nothing leaves a node: the edge that is missed may be missed at its other end as well.
  case deadEnd(String)

  /// Nothing leads to a node: the edge that is missed may be missed at its other end as well.
  case unreached(String)

  /// END stands beside a node that another one goes on to: the edge between the two may be turned round.
  case passedOver(by: String, to: String)

  /// No edge leaves START: one that is turned round may be meant to.
  case noEntry

  /// An edge leaves END or leads to START: it may be turned round.
  case turnedEdge

  /// A kind of thing that can be missing.
  public enum Thing: Sendable, Hashable {
    /// A key of a mapping whose keys the language knows.
    case key
    /// A node.
    case node
    /// A key of the state.
    case stateKey
    /// A tool.
    case tool
    /// A prompt.
    case prompt
    /// A variable that a node gives to its prompt.
    case variable(node: String)
  }

  /// What is missing, where the finding is that something is not there.
  public var missing: (thing: Thing, name: String)? {
    if case .missing(let thing, let name) = self { (thing, name) } else { nil }
  }

  /// Whether an error of this bearing leaves nothing certain of its part.
  public var breaksPart: Bool {
    switch self {
    case .brokenPart, .strayKey, .emptyKey: true
    case .missing(.key, _), .missing(.tool, _), .missing(.prompt, _): true
    default: false
    }
  }
}
