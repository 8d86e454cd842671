/// The nodes of the step that a run is in.
struct RunStep {
  /// One run of one node.
  struct Work {
    let node: Int
    /// What it wants written, once it has ended.
    var update: StateUpdate?
    /// What it works in, while it does.
    var task: Task<Void, Never>?
    /// What it waits for, when it can go on only when somebody has answered.
    var suspension: NodeSuspension?
    /// What it goes on with after a suspension.
    var resumption: NodeResumption?
    /// Whether its task has said how it ended.
    var hasEnded = false
    /// Whether its end is in the journal already.
    var isKept = false
    /// Pieces of what it has done that are in no journal yet.
    var pieces: [Value] = []

    /// Whether it is still to be run.
    var isOpen: Bool { update == nil && suspension == nil }
  }

  /// The place of the node that has said something last, and its name, with the index of the item that it works at.
  var speaker = 0
  var speakerName = ""

  /// All due nodes, in the order of the file.
  var nodes: [Int] = []

  /// Those that are run, in the same order.
  var work: [Work] = []

  /// Those whose loop limit is reached, in the same order.
  var limited: [Int] = []

  /// The number of tasks that work.
  private(set) var working = 0

  /// Places in `work` that need a task, from `firstWaiting` on without having one yet.
  private var waiting: [Int] = []
  private var firstWaiting = 0

  /// The failure that came first.
  var failure: GraphError?

  /// Whether a stop left work undone.
  var isCutShort = false

  /// Whether a node can go on only when somebody has answered.
  private(set) var isSuspended = false

  /// The failures and failed checks after which the run goes on, in the order in which they came.
  var tolerated: [GraphError] = []

  /// Begins a step; storage is kept.
  mutating func begin() {
    nodes.removeAll(keepingCapacity: true)
    work.removeAll(keepingCapacity: true)
    limited.removeAll(keepingCapacity: true)
    speakerName = ""
    if !tolerated.isEmpty { tolerated = [] }
    isSuspended = false
    isCutShort = false
    stopWaiting()
  }

  /// Notes that the node at a place needs a task.
  mutating func wait(at place: Int) { waiting.append(place) }

  /// The number of nodes that wait for a task.
  var waitingCount: Int { waiting.count - firstWaiting }

  /// Takes out the node that has waited longest for a task.
  mutating func popWaiting() -> Int? {
    guard firstWaiting < waiting.count else { return nil }
    defer { firstWaiting += 1 }
    return waiting[firstWaiting]
  }

  /// Gives up the nodes that wait for a task.
  mutating func stopWaiting() {
    waiting.removeAll(keepingCapacity: true)
    firstWaiting = 0
  }

  /// Notes that a task works at a place.
  mutating func setTask(_ task: Task<Void, Never>, at place: Int) {
    work[place].task = task
    working += 1
  }

  /// Notes that the task at a place has ended.
  mutating func removeTask(at place: Int) {
    work[place].task = nil
    working -= 1
  }

  /// Asks all tasks to end.
  func cancelTasks() {
    guard working > 0 else { return }
    for item in work { item.task?.cancel() }
  }

  /// Waits for the tasks that work.
  func waitForTasks() async {
    guard working > 0 else { return }
    for item in work { await item.task?.value }
  }

  /// Notes what a node wants written.
  mutating func finish(_ update: StateUpdate, at place: Int) {
    work[place].update = update
    if update.isPartial { isCutShort = true }
  }

  /// Notes that a node waits for somebody to answer.
  mutating func suspend(_ suspension: NodeSuspension, at place: Int) {
    work[place].suspension = suspension
    isSuspended = true
  }

  /// Finds two nodes that wrote a key that has no reducer to bring their values together.
  func findParallelWrite(_ state: RunState) -> (first: Int, second: Int, key: String)? {
    guard work.count > 1 else { return nil }
    var writers: [Int: Int] = [:]
    for item in work {
      for write in item.update?.writes ?? [] {
        guard let slot = state.slot(of: write.key), state.reducer(of: slot) == .replace,
          let other = writers.updateValue(item.node, forKey: slot), other != item.node
        else { continue }
        return (other, item.node, write.key.name)
      }
    }
    return nil
  }
}
