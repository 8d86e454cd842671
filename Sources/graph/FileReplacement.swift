internal import CommandKit
internal import Glibc

/// Puts new content in the place of a file's, so that at no moment half of it is there.
enum FileReplacement {
  /// Writes a file beside it and renames that; mode and, where that is allowed, owner are kept.
  ///
  /// A link is followed.
  ///
  /// - Throws: `CommandFailure` with status 1; the file is as it was then.
  static func replace(_ path: String, with bytes: [UInt8]) throws(CommandFailure) {
    guard let pointer = realpath(path, nil) else { throw failure(path, errno) }
    let target = String(cString: pointer)
    free(pointer)
    var status = stat()
    guard stat(target, &status) == 0 else { throw failure(path, errno) }
    // A rename would replace a file that may not be written, too.
    guard access(target, W_OK) == 0 else { throw failure(path, errno) }
    var name = Array((target + ".XXXXXX").utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw failure(path, errno) }
    let code = write(bytes, to: descriptor, as: status)
    close(descriptor)
    guard code == 0 else {
      unlink(name)
      throw failure(path, code)
    }
    guard rename(name, target) == 0 else {
      let code = errno
      unlink(name)
      throw failure(path, code)
    }
  }

  /// Writes a file that may not be there yet, whole or not at all.
  ///
  /// - Throws: `CommandFailure` with status 1.
  static func write(_ path: String, _ bytes: [UInt8]) throws(CommandFailure) {
    // What is there already and no file, such as a pipe, is written into and not replaced.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor >= 0 {
      close(descriptor)
      do throws(CommandFailure) {
        return try replace(path, with: bytes)
      } catch {
        unlink(path)
        throw error
      }
    }
    guard errno == EEXIST else { throw failure(path, errno) }
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(path, errno) }
    if status.st_mode & S_IFMT == S_IFREG { return try replace(path, with: bytes) }
    let device = open(path, O_WRONLY | O_CLOEXEC)
    guard device >= 0 else { throw failure(path, errno) }
    defer { close(device) }
    let code = writeAll(bytes, to: device)
    guard code == 0 else { throw failure(path, code) }
  }

  /// Writes what a command has made into a file, whole or not at all, or to standard output where no file is named.
  ///
  /// - Throws: `CommandFailure` with status 1, or `OutputError`.
  static func write(_ text: String, to path: String?) throws {
    if let path { return try write(path, Array(text.utf8)) }
    var output = OutputWriter.standardOutput()
    try output.write(text)
    try output.flush()
  }

  /// Writes everything to the disk; the `errno` of what failed, or 0.
  private static func write(_ bytes: [UInt8], to descriptor: CInt, as status: stat) -> CInt {
    _ = fchown(descriptor, status.st_uid, status.st_gid)
    guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else { return errno }
    let code = writeAll(bytes, to: descriptor)
    guard code == 0 else { return code }
    return fsync(descriptor) == 0 ? 0 : errno
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> CInt {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno != EINTR { return errno }
      rest = rest.dropFirst(max(0, count))
    }
    return 0
  }

  private static func failure(_ path: String, _ code: CInt) -> CommandFailure {
    CommandFailure("Can't write '\(path)': \(String(cString: strerror(code)).lowercased())")
  }
}
