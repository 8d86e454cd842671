internal import GraphDiagnostics
public import GraphRuntime

/// A tool that only somebody outside can describe, such as one of a server that is asked once the graph runs.
///
/// Its own `definition` says what the file says. Nodes call it as any other
/// tool; an agent asks for the description that it tells its model.
public protocol RemoteTool: Tool {
  /// The tools that models are told of: this one as it is described outside, or those that it stands for.
  ///
  /// - Throws: What went wrong, as a call does.
  func describe(in context: NodeContext) async throws -> [any Tool]
}

/// A name under `tools` that stands for several tools, which nodes call by names of their own.
///
/// An agent may list the group, and gets all of them. It is never called
/// itself.
public protocol ToolGroup: RemoteTool {
  /// The names of its tools, or nil where the file does not say which there are.
  var memberNames: [String]? { get }

  /// What the names of its tools begin with.
  var memberPrefix: String { get }

  /// The tool of a name, or nil when it has none of it for certain.
  func member(named name: String) -> (any Tool)?
}

/// The tools that a node may call by a name which only the run knows.
public struct CallableTools: Sendable {
  private let tools: [String: any Tool]
  private let groups: [any ToolGroup]

  init(_ tools: [String: any Tool], _ groups: [any ToolGroup]) {
    self.tools = tools
    self.groups = groups
  }

  /// The tool of a name, or nil when there is none.
  public subscript(name: String) -> (any Tool)? {
    tools[name] ?? groups.lazy.compactMap { $0.member(named: name) }.first
  }

  /// The names that are known, in the order of the alphabet.
  public var names: [String] { (tools.keys + groups.flatMap { $0.memberNames ?? [] }).sorted() }
}

extension DiagnosticMessage {
  static func isGroup(_ name: String) -> Self {
    Self("GR0242", "'\(name)' stands for all tools of a server, and only an agent takes them together")
  }
}

extension Diagnostic.Note {
  /// Says how the tools of a group are named.
  static func members(of group: any ToolGroup) -> Self {
    if let names = group.memberNames { return .known("tools", names) }
    return Self("its tools are named '\(group.memberPrefix)' and the name that the server gives them")
  }
}
