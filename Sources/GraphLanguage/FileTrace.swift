#if canImport(Glibc)
  internal import Glibc
#endif

internal import GraphRuntime

/// What was looked at in the files of projects, so that it can be told later whether any of it has changed.
///
/// Each path is noted with its state before it is first looked at, so no change after that goes unseen. It holds as many
/// paths as were looked at; those are the files of a project, which are limited elsewhere.
public final class FileTrace: Sendable {
  /// What tells one state of a path from another: nothing there, or which file with which content.
  private enum Stamp: Hashable {
    case missing
    case present(device: UInt64, node: UInt64, size: Int, seconds: Int, nanoseconds: Int)
    case names([String])

    init(_ path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else {
        self = .missing
        return
      }
      // What is in a folder is noted when it is listed; its own time changes with each file in it.
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      self = .present(
        device: UInt64(status.st_dev), node: UInt64(status.st_ino), size: isFolder ? 0 : Int(status.st_size),
        seconds: isFolder ? 0 : Int(status.st_mtim.tv_sec), nanoseconds: isFolder ? 0 : Int(status.st_mtim.tv_nsec))
    }
  }

  private struct State {
    var paths: [String: Stamp] = [:]
    var lists: [String: Stamp] = [:]
  }

  private let workingDirectory = ProjectFiles.realPath(".") ?? "/"
  private let state = Locked(State())

  /// Creates a trace of nothing.
  public init() {}

  /// Notes that a path is looked at, whether there is anything or not.
  public func note(_ path: String) {
    let path = absolute(path)
    guard state.withLock({ $0.paths[path] == nil }) else { return }
    let stamp = Stamp(path)
    state.withLock { if $0.paths[path] == nil { $0.paths[path] = stamp } }
  }

  /// Notes that the names in a folder are looked at.
  func note(list folder: String) {
    note(folder)
    let folder = absolute(folder)
    guard state.withLock({ $0.lists[folder] == nil }) else { return }
    let stamp = Stamp.names(ProjectFiles.names(in: folder))
    state.withLock { if $0.lists[folder] == nil { $0.lists[folder] = stamp } }
  }

  /// Whether anything is otherwise than when it was looked at.
  public var hasChanged: Bool {
    let state = state.withLock { $0 }
    return state.paths.contains { Stamp($0.key) != $0.value }
      || state.lists.contains { Stamp.names(ProjectFiles.names(in: $0.key)) != $0.value }
  }

  /// How many files were looked at and were there.
  public var fileCount: Int {
    let paths = state.withLock { $0.paths.keys }
    return Set(paths.compactMap { ProjectFiles.kind(at: $0) == .file ? ProjectFiles.realPath($0) : nil }).count
  }

  /// The folders in which a change can be seen: those of the files, of the links that lead to them, and for what is
  /// missing the nearest folder that exists.
  public var folders: [String] {
    let state = state.withLock { $0 }
    var folders = Set(state.lists.keys)
    for path in state.paths.keys {
      folders.insert(existing(ProjectFiles.parent(of: path)))
      if let real = ProjectFiles.realPath(path), real != path { folders.insert(ProjectFiles.parent(of: real)) }
    }
    return folders.sorted()
  }

  private func existing(_ folder: String) -> String {
    var folder = folder
    while folder != "/", ProjectFiles.kind(at: folder) != .folder { folder = ProjectFiles.parent(of: folder) }
    return folder
  }

  /// The path from the root, without `.` and `..`, whose links are not followed.
  private func absolute(_ path: String) -> String {
    ProjectFiles.normalised(ProjectFiles.join(workingDirectory, path))
  }
}
