#if DEBUG
  internal import Glibc
#endif

/// A place at which a test may end the process, as a crash would; release builds have none.
///
/// Names say what is written or taken, and the moment: `commit.before` is where a run is about to keep what it has done,
/// `commit.after` where that is durable and nobody has been told yet.
@inlinable
package func faultPoint(_ name: @autoclosure () -> String) {
  #if DEBUG
    FaultPlan.pass(name())
  #endif
}

#if DEBUG
  /// What the environment says of fault points.
  ///
  /// - `TRIBUTARY_FAULT` is `name:number`: the process kills itself with `SIGKILL` when it comes to the place of that name
  ///   for that time, counted from 1. The name `*` counts all places. With `name+number` it does so at that place after the
  ///   first one of the name, whatever it is called.
  /// - `TRIBUTARY_FAULT_TRACE` names a file, to which the name of each place is added in a line when it is passed.
  /// - `TRIBUTARY_LEASE` is the time for which a thread is taken, in milliseconds.
  @usableFromInline
  package enum FaultPlan {
    private struct Fault {
      let name: String
      let number: Int
      /// Whether all places are counted once that of the name was passed.
      let isAfter: Bool
    }

    private static let fault: Fault? = {
      guard let text = variable("TRIBUTARY_FAULT") else { return nil }
      let parts = text.split { $0 == ":" || $0 == "+" }
      guard parts.count == 2, let number = Int(parts[1]) else { return nil }
      return Fault(name: String(parts[0]), number: number, isAfter: text.contains("+"))
    }()

    private static let trace: Int32? = variable("TRIBUTARY_FAULT_TRACE").map {
      open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }

    static let leaseTime = variable("TRIBUTARY_LEASE").flatMap { Int($0) }.map { Duration.milliseconds($0) }

    private static let passed = Locked(0)

    @usableFromInline
    package static func pass(_ name: String) {
      if let trace {
        let line = Array("\(name)\n".utf8)
        _ = write(trace, line, line.count)
      }
      guard let fault else { return }
      let isNamed = fault.name == "*" || fault.name == name
      let number = passed.withLock { passed -> Int? in
        guard isNamed || (fault.isAfter && passed > 0) else { return nil }
        passed += 1
        // The place of the name is the first one that is counted.
        return fault.isAfter ? passed - 1 : passed
      }
      if number == fault.number { kill(getpid(), SIGKILL) }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
  }
#endif
