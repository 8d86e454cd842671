#if canImport(Glibc)
  internal import Glibc
#endif

/// The files of a project: read only below its root folder, wherever links and `..` lead.
///
/// Paths given to it may be absolute or relative to the working directory.
public struct ProjectFiles: Sendable {
  /// The root as an absolute path without links.
  public let root: String

  /// The largest file that is read, in bytes.
  public static let maximumSize = 16 << 20

  /// The working directory, for the paths that people are shown.
  private let workingDirectory: String?

  /// What stands in the place of files, by their absolute paths: texts in an editor that are not saved.
  private var overlay: [String: [UInt8]] = [:]

  /// Where it is noted what was looked at.
  private var trace: FileTrace?

  /// Creates access to the files below a folder; nil when there is no such folder.
  public init?(root: String) {
    guard let real = Self.realPath(root), Self.kind(at: real) == .folder else { return nil }
    self.root = real
    self.workingDirectory = Self.realPath(".")
  }

  /// Creates access to the project that a graph file belongs to; nil when the file's folder does not exist.
  ///
  /// The root is the nearest folder at or above the file's own that has `.git`, `Package.swift` or `pyproject.toml`;
  /// without one, the working directory if the file is below it; else the nearest folder with a folder `prompts`; else the
  /// file's own folder.
  public init?(containing path: String) {
    guard let folder = Self.realPath(Self.parent(of: path)) else { return nil }
    var above: [String] = [folder]
    while let last = above.last, last != "/" { above.append(Self.parent(of: last)) }
    let markers = [".git", "Package.swift", "pyproject.toml"]
    let marked = above.first { folder in markers.contains { Self.kind(at: Self.join(folder, $0)) != nil } }
    let working = Self.realPath(".").flatMap { directory in
      // The root of the file system holds everything, which says nothing.
      directory != "/" && above.contains(directory) ? directory : nil
    }
    let prompts = above.first { Self.kind(at: Self.join($0, "prompts")) == .folder }
    self.init(root: marked ?? working ?? prompts ?? folder)
  }

  /// The same files, with other contents in the place of some, which need not exist.
  ///
  /// - Parameter contents: Contents by absolute paths without links.
  public func overlaying(_ contents: [String: [UInt8]]) -> ProjectFiles {
    var files = self
    files.overlay.merge(contents) { _, new in new }
    return files
  }

  /// The same files, of which it is noted what is looked at.
  public func traced(by trace: FileTrace) -> ProjectFiles {
    var files = self
    files.trace = trace
    return files
  }

  /// Notes that it matters what is at a path, and whether there is anything.
  func note(_ path: String) { trace?.note(path) }

  /// What a path leads to.
  public enum Kind: Sendable, Hashable {
    /// A regular file.
    case file
    /// A folder.
    case folder
    /// A device, pipe or socket, none of which is read.
    case other
  }

  /// Why a file cannot be read.
  public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
    /// One lower-case phrase, such as `no such file`.
    public let reason: String

    /// Whether the path is refused because it leads out of the project.
    public let leavesProject: Bool

    init(_ reason: String, leavesProject: Bool = false) {
      self.reason = reason
      self.leavesProject = leavesProject
    }

    /// The reason.
    public var description: String { reason }
  }

  /// The bytes of a file.
  ///
  /// - Throws: `Problem` when it does not exist, is outside the root, is no regular file, is larger than `maximumSize`
  ///   or cannot be read.
  public func read(_ path: String) throws(Problem) -> [UInt8] {
    try read(confined: confined(path))
  }

  /// The bytes of a file whose path `confined` gave.
  func read(confined path: String) throws(Problem) -> [UInt8] {
    note(path)
    if let bytes = overlay[path] { return bytes }
    // Without waiting: opening a pipe would otherwise wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.systemProblem() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.systemProblem() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Problem("not a file") }
    // What the file says of its size is how much is asked for; one byte more shows whether it has grown since.
    var room = Int(status.st_size) + 1
    var bytes: [UInt8] = []
    while true {
      guard bytes.count + room <= Self.maximumSize + 4096 else {
        throw Problem("larger than \(Self.maximumSize >> 20) MiB")
      }
      var failure: CInt = 0
      let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        repeat { count = Glibc.read(descriptor, buffer.baseAddress, room) } while count < 0 && errno == EINTR
        if count < 0 { (failure, count) = (errno, 0) }
      }
      guard failure == 0 else { throw Self.systemProblem(failure) }
      guard !part.isEmpty else { return bytes }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      // Less than was asked for: the file ended there.
      guard part.count == room else { return bytes }
      room = 4096
    }
  }

  /// What a path leads to, or nil when there is nothing.
  public func kind(of path: String) -> Kind? {
    note(path)
    return Self.kind(at: path) ?? (!overlay.isEmpty && resolved(path) != nil ? .file : nil)
  }

  /// The absolute path of a file or folder without links; nil when it does not exist and nothing stands in its place.
  public func resolved(_ path: String) -> String? {
    note(path)
    if let real = Self.realPath(path) { return real }
    guard !overlay.isEmpty else { return nil }
    let absolute = Self.normalised(Self.join(workingDirectory ?? "/", path))
    return overlay[absolute] == nil ? nil : absolute
  }

  /// The absolute path of a regular file, without links; nil when there is none and nothing stands in its place.
  ///
  /// - Parameter folder: An absolute path without links.
  func path(ofFile name: String, in folder: String) -> String? {
    if let real = Self.realPath(ofFile: name, in: folder) { return real }
    let path = Self.join(folder, name)
    return overlay[path] == nil ? nil : path
  }

  /// The names of files that stand in a folder only in the editor.
  private func overlaid(in folder: String) -> [String] {
    overlay.keys.compactMap { path in
      Self.parent(of: path) == folder ? Self.name(of: path) : nil
    }
  }

  /// The names in a folder in ascending order; empty when it cannot be read or is outside the root.
  public func list(_ folder: String) -> [String] {
    trace?.note(list: folder)
    guard let real = try? confined(folder) else { return [] }
    let names = Self.names(in: real)
    let added = overlaid(in: real).filter { !names.contains($0) }
    return added.isEmpty ? names : (names + added).sorted()
  }

  /// The names in a folder in ascending order; empty when it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let handle = opendir(folder) else { return [] }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The absolute path of an existing file or folder, without links.
  ///
  /// - Throws: `Problem` when it does not exist or leads out of the root.
  public func confined(_ path: String) throws(Problem) -> String {
    guard let real = resolved(path) else { throw Self.systemProblem() }
    guard contains(real) else { throw Problem("outside the project", leavesProject: true) }
    return real
  }

  /// Whether an absolute path without links and `..` is the root or below it.
  public func contains(_ path: String) -> Bool { root == "/" || path == root || path.hasPrefix(root + "/") }

  /// A path as people are shown it: relative to the working directory when it is below that.
  public func displayed(_ path: String) -> String {
    guard let workingDirectory, workingDirectory != "/", path.hasPrefix(workingDirectory + "/") else { return path }
    return String(path.dropFirst(workingDirectory.count + 1))
  }

  // MARK: - Paths

  /// The absolute path of something that exists, without links; nil when it does not exist.
  public static func realPath(_ path: String) -> String? {
    guard let pointer = realpath(path, nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  /// The absolute path of a regular file, without links; nil when there is none.
  ///
  /// - Parameter folder: An absolute path without links.
  static func realPath(ofFile name: String, in folder: String) -> String? {
    let path = join(folder, name)
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return path
    case S_IFLNK: return realPath(path).flatMap { kind(at: $0) == .file ? $0 : nil }
    default: return nil
    }
  }

  /// A path below a folder; an absolute path is itself.
  public static func join(_ folder: String, _ path: String) -> String {
    path.hasPrefix("/") ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
  }

  /// The folder of a path; `.` when it has none.
  public static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// An absolute path without `.`, `..` and repeated slashes; links are not followed.
  public static func normalised(_ path: String) -> String {
    if isNormalised(path) { return path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Whether a path begins with a slash and has no empty, `.` or `..` part.
  private static func isNormalised(_ path: String) -> Bool {
    let slash = UInt8(ascii: "/")
    var bytes = path.utf8.makeIterator()
    guard bytes.next() == slash else { return false }
    var length = 0
    var dots = 0
    while let byte = bytes.next() {
      if byte == slash {
        if length == dots && length <= 2 { return false }
        (length, dots) = (0, 0)
      } else {
        length += 1
        if byte == UInt8(ascii: ".") { dots += 1 }
      }
    }
    return length > dots || length > 2
  }

  /// What a path leads to, or nil when there is nothing.
  static func kind(at path: String) -> Kind? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  private static func systemProblem(_ code: CInt = errno) -> Problem {
    switch code {
    case ENOENT, ENOTDIR: Problem("no such file")
    case EACCES, EPERM: Problem("no permission to read it")
    case ELOOP: Problem("its links lead in a circle")
    default: Problem(String(cString: strerror(code)).lowercased())
    }
  }
}
