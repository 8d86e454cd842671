import Glibc
import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels

/// A catalog in which a model of a script is the only one there is.
func catalog(_ model: any LanguageModel, as provider: String = "scripted") -> ModelCatalog {
  let catalog = ModelCatalog(environment: Environment(["PROVIDER": provider]))
  catalog.register(provider, model)
  return catalog
}

/// Compiles a file of a folder.
func load(_ folder: TemporaryFolder, _ models: ModelCatalog, _ name: String = "g.yaml") throws -> CompiledGraph {
  try GraphCompiler(factory: StandardNodeFactory(models: models)).load("\(folder.path)/\(name)")
}

/// A graph of one node, given in YAML's flow style without its braces.
func graph(_ node: String, state: String = "") -> String {
  "state: {\(state)}\nnodes:\n  a: {\(node)}\nedges: [{from: START, to: a}, {from: a, to: END}]\n"
}

/// What a run did: its events and how it ended.
struct Log {
  var events: [GraphEvent] = []
  var outcome: RunOutcome?

  var tokens: [String] {
    events.compactMap { event in
      if case .token(let text) = event.kind { text } else { nil }
    }
  }

  /// The names of the nodes that began, in order.
  var nodes: [String] {
    events.compactMap { event in
      if case .nodeStarted = event.kind { event.node } else { nil }
    }
  }

  /// The reasons of repairs.
  var repairs: [String?] {
    events.compactMap { event in
      if case .custom(name: "repair", let payload) = event.kind { payload["reason"]?.string } else { nil }
    }
  }
}

extension CompiledGraph {
  /// Runs the graph to its end, whatever that is.
  func log(_ input: ValueObject = [:]) async throws -> Log { try await Log(of: run(input)) }
}

extension Log {
  /// Reads a run to its end, whatever that is.
  init(of run: GraphRun) async throws {
    self.init()
    do {
      for try await event in run {
        events.append(event)
        if case .runFinished(let outcome) = event.kind { self.outcome = outcome }
      }
    } catch is GraphError {}
  }
}
