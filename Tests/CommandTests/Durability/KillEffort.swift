import Glibc

/// How much is tried: a small part in each run of the tests, and all where `KILL_MATRIX` is `all`.
enum KillEffort {
  static let isWhole = getenv("KILL_MATRIX").map { String(cString: $0) } == "all"

  /// Some of the trials, spread over all of them and others for each name.
  static func some<Trial>(of trials: [Trial], _ name: String, count: Int = 8) -> [Trial] {
    guard !isWhole, trials.count > count else { return trials }
    let offset = name.utf8.reduce(0) { ($0 * 31 + Int($1)) % 9973 }
    return (0..<count).map { trials[($0 * trials.count / count + offset) % trials.count] }
  }
}
