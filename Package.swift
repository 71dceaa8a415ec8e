// swift-tools-version: 6.2
import PackageDescription

/// The rooms of the house and the floors below that each may import from (see ARCHITECTURE.md).
let package = Package(
    name: "estoque",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "estoque", targets: ["estoque"]),
        .library(name: "LedgerClient", targets: ["LedgerClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // floor 0: C
        .target(name: "CChecksum"),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // What the threads of the edges have in common.
        .target(name: "Threads"),

        // floor 1
        .target(name: "Raft"),
        .target(name: "Ledger"),
        // The agent of a store: pure, like the two above.
        .target(name: "AgentCore", dependencies: ["Ledger"]),
        .target(
            name: "GRPCWire",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
            ]
        ),

        // floor 2
        .target(name: "RaftLog", dependencies: ["Raft", "CChecksum", "Threads"]),
        .target(
            name: "RaftTransport",
            dependencies: [
                "Raft", "CChecksum",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "LedgerStore",
            dependencies: ["Ledger", "CSQLite", "CChecksum", "Threads"]
        ),
        .target(
            name: "LedgerAPI",
            dependencies: [
                "Ledger", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Protos"]
        ),

        // What clients saw, and whether a correct ledger could have done it; knows no node.
        .target(name: "Histories", dependencies: ["Ledger"]),

        // floor 3
        .target(
            name: "Replica",
            dependencies: [
                "Raft", "Ledger", "RaftLog", "RaftTransport", "LedgerStore", "CChecksum", "Threads",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "LedgerClient",
            dependencies: [
                "GRPCWire", "LedgerAPI", "Ledger",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),

        // The agent of a store as a service: its file, its thread, and the cluster on the other side.
        .target(
            name: "StoreAgent",
            dependencies: [
                "AgentCore", "Ledger", "LedgerAPI", "LedgerClient", "LedgerStore", "Threads",
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),

        // floor 4
        .target(
            name: "LedgerRPC",
            dependencies: [
                "AgentCore", "Replica", "Raft", "Ledger", "LedgerAPI", "LedgerStore", "GRPCWire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),
        .target(
            name: "LedgerHTTP",
            dependencies: [
                "AgentCore", "Replica", "Ledger", "LedgerAPI", "LedgerStore", "Raft", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            // The pages' sources; `generate` puts them into the program.
            exclude: ["Pages/Web", "Pages/generate"]
        ),

        // floor 5
        // Whole clusters in one thread, out of a seed: production's code over simulated edges.
        .target(
            name: "Simulation",
            dependencies: [
                "AgentCore", "Raft", "Ledger", "RaftLog", "LedgerStore", "Replica", "Histories",
            ]
        ),
        .executableTarget(
            name: "estoque",
            dependencies: [
                "Raft", "Ledger", "Replica", "RaftTransport", "LedgerRPC", "LedgerHTTP",
                "LedgerAPI", "LedgerClient", "LedgerStore", "GRPCWire", "Simulation", "AgentCore",
                "StoreAgent",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),

        // tests
        .executableTarget(
            name: "WireEcho",
            dependencies: [
                "GRPCWire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/WireEcho"
        ),
        // Benchmarks of the store alone, on ledgers of any size.
        .executableTarget(
            name: "StoreBench",
            dependencies: ["Ledger", "LedgerStore"],
            path: "Benchmarks/StoreBench"
        ),
        // Writes at a steady rate, for measurements.
        .target(
            name: "BenchSupport",
            dependencies: [
                "Ledger", "LedgerClient", .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Benchmarks/Support"
        ),
        // Thousands of watchers of one node's changes.
        .executableTarget(
            name: "WatchBench",
            dependencies: [
                "BenchSupport", "Ledger", "LedgerClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Benchmarks/WatchBench"
        ),
        // Facts of many stores at once.
        .executableTarget(
            name: "FactBench",
            dependencies: [
                "BenchSupport", "Ledger", "LedgerAPI", "LedgerClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Benchmarks/FactBench"
        ),
        .testTarget(name: "RaftTests", dependencies: ["Raft"]),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Simulation", "Raft", "Ledger"],
            exclude: ["Scripts/Scenarios"]
        ),
        .testTarget(
            name: "ReplicaTests",
            dependencies: [
                "Replica", "Ledger", "LedgerStore", "Raft", "RaftTransport",
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        // Real nodes in one process: their files, and what becomes of them.
        .testTarget(
            name: "NodeTests",
            dependencies: [
                "TestSupport", "Replica", "Raft", "Ledger", "RaftLog", "LedgerStore", "LedgerHTTP",
                "RaftTransport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        // What the tests of several rooms need: chance with a seed, directories, small disks.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "LedgerTests", dependencies: ["Ledger", "TestSupport"]),
        // A ledger as agents see it, out of the rules alone.
        .target(
            name: "AgentTesting",
            dependencies: ["AgentCore", "Ledger"],
            path: "Tests/AgentTesting"
        ),
        .testTarget(
            name: "AgentCoreTests",
            dependencies: ["AgentCore", "AgentTesting", "Ledger", "TestSupport"]
        ),
        .testTarget(
            name: "StoreAgentTests",
            dependencies: [
                "TestSupport", "StoreAgent", "AgentCore", "AgentTesting", "Ledger", "LedgerStore",
            ]
        ),
        .testTarget(name: "HistoriesTests", dependencies: ["Histories", "Ledger", "TestSupport"]),
        .testTarget(
            name: "GRPCWireTests",
            dependencies: [
                "GRPCWire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
            ]
        ),
        .testTarget(
            name: "LedgerAPITests",
            dependencies: [
                "TestSupport", "LedgerAPI", "Ledger",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),
        .testTarget(
            name: "LedgerRPCTests",
            dependencies: [
                "TestSupport", "LedgerRPC", "AgentCore", "Replica", "Raft", "Ledger", "LedgerAPI",
                "LedgerClient",
                "LedgerStore",
                "GRPCWire",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "LedgerClientTests",
            dependencies: [
                "TestSupport", "LedgerClient", "GRPCWire", "LedgerAPI", "Ledger",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),
        .testTarget(
            name: "RaftTransportTests",
            dependencies: [
                "TestSupport", "RaftTransport", "Raft",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "RaftLogTests",
            dependencies: ["RaftLog", "Raft", "TestSupport", "Threads"]
        ),
        .testTarget(
            name: "LedgerHTTPTests",
            dependencies: [
                "TestSupport", "LedgerHTTP", "AgentCore", "Replica", "Raft", "Ledger",
                "LedgerStore", "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "EstoqueTests",
            dependencies: [
                "TestSupport", "estoque", "AgentCore", "GRPCWire", "Ledger", "LedgerAPI",
                "LedgerClient",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        // Starts the executable beside it, and shares no code with the node but the ledger's rules,
        // which judge histories there beside a model of their own.
        .testTarget(
            name: "ClusterTests",
            dependencies: [
                "TestSupport", "Histories", "LedgerClient", "LedgerAPI", "Ledger", "LedgerStore",
                "Raft",
                "RaftLog", "Replica",
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        ),
        .testTarget(
            name: "LedgerStoreTests",
            dependencies: ["TestSupport", "LedgerStore", "Ledger", "CSQLite", "Threads"]
        ),
    ]
)

for target in package.targets where ![.system, .plugin, .binary].contains(target.type) {
    guard target.name != "CChecksum" else { continue }
    target.swiftSettings = [
        // The mistakes that tests switch on; nothing of them is in a release build.
        .define("KNOWN_BUGS", .when(configuration: .debug)),
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .enableUpcomingFeature("ImmutableWeakCaptures"),
    ]
}
