package import Glibc

/// Attributes of a child that has no signals blocked, as the thread that starts it may have, and that heeds some of them.
///
/// - Parameter flags: Further flags, as `POSIX_SPAWN_SETPGROUP`.
package func withSpawnAttributes<Result>(
  heeding heeded: [Int32], flags: Int32 = 0, _ body: (UnsafePointer<posix_spawnattr_t>) throws -> Result
) rethrows -> Result {
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var signals = sigset_t()
  sigemptyset(&signals)
  posix_spawnattr_setsigmask(&attributes, &signals)
  for signal in heeded { sigaddset(&signals, signal) }
  posix_spawnattr_setsigdefault(&attributes, &signals)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | flags))
  return try body(&attributes)
}
