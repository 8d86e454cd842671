/// The name of a state key, with its place in the state where that is known.
public struct StateKey: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The name that people write.
  public let name: String

  /// The index in the state, or nil for a key that is looked up by name.
  public let slot: Int?

  /// Creates a key.
  public init(_ name: String, slot: Int? = nil) {
    self.name = name
    self.slot = slot
  }

  /// Creates a key that is looked up by name.
  public init(stringLiteral name: String) { self.init(name) }
}

/// A key that the engine writes itself and expressions may read.
public enum ReservedKey: String, Sendable, Hashable, CaseIterable {
  /// How often each node has run: an object of node names and counts.
  case loopCounts = "_loop_counts"
  /// Whether the node whose edges are looked at has reached its loop limit.
  case loopLimitReached = "_loop_limit_reached"
  /// The route that the last router chose.
  case route = "_route"
  /// The name of the node that finished last, in the order of the file.
  case currentStep = "current_step"
  /// The thread that the run belongs to.
  case threadID = "thread_id"
  /// The failures and failed checks after which the run went on: a list of objects with `node`, `type`, `message`,
  /// `step`, `attempt` and `tolerated`.
  case errors
  /// The calls of the last agent with their results: a list of objects with `tool`, `args`, `output` and `success`.
  case toolResults = "_tool_results"
  /// How many turns the model of the last agent took.
  case agentIterations = "_agent_iterations"
  /// Whether the last agent had to answer because its turns were used up.
  case agentLimitReached = "_agent_limit_reached"
  /// The model whose answer won the last race: an object of `provider` and `model`.
  case raceWinner = "_race_winner"

  /// The value before the engine first writes it.
  var initial: Value? {
    switch self {
    case .errors, .toolResults: []
    case .loopLimitReached, .agentLimitReached: false
    default: nil
    }
  }
}

/// The keys of a graph's state: their order, reducers, types and defaults.
public struct StateSchema: Sendable {
  /// One key.
  public struct Slot: Sendable {
    /// The name.
    public let name: String

    /// What a second write does.
    public let reducer: Reducer

    /// The value before the first write.
    public let initial: Value

    /// Whether the initial value counts as written, as one that a caller has given.
    public let isPreset: Bool

    /// The type as messages name it; `any` takes everything.
    public let typeName: String

    /// Says whether a value is of the type.
    public let accepts: @Sendable (Value) -> Bool

    /// Which reserved key this is, or nil for a key of the graph's own.
    public let reserved: ReservedKey?

    /// Whether a value of the key belongs to what a run shows of its state at the end.
    func isShown(_ value: Value) -> Bool {
      switch reserved {
      case nil: !value.isNull
      case .errors: value != []
      default: false
      }
    }
  }

  /// The keys by index.
  public private(set) var slots: [Slot] = []

  private var indices: [String: Int] = [:]

  /// Creates a schema without keys.
  public init() {}

  /// Adds a key, or returns the one of that name that is there already.
  ///
  /// - Parameter isPreset: Whether the initial value counts as written, so that a node whose result it is may be skipped.
  /// - Returns: The key's index.
  @discardableResult
  public mutating func add(
    _ name: String, reducer: Reducer = .replace, initial: Value = .null, isPreset: Bool = false,
    typeName: String = "any", accepts: @escaping @Sendable (Value) -> Bool = { _ in true }
  ) -> Int {
    if let index = indices[name] { return index }
    let reserved = ReservedKey(rawValue: name)
    indices[name] = slots.count
    slots.append(
      Slot(
        name: name, reducer: reserved == .errors ? .append : reducer, initial: reserved?.initial ?? initial,
        isPreset: isPreset, typeName: typeName, accepts: accepts,
        reserved: reserved))
    return slots.count - 1
  }

  /// The index of a key, or nil when there is none of that name.
  public func index(of name: String) -> Int? { indices[name] }

  /// The key of a name with its index where it is known.
  public func key(_ name: String) -> StateKey { StateKey(name, slot: indices[name]) }

  /// The names of the graph's own keys, in order.
  public var names: [String] { slots.filter { $0.reserved == nil }.map(\.name) }
}
