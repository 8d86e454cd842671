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
  ///   for that time, counted from 1. The name `*` counts all places.
  /// - `TRIBUTARY_FAULT_TRACE` names a file, to which the name of each place is added in a line when it is passed.
  /// - `TRIBUTARY_LEASE` is the time for which a thread is taken, in milliseconds.
  @usableFromInline
  package enum FaultPlan {
    private static let fault: (name: String, number: Int)? = {
      guard let parts = variable("TRIBUTARY_FAULT")?.split(separator: ":"), parts.count == 2, let number = Int(parts[1])
      else { return nil }
      return (String(parts[0]), number)
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
      guard let fault, fault.name == "*" || fault.name == name else { return }
      let number = passed.withLock { passed in
        passed += 1
        return passed
      }
      if number == fault.number { kill(getpid(), SIGKILL) }
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
  }
#endif
