internal import Glibc

/// Runs a closure on a thread of its own, which may block.
package func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
  var thread = pthread_t()
  let context = Unmanaged.passRetained(Body(body)).toOpaque()
  let status = pthread_create(
    &thread, nil,
    { context in
      if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
      return nil
    }, context)
  precondition(status == 0, "pthread_create failed with \(status)")
  pthread_detach(thread)
}

/// Runs what blocks on a thread of its own, so that tasks have theirs.
package func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in startThread { continuation.resume(returning: body()) } }
}
