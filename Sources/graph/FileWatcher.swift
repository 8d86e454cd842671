internal import CommandKit
internal import Glibc

/// Waits for changes in folders.
///
/// It is used for one wait: folders are watched from its creation on, so that what changes before somebody waits is not
/// missed.
struct FileWatcher: ~Copyable {
  private let descriptor: CInt

  /// How long it has to be quiet before a change is over, in milliseconds: editors and `git` write several files.
  private static let quiet: CInt = 50

  /// Begins to watch folders.
  ///
  /// - Throws: `CommandFailure` when the system watches no more, or none.
  init(_ folders: [String]) throws(CommandFailure) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    guard descriptor >= 0 else { throw Self.failure("files", errno) }
    let mask =
      UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVE) | UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_DELETE_SELF)
      | UInt32(IN_MOVE_SELF)
    for folder in folders where inotify_add_watch(descriptor, folder, mask) < 0 {
      // A folder that has gone meanwhile is a change, which is seen in other ways.
      guard errno == ENOENT || errno == ENOTDIR else { throw Self.failure("'\(folder)'", errno) }
    }
  }

  deinit { close(descriptor) }

  /// Waits until something changes, and then until it is quiet.
  func wait() {
    guard isReadable(within: -1) else { return }
    // Changes without end are looked at now and then.
    for _ in 0..<20 {
      drain()
      guard isReadable(within: Self.quiet) else { return }
    }
  }

  private func isReadable(within milliseconds: CInt) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      let count = poll(&request, 1, milliseconds)
      if count >= 0 || errno != EINTR { return count > 0 }
    }
  }

  /// Throws away what is said of the changes: what has become of the files is looked at.
  private func drain() {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while read(descriptor, &buffer, buffer.count) > 0 {}
  }

  private static func failure(_ what: String, _ code: CInt) -> CommandFailure {
    let advice = code == ENOSPC ? "; raise fs.inotify.max_user_watches" : ""
    return CommandFailure("Can't watch \(what): \(String(cString: strerror(code)).lowercased())\(advice)")
  }
}
