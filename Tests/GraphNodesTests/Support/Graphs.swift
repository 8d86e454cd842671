import Glibc
import GraphCompiler
import GraphDiagnostics
import GraphNodes
import GraphRuntime
import GraphTestSupport
import LanguageModels

/// A folder that is removed with everything in it when the test ends.
final class TemporaryFolder {
  /// The absolute path without links.
  let path: String

  struct Failure: Error { let code: Int32 }

  init(_ files: [String: String] = [:]) throws {
    var template = Array("/tmp/graph-nodes-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let real = realpath(template, nil) else { throw Failure(code: errno) }
    defer { free(real) }
    path = String(cString: real)
    for (name, text) in files { try write(name, text) }
  }

  deinit { Self.removeAll(path) }

  private static func removeAll(_ path: String) {
    if unlink(path) == 0 { return }
    guard let folder = opendir(path) else { return }
    var names: [String] = []
    while let entry = readdir(folder) {
      names.append(withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    closedir(folder)
    for name in names where name != "." && name != ".." { removeAll("\(path)/\(name)") }
    rmdir(path)
  }

  /// Writes a file and the folders above it.
  func write(_ name: String, _ text: String) throws {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o755)
    }
    guard let file = fopen("\(path)/\(name)", "w") else { throw Failure(code: errno) }
    fputs(text, file)
    fclose(file)
  }
}

/// A catalog in which a model of a script is the only one there is.
func catalog(_ model: any LanguageModel, as provider: String = "scripted") -> ModelCatalog {
  let catalog = ModelCatalog(environment: Environment(["PROVIDER": provider]))
  catalog.register(provider, model)
  return catalog
}

/// Compiles `g.yaml` of a folder.
func load(_ folder: TemporaryFolder, _ models: ModelCatalog) throws -> CompiledGraph {
  try GraphCompiler(factory: StandardNodeFactory(models: models)).load("\(folder.path)/g.yaml")
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
  func log(_ input: ValueObject = [:]) async throws -> Log {
    var log = Log()
    do {
      for try await event in run(input) {
        log.events.append(event)
        if case .runFinished(let outcome) = event.kind { log.outcome = outcome }
      }
    } catch is GraphError {}
    return log
  }
}
