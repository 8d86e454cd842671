internal import GraphRuntime

#if canImport(Glibc)
  internal import Glibc
#endif

/// The folder that threads are kept in.
enum StoreFolder {
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// The bytes of a file, or nil where there is none.
  static func size(of path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// Has a folder's entry written to the disk: SQLite sees to its files, and to nothing above them.
  private static func sync(parentOf folder: String) throws {
    let parent = folder.lastIndex(of: "/").map { $0 == folder.startIndex ? "/" : String(folder[..<$0]) } ?? "."
    let descriptor = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(descriptor) }
    // A file system that has no such call says EINVAL.
    guard descriptor >= 0, fsync(descriptor) == 0 || errno == EINVAL else {
      throw CheckpointStoreError(
        .unavailable, "the folder '\(folder)' cannot be kept: \(unsafe String(cString: strerror(errno)))")
    }
  }

  /// Makes the folder of a file where there is none, with a `.gitignore` that leaves it out: what runs have written is
  /// nobody's source.
  static func create(for path: String) throws {
    guard let end = path.lastIndex(of: "/") else { return }
    let folder = String(path[..<end])
    guard !folder.isEmpty, !exists(folder) else { return }
    faultPoint("folder.before")
    guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw CheckpointStoreError(
        .unavailable, "the folder '\(folder)' cannot be created: \(unsafe String(cString: strerror(errno)))")
    }
    faultPoint("folder.made")
    try sync(parentOf: folder)
    let descriptor = unsafe open(folder + "/.gitignore", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    _ = unsafe write(descriptor, "*\n", 2)
    close(descriptor)
    faultPoint("folder.after")
  }
}
