public import GraphRuntime

/// Turns the events of a run into what a view shows; it has to see all of them in their order.
///
/// The last event shows nothing but in the view of all events: how the run ended is said by `RunOutcome.summary(of:)`.
public struct RunViewer: Sendable {
  /// Something that a view shows.
  public struct Item: Sendable, Hashable {
    /// The kind, such as `token`; nil in the view of plain text.
    public let name: String?

    /// Text as it is, or JSON.
    public let data: String

    /// The number of the event that it stands for.
    public let sequence: Int
  }

  /// What is shown.
  public let view: RunView

  private var state: StateMirror?

  /// The beginning of a token's object, and the path that is in it: mostly that of the token before.
  private var tokenHead: (path: [String], json: [UInt8]) = ([], [])

  /// Creates a viewer of one run.
  public init(_ view: RunView, of run: GraphRun) {
    self.view = view
    state = view == .values ? StateMirror(of: run) : nil
  }

  /// Creates a viewer of a run of an earlier time; see `StateMirror.init(of:after:resumes:)`.
  public init(_ view: RunView, of graph: StateGraph, after place: RunCheckpoint?, resumes: Bool) {
    self.view = view
    state = view == .values ? StateMirror(of: graph, after: place, resumes: resumes) : nil
  }

  /// What an event shows, or nil for one that the view leaves out.
  public mutating func show(_ event: GraphEvent) -> Item? {
    if view == .text {
      guard case .token(let text) = event.kind else { return nil }
      return Item(name: nil, data: text, sequence: event.sequence)
    }
    if view == .tokens, case .token(let text) = event.kind { return token(text, of: event) }
    func item(_ name: String, _ content: Value) -> Item {
      Item(name: name, data: content.json(), sequence: event.sequence)
    }
    if view == .events { return item(event.kind.name, event.json) }
    let isNew = state?.take(event) ?? false
    if case .runFinished = event.kind { return nil }
    if isNew, let state { return item("values", ["step": .int(event.step), "state": .object(state.values)]) }
    return message(event).map { item($0.name, .object($0.content)) }
  }

  /// A token, of which there are so many that its object is written here.
  private mutating func token(_ text: String, of event: GraphEvent) -> Item {
    if tokenHead.json.isEmpty || tokenHead.path != event.path {
      var json = Array(#"{"node":"#.utf8)
      Value.string(event.path.joined(separator: "/")).writeJSON(to: &json)
      json += #","text":"#.utf8
      tokenHead = (event.path, json)
    }
    var json = tokenHead.json
    Value.string(text).writeJSON(to: &json)
    json.append(UInt8(ascii: "}"))
    return Item(name: "token", data: String(decoding: json, as: UTF8.self), sequence: event.sequence)
  }

  /// What an event says where it is a message of the view.
  private func message(_ event: GraphEvent) -> (name: String, content: ValueObject)? {
    let node = Value.string(event.path.joined(separator: "/"))
    switch event.kind {
    case .partial(let record) where view == .tokens:
      return ("partial", ["node": node, "path": record.object["path"] ?? .null, "value": record.value])
    case .retry(let record) where view == .tokens && record.scope == .node:
      return ("retract", ["node": node, "attempt": .int(event.attempt), "message": .string(record.message)])
    case .nodeFinished(let update) where view == .updates && event.path.count == 1:
      var content: ValueObject = ["node": node, "step": .int(event.step), "update": .object(update.object)]
      if update.isPartial { content["partial"] = true }
      return ("update", content)
    case .interrupted(let interrupts):
      return ("interrupt", ["node": node, "interrupts": .list(interrupts.map { .object($0.object) })])
    default: return nil
    }
  }
}
