#if canImport(Glibc)
  internal import Glibc
#endif

extension ProjectFiles {
  /// A file and what tells whether it has changed.
  public struct Entry: Sendable, Hashable {
    /// The path, absolute or as the folder was given.
    public let path: String

    /// The size in bytes.
    public let size: Int

    /// When the content was last changed, in nanoseconds since 1970.
    public let modified: Int

    /// Which file it is, so that one that takes the place of another is noticed.
    public let identity: UInt64
  }

  /// More files than were asked for.
  public struct TooManyFiles: Error {
    /// Creates the error.
    public init() {}
  }

  /// A file with its size and time; nil when it is none, does not exist or is outside the root.
  public func entry(_ path: String) -> Entry? {
    guard let real = try? confined(path) else { return nil }
    var status = stat()
    guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Entry(path, status)
  }

  /// The files in a folder and in those below it, in ascending order of their paths within each folder.
  ///
  /// Names that begin with a dot are left out. Links are followed as long as they stay below the root; a folder is gone
  /// through once.
  /// - Parameters:
  ///   - folder: The folder; without one, or outside the root, there are no files.
  ///   - depth: How many folders deep; 1 is the folder alone.
  ///   - limit: The most files.
  /// - Throws: `TooManyFiles` above the limit.
  public func walk(_ folder: String, depth: Int = 64, limit: Int) throws(TooManyFiles) -> [Entry] {
    var entries: [Entry] = []
    var seen: Set<[UInt64]> = []
    try walk(folder, depth, limit, &seen, &entries)
    return entries
  }

  private func walk(
    _ folder: String, _ depth: Int, _ limit: Int, _ seen: inout Set<[UInt64]>, _ entries: inout [Entry]
  ) throws(TooManyFiles) {
    guard depth > 0, let real = try? confined(folder) else { return }
    var status = stat()
    guard stat(real, &status) == 0, seen.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { return }
    for name in list(folder) where !name.hasPrefix(".") {
      let path = Self.join(folder, name)
      guard lstat(path, &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFLNK {
        guard let target = try? confined(path), stat(target, &status) == 0 else { continue }
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: try walk(path, depth - 1, limit, &seen, &entries)
      case S_IFREG:
        guard entries.count < limit else { throw TooManyFiles() }
        entries.append(Entry(path, status))
      default: break
      }
    }
  }
}

extension ProjectFiles.Entry {
  fileprivate init(_ path: String, _ status: stat) {
    self.path = path
    size = Int(status.st_size)
    modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
    identity = UInt64(status.st_ino)
  }
}
