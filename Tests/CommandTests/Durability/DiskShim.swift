import Glibc
import GraphTestSupport

/// A library that programs are started with whose disk is to fail, compiled from `Tests/Shims/disk.c`.
struct DiskShim: Sendable {
  private let path: String
  private let folder: TemporaryFolder

  /// Whether its syncs do nothing.
  var lies = false

  struct Failure: Error, CustomStringConvertible { let description: String }

  private static let compilers = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"]

  /// Whether there is a compiler of C.
  static var isPossible: Bool { compilers.contains { access($0, X_OK) == 0 } }

  /// The library, which is compiled once.
  static func shared() async throws -> DiskShim { try await compiled.value }

  private static let compiled = Task {
    let folder = try TemporaryFolder()
    let path = folder.path + "/disk.so"
    let compiler = compilers.first { access($0, X_OK) == 0 } ?? "/usr/bin/cc"
    let words = ["-std=gnu11", "-shared", "-fPIC", "-O1", "-o", path, "\(packageFolder)/Tests/Shims/disk.c"]
    let result = try await ChildProcess.start(
      compiler, words, environment: ["PATH": "/usr/bin:/bin"], folder: folder.path
    ).result()
    guard result.status == 0 else { throw Failure(description: "the shim cannot be compiled: \(result)") }
    return DiskShim(path: path, folder: folder)
  }

  /// What a process gets to have this disk.
  var variables: [String: String] { ["LD_PRELOAD": path].merging(lies ? ["DISK_LIES": "1"] : [:]) { $1 } }
}
