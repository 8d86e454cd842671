// swift-tools-version: 6.3

import PackageDescription

/// The settings that every Swift target is built with; each line names the
/// proposal that explains it.
let commonSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),  // SE-0335
  .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
  .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
  .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
]

/// For the targets that hold C pointers: each use is marked `unsafe` (SE-0458).
let pointerSettings: [SwiftSetting] = commonSettings + [.strictMemorySafety()]

let package = Package(
  name: "Tributary",
  products: [
    .executable(name: "graph", targets: ["graph"]),
    .library(name: "GraphDiagnostics", targets: ["GraphDiagnostics"]),
    .library(name: "GraphYAML", targets: ["GraphYAML"]),
    .library(name: "GraphRuntime", targets: ["GraphRuntime"]),
    .library(name: "GraphLanguage", targets: ["GraphLanguage"]),
    .library(name: "GraphCompiler", targets: ["GraphCompiler"]),
    .library(name: "LanguageModels", targets: ["LanguageModels"]),
    .library(name: "GraphNodes", targets: ["GraphNodes"]),
    .library(name: "GraphStore", targets: ["GraphStore"]),
    .library(name: "GraphServer", targets: ["GraphServer"]),
    .library(name: "GraphStreams", targets: ["GraphStreams"]),
    .library(name: "GraphTestSupport", targets: ["GraphTestSupport"]),
  ],
  targets: [
    // CCurl: libcurl, opened on first use so that `graph validate` does not load it.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),

    // CChildProcess: starting a child with what glibc hides from Swift.
    .target(name: "CChildProcess"),

    // ChildProcesses
    .target(name: "ChildProcesses", dependencies: ["CChildProcess", "GraphRuntime"], swiftSettings: pointerSettings),
    .testTarget(
      name: "ChildProcessesTests", dependencies: ["ChildProcesses", "GraphTestSupport"], swiftSettings: commonSettings),

    // CLibYAML
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

    // CPostgres: libpq, opened on first use as libcurl is.
    .target(name: "CPostgres", linkerSettings: [.linkedLibrary("dl")]),

    // CSQLite
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

    // CommandKit
    .target(name: "CommandKit", dependencies: ["GraphDiagnostics"], swiftSettings: commonSettings),
    .testTarget(
      name: "CommandKitTests", dependencies: ["CommandKit", "GraphRuntime", "GraphTestSupport"],
      exclude: ["Snapshots"],
      swiftSettings: commonSettings),

    // DiagnosticCatalogue: what there is to know of each code; only `graph` links it.
    .target(name: "DiagnosticCatalogue", dependencies: ["GraphDiagnostics"], swiftSettings: commonSettings),

    // Documentation: everything that the documents show is compiled and run
    .testTarget(
      name: "DocumentationTests",
      dependencies: [
        "graph", "DiagnosticCatalogue", "GraphNodes", "GraphCompiler", "GraphLanguage", "GraphRuntime", "GraphYAML",
        "GraphDiagnostics", "GraphHTTP", "GraphServer", "GraphStreams", "HTTPServing", "LanguageModels",
        "PassageSearch",
        "GraphTestSupport",
      ],
      swiftSettings: commonSettings),

    // GraphCompiler
    .target(
      name: "GraphCompiler",
      dependencies: ["GraphLanguage", "GraphRuntime", "GraphYAML", "GraphDiagnostics"],
      swiftSettings: commonSettings),
    .testTarget(
      name: "GraphCompilerTests",
      dependencies: [
        "GraphCompiler", "GraphNodes", "GraphLanguage", "GraphRuntime", "GraphDiagnostics", "LanguageModels",
        "GraphTestSupport",
      ],
      swiftSettings: commonSettings),

    // GraphDiagnostics
    .target(name: "GraphDiagnostics", swiftSettings: commonSettings),
    .testTarget(
      name: "GraphDiagnosticsTests", dependencies: ["GraphDiagnostics", "GraphRuntime", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // GraphHTTP
    .target(name: "GraphHTTP", dependencies: ["CCurl"], swiftSettings: pointerSettings),
    .testTarget(
      name: "GraphHTTPTests", dependencies: ["GraphHTTP", "GraphTestSupport"], swiftSettings: commonSettings),

    // GraphLanguage
    .target(
      name: "GraphLanguage", dependencies: ["GraphYAML", "GraphRuntime", "GraphDiagnostics"],
      swiftSettings: commonSettings),
    .testTarget(
      name: "GraphLanguageTests",
      dependencies: ["GraphLanguage", "GraphYAML", "GraphRuntime", "GraphDiagnostics", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // GraphLanguageServer
    .target(
      name: "GraphLanguageServer",
      dependencies: ["GraphCompiler", "GraphLanguage", "GraphRuntime", "GraphYAML", "GraphDiagnostics"],
      swiftSettings: commonSettings),
    .testTarget(
      name: "GraphLanguageServerTests",
      dependencies: [
        "GraphLanguageServer", "GraphNodes", "GraphLanguage", "GraphRuntime", "GraphDiagnostics", "LanguageModels",
        "GraphTestSupport",
      ],
      swiftSettings: commonSettings),

    // GraphNodes
    .target(
      name: "GraphNodes",
      dependencies: [
        "ChildProcesses", "GraphHTTP", "GraphLanguage", "GraphRuntime", "GraphYAML", "LanguageModels",
        "GraphDiagnostics", "MCPClient", "PassageSearch",
      ],
      swiftSettings: commonSettings),
    .testTarget(
      name: "GraphNodesTests",
      dependencies: [
        "GraphNodes", "GraphCompiler", "GraphLanguage", "GraphRuntime", "LanguageModels", "GraphDiagnostics",
        "GraphTestSupport",
      ],
      swiftSettings: commonSettings),

    // GraphRuntime
    .target(name: "GraphRuntime", dependencies: ["GraphDiagnostics"], swiftSettings: commonSettings),
    .testTarget(
      name: "GraphRuntimeTests", dependencies: ["GraphRuntime", "GraphDiagnostics", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // GraphServer: graphs over HTTP.
    .target(
      name: "GraphServer",
      dependencies: [
        "GraphCompiler", "GraphDiagnostics", "GraphLanguage", "GraphRuntime", "GraphStreams", "HTTPServing",
      ],
      swiftSettings: commonSettings),
    .testTarget(
      name: "GraphServerTests",
      dependencies: [
        "GraphServer", "GraphCompiler", "GraphDiagnostics", "GraphLanguage", "GraphNodes", "GraphRuntime",
        "HTTPServing", "LanguageModels", "GraphTestSupport",
      ],
      swiftSettings: commonSettings),

    // GraphStore
    .target(
      name: "GraphStore", dependencies: ["CPostgres", "CSQLite", "GraphRuntime"], swiftSettings: pointerSettings),
    .testTarget(
      name: "GraphStoreTests", dependencies: ["GraphStore", "GraphRuntime", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // GraphStreams
    .target(name: "GraphStreams", dependencies: ["GraphRuntime"], swiftSettings: commonSettings),
    .testTarget(
      name: "GraphStreamsTests", dependencies: ["GraphStreams", "GraphHTTP", "GraphRuntime", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // GraphTestSupport
    .target(
      name: "GraphTestSupport", dependencies: ["GraphDiagnostics", "GraphRuntime", "LanguageModels"],
      swiftSettings: commonSettings),

    // GraphYAML
    .target(name: "GraphYAML", dependencies: ["GraphDiagnostics", "CLibYAML"], swiftSettings: pointerSettings),
    .testTarget(
      name: "GraphYAMLTests", dependencies: ["GraphYAML", "GraphDiagnostics", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // CEventLoop: what Linux has to wait for many sockets.
    .target(name: "CEventLoop"),

    // HTTPServing: HTTP/1.1 and WebSockets on an event loop.
    .target(name: "HTTPServing", dependencies: ["CEventLoop", "GraphRuntime"], swiftSettings: pointerSettings),
    .testTarget(
      name: "HTTPServingTests", dependencies: ["HTTPServing", "GraphRuntime", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // LanguageModels
    .target(
      name: "LanguageModels", dependencies: ["GraphRuntime", "GraphHTTP", "GraphDiagnostics"],
      swiftSettings: commonSettings),
    .testTarget(
      name: "LanguageModelsTests",
      dependencies: ["LanguageModels", "GraphHTTP", "GraphRuntime", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // MCPClient
    .target(
      name: "MCPClient", dependencies: ["ChildProcesses", "GraphHTTP", "GraphRuntime"], swiftSettings: commonSettings),
    .testTarget(
      name: "MCPClientTests",
      dependencies: ["MCPClient", "ChildProcesses", "GraphHTTP", "GraphRuntime", "GraphTestSupport"],
      swiftSettings: commonSettings),

    // Mutation: every mistake at every place of the examples
    .testTarget(
      name: "MutationTests",
      dependencies: [
        "GraphCompiler", "GraphNodes", "GraphLanguage", "GraphRuntime", "GraphYAML", "GraphDiagnostics",
        "LanguageModels", "GraphTestSupport",
      ],
      swiftSettings: commonSettings),

    // PassageSearch
    .target(name: "PassageSearch", dependencies: ["CSQLite"], swiftSettings: pointerSettings),
    .testTarget(name: "PassageSearchTests", dependencies: ["PassageSearch"], swiftSettings: commonSettings),

    // graph, the command
    .executableTarget(
      name: "graph",
      dependencies: [
        "ChildProcesses", "CommandKit", "DiagnosticCatalogue", "GraphNodes", "GraphCompiler", "GraphLanguage",
        "GraphLanguageServer", "GraphRuntime", "GraphServer", "GraphStore", "GraphYAML", "GraphDiagnostics",
        "HTTPServing", "LanguageModels", "MCPClient",
      ],
      swiftSettings: commonSettings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "graph", "CommandKit", "GraphLanguage", "GraphRuntime", "GraphStore", "GraphYAML", "GraphDiagnostics",
        "LanguageModels", "GraphTestSupport",
      ],
      exclude: ["Fixtures", "Snapshots"], swiftSettings: commonSettings),
  ],
  swiftLanguageModes: [.v6]
)
