#if canImport(Glibc)
  internal import Glibc
#endif

/// A folder that is held open, so that what is read and written in it is in it, wherever links lead meanwhile.
///
/// No name in it is followed as a link, and a file is either written whole or
/// not at all.
package struct OpenFolder: ~Copyable {
  /// Why something cannot be read or written.
  package struct Problem: Error, Sendable, CustomStringConvertible {
    /// One lower-case phrase.
    package let description: String

    fileprivate static func ofSystem(_ code: CInt = errno) -> Problem {
      switch code {
      case ENOENT: Problem(description: "no such file or folder")
      case EACCES, EPERM, EROFS: Problem(description: "no permission to write there")
      case ELOOP, ENOTDIR: Problem(description: "a link or a file stands where a folder should be")
      default: Problem(description: String(cString: strerror(code)).lowercased())
      }
    }
  }

  private let descriptor: CInt

  private init(descriptor: CInt) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Opens a folder by its path; links in the path are followed, as its author may have meant them.
  ///
  /// - Parameter permissions: Those of the folder and the folders above it, which are made where they are missing; nil
  ///   to make none.
  package init(_ path: String, creating permissions: UInt32? = nil) throws(Problem) {
    if let permissions { try Self.makeFolders(path, permissions) }
    let opened = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw .ofSystem() }
    descriptor = opened
  }

  private static func makeFolders(_ path: String, _ permissions: UInt32) throws(Problem) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += part + "/"
      guard mkdir(prefix, permissions) == 0 || errno == EEXIST else { throw .ofSystem() }
    }
  }

  /// The folder of a name in this one, which is no link.
  ///
  /// - Parameter permissions: Those of the folder where it is made because it is missing; nil to make none.
  package func folder(_ name: String, creating permissions: UInt32? = nil) throws(Problem) -> OpenFolder {
    if let permissions {
      guard mkdirat(descriptor, name, permissions) == 0 || errno == EEXIST else { throw .ofSystem() }
    }
    let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { throw .ofSystem() }
    return OpenFolder(descriptor: opened)
  }

  /// Whether there is anything of a name.
  package func contains(_ name: String) -> Bool { faccessat(descriptor, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 }

  /// The bytes of a file, which is no link.
  ///
  /// - Throws: `Problem` when there is none, it is no regular file, or it is larger than `limit`.
  package func read(_ name: String, limit: Int) throws(Problem) -> [UInt8] {
    // Without waiting: opening a pipe would otherwise wait for its writer.
    let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .ofSystem() }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .ofSystem() }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
      throw Problem(description: "no file, or too large a one")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    while bytes.count <= limit {
      var failure: CInt = 0
      let part = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
        repeat { count = Glibc.read(file, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
        if count < 0 { (failure, count) = (errno, 0) }
      }
      guard failure == 0 else { throw .ofSystem(failure) }
      guard !part.isEmpty else { return bytes }
      bytes += part
    }
    throw Problem(description: "too large a file")
  }

  /// Writes a file: beside the old one first, which then gives its name to the new one in one move.
  package func write(_ bytes: [UInt8], to name: String, permissions: UInt32) throws(Problem) {
    let temporary = ".\(UInt64.random(in: 0 ... .max)).new"
    let file = openat(descriptor, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
    guard file >= 0 else { throw .ofSystem() }
    var failure = Self.write(bytes, to: file)
    if close(file) != 0, failure == 0 { failure = errno }
    if failure == 0, renameat(descriptor, temporary, descriptor, name) != 0 { failure = errno }
    guard failure != 0 else { return }
    unlinkat(descriptor, temporary, 0)
    throw .ofSystem(failure)
  }

  /// Writes all bytes; gives the system's number of what went wrong, or 0.
  private static func write(_ bytes: [UInt8], to file: CInt) -> CInt {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 {
        guard errno == EINTR else { return errno }
      } else {
        rest = rest.dropFirst(count)
      }
    }
    return 0
  }
}
