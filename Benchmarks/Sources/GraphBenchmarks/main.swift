// What running a graph costs, as CPU time and allocations of this process.
//
//   swift build -c release --static-swift-stdlib
//   .build/release/GraphBenchmarks [--json] [--times N] [--only TEXT]

import Glibc

/// The benchmarks in the order of the report; a new one is a file of its own and a line here.
let benchmarks: [Benchmark] =
  lineBenchmarks + loopBenchmarks + fanOutBenchmarks + mapBenchmarks + tokenBenchmarks + [
    slowReaderBenchmark, manyRunsBenchmark,
  ] + durableBenchmarks
  + compileBenchmarks

do {
  let options = try Options(CommandLine.arguments.dropFirst())
  let results = try await measureAll(benchmarks, options)
  print(options.asJSON ? Report.json(results) : Report.table(results))
} catch {
  let text = "error: \(error)\n"
  _ = write(STDERR_FILENO, text, text.utf8.count)
  exit(1)
}

/// Measures off the main thread, where each change of task would cost a change of thread.
@concurrent func measureAll(_ benchmarks: [Benchmark], _ options: Options) async throws -> [Measurement] {
  var results: [Measurement] = []
  for benchmark in benchmarks where options.only.map({ benchmark.name.contains($0) }) ?? true {
    results.append(try await benchmark.measure(times: options.times))
  }
  return results
}
