internal import CommandKit
internal import Glibc
internal import GraphRuntime
internal import MCPClient

/// The program: reads the command line, carries the command out, and ends with its status.
///
/// `main` is synchronous: a run is carried out by a loop of its own on this
/// thread (`MainLoop`), other commands need no task at all.
@main
enum Graph {
  static func main() {
    StandardDescriptors.open()
    Terminal.ignoreClosedPipes()
    let terminal = Terminal.current()
    let resolution = GraphCommand.tree.resolve(
      Array(CommandLine.arguments.dropFirst()), width: terminal.width, shellPath: Terminal.environment("SHELL"))
    switch resolution {
    case .print(let text): exit(write(text, to: STDOUT_FILENO).rawValue)
    case .fail(let error):
      _ = write(error.text, to: STDERR_FILENO)
      exit(error.code.rawValue)
    case .run(let command): exit(run(command, terminal).rawValue)
    }
  }

  /// Carries a command out and waits for its end.
  private static func run(_ command: ParsedCommand, _ terminal: Terminal) -> ExitCode {
    do {
      if command.path.words.contains("threads") {
        let threads = ThreadsCommand(command, terminal)
        let output = ResultOutput()
        return MainLoop.run(whenIdle: { try? output.flush() }) { await report { try await threads.run(output) } }
      }
      switch command.name {
      case "run", "resume":
        let run = try RunCommand(command, terminal)
        let interrupts = Interrupts.listen()
        let output = ResultOutput()
        return MainLoop.run(whenIdle: { try? output.flush() }) {
          let code = await report { try await run.run(interrupts, output) }
          await MCPServer.closeAll()
          return code
        }
      case "validate":
        let validate = try ValidateCommand(command, terminal)
        // Ctrl-C is how watching ends.
        if validate.watches { _ = Interrupts.listen() }
        return try validate.run()
      case "explain": return try ExplainCommand(command, terminal).run()
      case "serve":
        let serve = try ServeCommand(command, terminal)
        let interrupts = Interrupts.listen([SIGINT, SIGTERM])
        return MainLoop.run(whenIdle: {}) {
          let code = await report { try await serve.run(interrupts) }
          await MCPServer.closeAll()
          return code
        }
      case "info": return try InfoCommand(command, terminal).run()
      case "list": return try ListCommand(command, terminal).run()
      case "diagram": return try DiagramCommand(command, terminal).run()
      case "diff": return try DiffCommand(command, terminal).run()
      case "schema": return try SchemaCommand(command, terminal).run()
      case "lsp": return LanguageServerCommand(command, terminal).run()
      case "codegen": return try CodegenCommand(command, terminal).run()
      case "fmt": return try FormatCommand(command, terminal).run()
      default: preconditionFailure("no command '\(command.name)'")
      }
    } catch {
      return report(error)
    }
  }

  private static func report(_ body: () async throws -> ExitCode) async -> ExitCode {
    do {
      return try await body()
    } catch {
      return report(error)
    }
  }

  /// Prints an error and says which status belongs to it.
  private static func report(_ error: any Error) -> ExitCode {
    switch error {
    case let error as UsageError:
      _ = write(error.text, to: STDERR_FILENO)
      return error.code
    case let failure as CommandFailure:
      _ = write(failure.text, to: STDERR_FILENO)
      return failure.code
    case let error as CheckpointStoreError: return report(CommandFailure(error))
    case let error as OutputError:
      if let message = error.message { _ = write(message, to: STDERR_FILENO) }
      return error.code
    default:
      _ = write("Error: \(error)\n", to: STDERR_FILENO)
      return .internalError
    }
  }

  private static func write(_ text: String, to descriptor: Int32) -> ExitCode {
    var writer = OutputWriter(descriptor: descriptor)
    do throws(OutputError) {
      try writer.write(text)
      try writer.flush()
      return .ok
    } catch {
      return error.code
    }
  }
}
