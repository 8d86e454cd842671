/// A graph that can be run: immutable, shared by any number of runs.
///
/// Names have become indices: a node is its place in `nodes`, a state key its
/// place in the schema. Both the compiler and `StateGraphBuilder` make one.
public struct StateGraph: Sendable {
  /// One node.
  public struct Node: Sendable {
    /// The name.
    public let name: String

    /// What it does.
    public let body: NodeBody

    /// Whether it does nothing that could be noticed outside the run, as a function that computes or reads; synchronous
    /// bodies always are, and streaming ones never.
    ///
    /// Such a node may begin while the step before it is still being written to the thread's journal. If the process is
    /// lost then, both are run again.
    public var isLocal = false

    /// The keys that have to be set before it runs.
    public var requires: [StateKey] = []

    /// The keys that hold its result already when it may be skipped; empty for a node that always runs.
    public var skipsWhenSet: [StateKey] = []

    /// The route that a skipped router takes, from the state.
    public var routeOfState: (@Sendable (StateView) -> String?)?

    /// The most runs of it in one run of the graph.
    public var loopLimit: Int?

    /// The longest time of one attempt.
    public var timeout: Duration?

    /// How often and when a failed attempt is made again.
    public var retry: RetryPolicy = .none

    /// What is run once more, in one last attempt, when all attempts of `body` have failed.
    public var fallback: NodeBody?

    /// What becomes of the run when the last attempt has failed.
    public var failure: FailureAction = .fail

    /// Conditions that have to hold before and after its work, in order.
    public var checks: [NodeCheck] = []

    /// Whether tokens come from it, be it from a node inside of it; views of the final node look at it.
    public var streams: Bool

    /// Creates a node.
    public init(_ name: String, body: NodeBody) {
      self.name = name
      self.body = body
      streams = if case .streaming = body { true } else { false }
    }
  }

  /// What becomes of a run when a node has failed for good.
  public enum FailureAction: Sendable, Hashable {
    /// The run fails.
    case fail
    /// The run goes on without the node's result, over its edges; `errors` says what went wrong.
    case skip
  }

  /// A condition on an edge.
  public struct Condition: Sendable {
    /// The text that the author wrote.
    public let text: String

    /// Says whether it holds.
    public let holds: @Sendable (StateView) throws -> Bool

    /// The values that it compares, for the error when no condition holds.
    public let values: @Sendable (StateView) -> String

    /// Creates a condition.
    public init(
      _ text: String, values: @escaping @Sendable (StateView) -> String = { _ in "" },
      holds: @escaping @Sendable (StateView) throws -> Bool
    ) {
      self.text = text
      self.holds = holds
      self.values = values
    }
  }

  /// Where control goes from a node, or from START.
  ///
  /// A target is the index of a node, or `StateGraph.end`.
  public struct Exits: Sendable {
    /// Targets by a router's route, where the node is a router with a router edge.
    public var routes: [String: Int]?

    /// The target of an answer that is none of the routes.
    public var defaultRoute: Int?

    /// Conditions with their targets, in the order of the file: the first that holds wins.
    public var choices: [(condition: Condition, targets: [Int])] = []

    /// The targets of plain edges: all of them, or the "else" where there are choices.
    public var plain: [Int] = []

    /// The joins that the node's end is reported to, together with the plain edges.
    public var joins: [Int] = []

    /// Where control goes once the node's loop limit is reached.
    public var loopExit: Int?

    /// Creates exits that lead nowhere.
    public init() {}

    /// Whether there is any edge.
    public var isEmpty: Bool { routes == nil && choices.isEmpty && plain.isEmpty && joins.isEmpty }
  }

  /// An edge with several sources, which waits for all of them.
  public struct Join: Sendable {
    /// The nodes that are waited for.
    public let sources: [Int]

    /// Where control then goes.
    public let targets: [Int]

    /// Creates a join.
    public init(sources: [Int], targets: [Int]) {
      self.sources = sources
      self.targets = targets
    }
  }

  /// The target that is the end of a path.
  public static let end = -1

  /// The graph's name.
  public let name: String

  /// The nodes in the order of the file.
  public let nodes: [Node]

  /// The keys of the state.
  public let schema: StateSchemaReference

  /// Where control goes from START.
  public let entry: Exits

  /// Where control goes from each node.
  public let exits: [Exits]

  /// The edges that wait for several nodes.
  public let joins: [Join]

  /// The most steps of a run.
  public var maximumSteps: Int

  /// The most nodes that run at once in a step.
  public var maximumConcurrency: Int

  /// Where the graph came from, such as its file; kept with its threads, for whoever goes on with them.
  public var source: String?

  /// The longest time of a run, or nil; its options may say otherwise.
  public var timeout: Duration?

  /// Conditions of the state that have to hold at the end of a run, in order.
  public let finalChecks: [NodeCheck]

  /// The nodes as runs use them.
  let plans: [NodePlan]

  /// START as a node.
  let entryPlan: NodePlan

  /// The slots of the reserved keys that the graph reads.
  let reservedSlots: ReservedSlots

  /// Creates a graph from its parts; the compiler and the builder have checked them.
  ///
  /// - Precondition: Indices are within bounds, and there are as many exits as nodes.
  public init(
    name: String, nodes: [Node], schema: StateSchema, entry: Exits, exits: [Exits], joins: [Join] = [],
    maximumSteps: Int = 10_000, maximumConcurrency: Int = 64, timeout: Duration? = nil, finalChecks: [NodeCheck] = []
  ) {
    precondition(exits.count == nodes.count, "\(exits.count) exits for \(nodes.count) nodes")
    self.name = name
    self.nodes = nodes
    self.schema = StateSchemaReference(schema)
    self.entry = entry
    self.exits = exits
    self.joins = joins
    self.maximumSteps = maximumSteps
    self.maximumConcurrency = max(1, maximumConcurrency)
    self.timeout = timeout
    self.finalChecks = finalChecks
    let targetName = { (target: Int) in target == Self.end ? "END" : nodes[target].name }
    self.plans = zip(nodes, exits).map { NodePlan($0, $1, targetName: targetName) }
    self.entryPlan = NodePlan(Node("START", body: .synchronous { _ in StateUpdate() }), entry, targetName: targetName)
    self.reservedSlots = ReservedSlots(schema)
  }

  /// The name of a target.
  func targetName(_ target: Int) -> String { target == Self.end ? "END" : nodes[target].name }

  /// Targets as messages name them.
  func names(_ targets: [Int]) -> String {
    targets.map { "'\(targetName($0))'" }.joined(separator: ", ")
  }
}

/// The slots of reserved keys; nil for those that the graph never reads and that so cost nothing.
struct ReservedSlots: Sendable {
  let loopCounts: Int?
  let loopLimitReached: Int?
  let route: Int?
  let currentStep: Int?
  let threadID: Int?
  let errors: Int?

  init(_ schema: StateSchema) {
    loopCounts = schema.index(of: ReservedKey.loopCounts.rawValue)
    loopLimitReached = schema.index(of: ReservedKey.loopLimitReached.rawValue)
    route = schema.index(of: ReservedKey.route.rawValue)
    currentStep = schema.index(of: ReservedKey.currentStep.rawValue)
    threadID = schema.index(of: ReservedKey.threadID.rawValue)
    errors = schema.index(of: ReservedKey.errors.rawValue)
  }
}
