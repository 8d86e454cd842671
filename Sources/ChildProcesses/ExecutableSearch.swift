internal import Glibc

/// Finds programs as a shell does.
public enum ExecutableSearch {
  /// The path of a program: a name with a slash is one; another one is looked for in the folders of `PATH`.
  public static func path(of name: String, along path: String?) -> String? {
    if name.contains("/") { return isProgram(name) ? name : nil }
    guard !name.isEmpty else { return nil }
    for folder in (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
      let candidate = "\(folder)/\(name)"
      if isProgram(candidate) { return candidate }
    }
    return nil
  }

  static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

  private static func isProgram(_ path: String) -> Bool {
    unsafe mode(path) == S_IFREG && access(path, X_OK) == 0
  }

  private static func mode(_ path: String) -> mode_t? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }
}
