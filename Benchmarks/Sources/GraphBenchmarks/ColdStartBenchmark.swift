import Glibc

/// What a whole process of the command takes, in CPU milliseconds.
///
/// It runs the `graph` beside this program's package: `.build/release/graph`, or the one that `GRAPH_BINARY` names.
let coldStartBenchmarks: [ProcessBenchmark] = [
  ProcessBenchmark("graph validate, 3 nodes, cold", target: 10) { ["validate", try SmallProject.path()] },
  ProcessBenchmark("graph validate, 1,000 llm nodes, cold", target: 30) {
    ["validate", try GeneratedProject(count: 1000, kind: .ownPrompts).path()]
  },
]

/// A benchmark of a process of its own.
struct ProcessBenchmark: Sendable {
  let name: String
  let target: Double
  let arguments: @Sendable () throws -> [String]

  /// What stands in the environment besides what stands in this process's.
  let environment: @Sendable () throws -> [String: String]

  /// The command that is measured.
  static var binary: String { getenv("GRAPH_BINARY").map { String(cString: $0) } ?? "../.build/release/graph" }

  enum Failure: Error {
    case noBinary(String)
    case ended(status: Int32)
  }

  init(
    _ name: String, target: Double, environment: @escaping @Sendable () throws -> [String: String] = { [:] },
    arguments: @escaping @Sendable () throws -> [String]
  ) {
    self.name = name
    self.target = target
    self.environment = environment
    self.arguments = arguments
  }

  /// Runs the process so often.
  func measure(times: Int) throws -> Measurement {
    let arguments = try arguments()
    let environment = try environment()
    _ = try run(arguments, environment)
    var milliseconds: [Double] = []
    var kilobytes = 0
    for _ in 0..<times {
      let (usage, peak) = try run(arguments, environment)
      kilobytes = max(kilobytes, peak)
      let user = Double(usage.ru_utime.tv_sec) * 1e3 + Double(usage.ru_utime.tv_usec) / 1e3
      let system = Double(usage.ru_stime.tv_sec) * 1e3 + Double(usage.ru_stime.tv_usec) / 1e3
      milliseconds.append(user + system)
    }
    milliseconds.sort()
    return Measurement(
      name: name, minimum: milliseconds[0], median: milliseconds[milliseconds.count / 2], allocations: 0,
      growth: kilobytes, target: target)
  }

  /// Runs the process.
  ///
  /// - Returns: What it has used, and its memory at most; what `wait4` says of that is at least this process's own.
  private func run(
    _ arguments: [String], _ environment: [String: String]
  ) throws -> (usage: rusage, kilobytes: Int) {
    let binary = Self.binary
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var argv = ([binary] + arguments).map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    for index in 0... {
      guard let variable = environ[index] else { break }
      variables.insert(strdup(variable), at: 0)
    }
    defer { for variable in variables { free(variable) } }
    var pid: pid_t = 0
    guard posix_spawn(&pid, binary, &actions, nil, &argv, &variables) == 0 else { throw Failure.noBinary(binary) }
    var status: Int32 = 0
    var usage = rusage()
    var kilobytes = 0
    while true {
      let ended = wait4(pid, &status, WNOHANG, &usage)
      if ended == pid { break }
      guard ended == 0 else { throw Failure.ended(status: status) }
      kilobytes = max(kilobytes, Meter.peakKilobytes(of: pid) ?? 0)
      usleep(500)
    }
    guard status == 0 else { throw Failure.ended(status: status) }
    return (usage, kilobytes)
  }
}

/// A project of three nodes.
enum SmallProject {
  static func path() throws -> String { try GeneratedProject(count: 3, kind: .ownPrompts).path() }
}
