import GraphTestSupport

/// A library that programs are started with whose disk is to fail, compiled from `Tests/Shims/disk.c`.
struct DiskShim: Sendable {
  private let path: String
  private let folder: TemporaryFolder

  struct Failure: Error, CustomStringConvertible { let description: String }

  /// The library, or nil where there is no compiler of C.
  static func shared() async throws -> DiskShim? { try await compiled.value }

  private static let compiled = Task { () -> DiskShim? in
    let folder = try TemporaryFolder()
    let path = folder.path + "/disk.so"
    let child = try await ChildProcess.start(
      "/usr/bin/env",
      [
        "cc", "-std=gnu11", "-shared", "-fPIC", "-O1", "-o", path, "\(packageFolder)/Tests/Shims/disk.c", "-ldl",
      ], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"], folder: folder.path)
    let result = await child.result()
    if result.status == 127 { return nil }
    guard result.status == 0 else { throw Failure(description: "the shim cannot be compiled: \(result)") }
    return DiskShim(path: path, folder: folder)
  }

  /// What a process gets to have this disk.
  var variables: [String: String] { ["LD_PRELOAD": path] }
}
