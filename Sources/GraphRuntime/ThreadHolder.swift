#if canImport(Glibc)
  internal import Glibc
#endif

/// The process that has a thread for itself.
public struct ThreadHolder: Sendable, Hashable {
  /// The name of its machine.
  public let host: String

  /// Its number there.
  public let process: Int

  /// What tells the machine's start and the process from all others of that number.
  public let origin: String

  /// Creates a holder.
  public init(host: String, process: Int, origin: String) {
    self.host = host
    self.process = process
    self.origin = origin
  }

  /// This process.
  public static let current = ThreadHolder(
    host: hostName(), process: Int(getpid()), origin: "\(machine):\(startTime(of: Int(getpid())) ?? "0")")

  /// The holder as stores keep it.
  public var text: String { "\(process) \(origin) \(host)" }

  /// Reads what `text` has made.
  public init?(text: String) {
    let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let process = Int(parts[0]) else { return nil }
    self.init(host: String(parts[2]), process: process, origin: String(parts[1]))
  }

  /// Whether the process was one of this machine and has ended; false where that cannot be told.
  public var isGone: Bool {
    guard origin.hasPrefix("\(Self.machine):") else { return false }
    return Self.startTime(of: process).map { origin != "\(Self.machine):\($0)" } ?? true
  }

  /// Whether the process is one of this machine and has not ended; false where that cannot be told.
  public var isAtWork: Bool {
    guard origin.hasPrefix("\(Self.machine):") else { return false }
    return Self.startTime(of: process).map { origin == "\(Self.machine):\($0)" } ?? false
  }

  // MARK: - Processes

  /// This start of this machine, and the group of processes that see each other's numbers.
  private static let machine: String = {
    let boot = contents(of: "/proc/sys/kernel/random/boot_id").filter { $0 != "\n" && $0 != " " }
    var status = stat()
    let namespace = stat("/proc/self/ns/pid", &status) == 0 ? "\(status.st_ino)" : "0"
    return "\(boot):\(namespace)"
  }()

  private static func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// When a process began, in ticks since the start of the machine; nil when there is none of that number.
  private static func startTime(of process: Int) -> String? {
    // The second field may hold blanks and parentheses; the time is the twentieth after the last of the latter.
    let line = contents(of: "/proc/\(process)/stat")
    guard let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    // A process that has ended and that nobody has asked about does nothing more.
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return String(fields[19])
  }

  private static func contents(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}

/// The right of one run to write to a thread.
///
/// Each time somebody takes the thread its epoch grows, and what is written under an older one is refused.
public struct ThreadLease: Sendable, Hashable {
  /// The thread.
  public let thread: String

  /// A number that grows each time somebody takes the thread.
  public let epoch: Int

  /// The number of the last record at that time.
  public let lastSequence: Int

  /// The epoch of a thread that has none yet.
  ///
  /// A thread that was removed may come again, and nobody knows the epochs that it had; a time of the clock would be there
  /// again when somebody sets it, or within the same millisecond.
  public static func makeFirstEpoch() -> Int { .random(in: 1...1 << 52) }

  /// Creates a lease.
  public init(thread: String, epoch: Int, lastSequence: Int) {
    self.thread = thread
    self.epoch = epoch
    self.lastSequence = lastSequence
  }
}
