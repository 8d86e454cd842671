// swift-tools-version: 6.3

import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "Tributary", path: "..")],
  targets: [
    // Counts allocations by standing in front of malloc.
    .target(name: "CAllocCounter"),
    .executableTarget(
      name: "GraphBenchmarks",
      dependencies: [
        "CAllocCounter",
        .product(name: "GraphCompiler", package: "Tributary"),
        .product(name: "GraphDiagnostics", package: "Tributary"),
        .product(name: "GraphNodes", package: "Tributary"),
        .product(name: "GraphRuntime", package: "Tributary"),
        .product(name: "GraphStore", package: "Tributary"),
        .product(name: "GraphTestSupport", package: "Tributary"),
        .product(name: "LanguageModels", package: "Tributary"),
      ],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
