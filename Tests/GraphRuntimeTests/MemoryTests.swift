internal import Glibc
internal import GraphRuntime
internal import GraphTestSupport
internal import Testing

/// Memory stays where it is, however long a process runs; measured in processes of their own.
@Suite(.timeLimit(.minutes(10)))
struct MemoryTests {
  @Test func `Ten thousand runs leave memory flat`() async {
    await #expect(processExitsWith: .success) {
      var builder = StateGraphBuilder("ten", keys: ["text", "x"])
      for index in 0..<10 {
        switch index % 3 {
        case 0: builder.addQuickNode("n\(index)") { _ in ["x": .int(index)] }
        case 1: builder.addNode("n\(index)") { _, _ in ["x": .int(index)] }
        default: builder.addStreamingNode("n\(index)") { _, _ in tokenStream(["a", "b", "c"], to: "text") }
        }
      }
      builder.addLine((0..<10).map { "n\($0)" })
      let graph = try builder.build()
      for _ in 0..<2000 { _ = try await graph.run().result() }
      let before = residentKilobytes()
      for _ in 0..<10_000 { _ = try await graph.run().result() }
      let growth = residentKilobytes() - before
      precondition(growth < 4096, "memory grew by \(growth) KB")
    }
  }

  @Test func `Runs whose readers leave in the middle leave memory flat`() async {
    await #expect(processExitsWith: .success) {
      var builder = StateGraphBuilder("two", keys: ["a", "b"])
      for name in ["a", "b"] {
        builder.addStreamingNode(name) { _, _ in TokenStream(to: StateKey(name)) { "token" } }
      }
      builder.addEdge(from: .start, to: ["a", "b"])
      builder.addEdge(from: "a", to: .end)
      builder.addEdge(from: "b", to: .end)
      let graph = try builder.build()
      @Sendable func leaveEarly(_ times: Int) async throws {
        for _ in 0..<times {
          var read = 0
          for try await _ in graph.run().tokens() {
            read += 1
            if read == 20 { break }
          }
        }
      }
      try await leaveEarly(1000)
      let before = residentKilobytes()
      try await leaveEarly(4000)
      let growth = residentKilobytes() - before
      precondition(growth < 4096, "memory grew by \(growth) KB")
    }
  }

  @Test(arguments: [false, true])
  func `A hundred thousand tokens that are read and dropped leave memory flat`(inTask: Bool) async {
    await #expect(processExitsWith: .success) { [inTask] in
      let graph = try singleNodeGraph(
        .streaming { _, _ in
          let pulls = Counter()
          return TokenStream {
            pulls.increment() <= 110_000 ? "token number one of a kind that is on the heap" : nil
          } finish: { text, _ in
            ["out": .int(text.utf8.count)]
          }
        }
      ) { if inTask { $0.timeout = .seconds(600) } }
      var read = 0
      var before = 0
      for try await _ in graph.run().tokens() {
        read += 1
        if read == 10_000 { before = residentKilobytes() }
      }
      // The text itself has 5 MB, and a string that grows takes up to twice that, with its old storage three times.
      let growth = residentKilobytes() - before
      precondition(read == 110_000 && growth < 24_576, "memory grew by \(growth) KB")
    }
  }
}

/// The memory of this process that is in use.
func residentKilobytes() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var buffer = [CChar](repeating: 0, count: 128)
  guard fgets(&buffer, 128, file) != nil else { return 0 }
  let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  return pages * sysconf(Int32(_SC_PAGESIZE)) / 1024
}
