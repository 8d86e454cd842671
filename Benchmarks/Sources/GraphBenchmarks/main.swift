// What running a graph costs, as CPU time and allocations of this process.
//
//   swift build -c release --static-swift-stdlib
//   .build/release/GraphBenchmarks [--json] [--times N] [--only TEXT]

import Glibc

/// The benchmarks in the order of the report; a new one is a file of its own and a line here.
let benchmarks: [Benchmark] =
  lineBenchmarks + loopBenchmarks + fanOutBenchmarks + mapBenchmarks + tokenBenchmarks + [slowReaderBenchmark]
  + manyRunsBenchmarks + durableBenchmarks + compileBenchmarks

/// Those of whole processes.
let processBenchmarks: [ProcessBenchmark] = coldStartBenchmarks + [streamedProcessBenchmark]

do {
  let options = try Options(CommandLine.arguments.dropFirst())
  let results = try await measureAll(benchmarks, options) + measureProcesses(processBenchmarks, options)
  let waits = try await measureWaits(stopBenchmarks, options)
  print(options.asJSON ? Report.json(results, waits) : Report.table(results, waits))
} catch {
  let text = "error: \(error)\n"
  _ = write(STDERR_FILENO, text, text.utf8.count)
  exit(1)
}

/// Measures off the main thread, where each change of task would cost a change of thread.
@concurrent func measureAll(_ benchmarks: [Benchmark], _ options: Options) async throws -> [Measurement] {
  var results: [Measurement] = []
  for benchmark in benchmarks where options.includes(benchmark.name) {
    results.append(try await benchmark.measure(times: options.times))
  }
  return results
}

/// Measures processes of the command, in turn.
func measureProcesses(_ benchmarks: [ProcessBenchmark], _ options: Options) throws -> [Measurement] {
  let wanted = benchmarks.filter { options.includes($0.name) }
  guard wanted.isEmpty || access(ProcessBenchmark.binary, X_OK) == 0 else {
    let text = "left out \(wanted.count) benchmarks of whole processes: there is no '\(ProcessBenchmark.binary)'\n"
    _ = write(STDERR_FILENO, text, text.utf8.count)
    return []
  }
  return try wanted.map { try $0.measure(times: options.times) }
}

/// Measures what is waited for: forty times as often as the others, as the slowest count.
@concurrent func measureWaits(
  _ benchmarks: [LatencyBenchmark], _ options: Options
) async throws -> [LatencyMeasurement] {
  var results: [LatencyMeasurement] = []
  for benchmark in benchmarks where options.includes(benchmark.name) {
    results.append(try await benchmark.measure(times: options.times * 40))
  }
  return results
}
