internal import GraphRuntime
internal import GraphStore
internal import GraphTestSupport
internal import Testing

/// What every store does alike, and that the laws notice a store that does not.
@Suite(.timeLimit(.minutes(10)))
struct StoreLawTests {
  @Test(arguments: StoreKind.allCases, CheckpointStoreLaw.all)
  func `every store keeps the laws`(kind: StoreKind, law: CheckpointStoreLaw) async throws {
    let place = try kind.make()
    try await law.check(place)
  }

  @Test(arguments: StoreKind.allCases)
  func `W19: any text is a thread's name`(kind: StoreKind) async throws {
    let law = CheckpointStoreLaw.all.first { $0.description == "A thread has any name, and no other thread's records" }
    let place = try kind.make()
    try await #require(law).check(place)
  }

  @Test(arguments: CheckpointStoreLaw.all)
  func `the store that gets the defects keeps the laws without one`(law: CheckpointStoreLaw) async throws {
    let store = DefectiveStore(nil)
    try await law.check { store }
  }

  @Test(arguments: Defect.allCases)
  func `a store with a defect breaks a law`(defect: Defect) async throws {
    for law in CheckpointStoreLaw.all {
      let store = DefectiveStore(defect)
      do { try await law.check { store } } catch { return }
    }
    Issue.record("no law is broken")
  }

  @Test func `A turn whose beginning is not kept any more is not taken back`() async throws {
    let store = MemoryCheckpointStore()
    let busy = try BusyGraph()
    _ = try await busy.graph.run(["word": "zero"], on: store.open("t")).result()
    let thread = try await store.open("t")
    let running = Task { try await busy.graph.run(["word": "wait"], on: thread).result() }
    try await busy.isAtWork.wait()
    let lease = try #require(
      store.records(of: "t", .all).last.map { ThreadLease(thread: "t", epoch: 2, lastSequence: $0.sequence) })
    let place = try #require(try await store.checkpoint(of: "t"))
    let whole = ThreadRecord(
      sequence: lease.lastSequence, kind: .snapshot, time: 1, graph: "busy", run: place.run, turn: 2, step: place.steps,
      status: .running, nodes: [], body: Array(place.json.json().utf8))
    try store.remove(through: lease.lastSequence, leaving: whole, under: lease)
    let error = await #expect(throws: CheckpointStoreError.self) { try await store.open("t", onBusy: .rollback) }
    #expect(error?.code == .shortened)
    #expect(error?.description == "the turn 2 of the thread 't' cannot be taken back: its beginning is not kept")
    _ = try await running.value
    // It is free again, and stands where it stood.
    #expect(try await busy.graph.run(on: store.open("t")).result().state["log"] == ["zero", "end", "wait", "end"])
  }
}
