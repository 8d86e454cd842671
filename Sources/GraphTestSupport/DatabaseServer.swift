internal import Glibc
internal import GraphRuntime

/// A real server in a folder of its own, reached over a socket there.
///
/// It ends with this process, however that ends: a shell beside it reads from a pipe whose other end only this process
/// has.
package final class DatabaseServer: Sendable {
  /// The folder with the socket.
  package let folder: String
  private let pipeEnd: Int32

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// The PostgreSQL server of all tests, or nil where none is installed.
  package static let postgres: DatabaseServer? = {
    guard let programs = postgresPrograms else { return nil }
    return start(
      """
      user=""
      if [ "$(id -u)" = 0 ]; then chown nobody "$d"; user="setpriv --reuid nobody --regid nogroup --clear-groups"; fi
      cd "$d"
      $user '\(programs)/initdb' -D "$d/data" -U tributary -A trust -E UTF8 --no-sync >"$d/log" 2>&1 || exit 1
      $user '\(programs)/postgres' -D "$d/data" -c listen_addresses= -c unix_socket_directories="$d" \
        -c max_connections=200 >>"$d/log" 2>&1 &
      """, socket: ".s.PGSQL.5432", signal: "QUIT")
  }()

  /// The Redis server of all tests, or nil where none is installed.
  package static let redis: DatabaseServer? =
    access("/usr/bin/redis-server", X_OK) == 0
    ? start(
      """
      cd "$d"
      /usr/bin/redis-server --port 0 --unixsocket "$d/redis.sock" --save '' --dir "$d" >"$d/log" 2>&1 &
      """, socket: "redis.sock", signal: "KILL") : nil

  package static let postgresPrograms: String? = (12...30).reversed().map { "/usr/lib/postgresql/\($0)/bin" }.first {
    access("\($0)/initdb", X_OK) == 0
  }

  private init(folder: String, pipeEnd: Int32) {
    self.folder = folder
    self.pipeEnd = pipeEnd
  }

  private static func start(_ script: String, socket: String, signal: String) -> DatabaseServer? {
    var template = Array("/tmp/tributary-server-XXXXXX".utf8CString)
    var ends: [Int32] = [0, 0]
    guard mkdtemp(&template) != nil, pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let folder = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let whole = """
      d='\(folder)'
      trap 'rm -rf "$d"' EXIT
      \(script)
      p=$!
      cat >/dev/null
      kill -\(signal) $p
      wait $p
      """
    guard spawn(["/bin/sh", "-c", whole], input: ends[0]) != nil else { return nil }
    close(ends[0])
    for _ in 0..<600 {
      if access("\(folder)/\(socket)", F_OK) == 0 { return DatabaseServer(folder: folder, pipeEnd: ends[1]) }
      usleep(100_000)
    }
    return nil
  }

  /// Runs a program to its end.
  package static func run(_ words: [String]) throws {
    guard let pid = spawn(words, input: nil) else { throw Failure(description: "cannot start \(words[0])") }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw Failure(description: "\(words) ended with \(status)") }
  }

  private static func spawn(_ words: [String], input: Int32?) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    // Somebody who waits for the end of the tests' output shall not wait for the server.
    for descriptor in [Int32(1), 2] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    var environment: [UnsafeMutablePointer<CChar>?] = [strdup(path), strdup("LC_ALL=C"), nil]
    defer { for pointer in arguments + environment { free(pointer) } }
    // Whoever ends the tests' group has no say here.
    return withSpawnAttributes(heeding: [SIGINT, SIGTERM, SIGQUIT], flags: POSIX_SPAWN_SETPGROUP) { attributes in
      var pid: pid_t = 0
      return posix_spawn(&pid, words[0], &actions, attributes, &arguments, &environment) == 0 ? pid : nil
    }
  }

  /// A number that no other test of this process gets.
  package static func makeNumber() -> Int {
    lastNumber.withLock { number in
      number += 1
      return number
    }
  }

  private static let lastNumber = Locked(0)

  /// The address of a new database.
  package func makeDatabase() throws -> String {
    let name = "t\(Self.makeNumber())"
    // The socket is there before the server is ready.
    for attempt in 1... {
      do {
        try Self.run(["\(Self.postgresPrograms ?? "")/createdb", "-h", folder, "-U", "tributary", name])
        break
      } catch {
        guard attempt < 100 else { throw error }
        usleep(100_000)
      }
    }
    return "postgres://tributary:secret@/\(name)?host=\(folder)"
  }
}
