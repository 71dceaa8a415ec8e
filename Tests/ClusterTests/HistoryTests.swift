import Foundation
import LedgerAPI
import Testing

extension ClusterTests {
    /// What clients see through all of it is one ledger, at each level of consistency as promised.
    @Suite struct HistoryTests {
        @Test func `five nodes that lose leader and follower at once stay one ledger`() async throws
        {
            try await Cluster.run(size: 5) { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    for round in 1...2 {
                        try await journal.waitForAnswers(100)
                        let leader = try await cluster.leader()
                        let follower = try #require(cluster.nodes.first { $0 != leader })
                        cluster.kill(leader)
                        cluster.kill(follower)
                        try await journal.noteFirstAnswer(after: .now, "two of five, \(round)")
                        try cluster.start(leader)
                        try cluster.start(follower)
                        try await cluster.waitUntilCaughtUp(leader)
                        try await cluster.waitUntilCaughtUp(follower)
                    }
                }
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `five nodes that are all killed at once stay one ledger`() async throws {
            try await Cluster.run(size: 5) { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(150)
                    for node in cluster.nodes { cluster.kill(node) }
                    for node in cluster.nodes { try cluster.start(node) }
                    try await journal.noteFirstAnswer(after: .now, "all five killed")
                    try await journal.waitForAnswers(50)
                }
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `leaders that wake after another was elected tell nothing stale`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    for round in 1...3 {
                        try await journal.waitForAnswers(50)
                        let leader = try await cluster.leader()
                        try cluster.pause(leader)
                        try await journal.noteFirstAnswer(after: .now, "leader asleep, \(round)")
                        try await journal.waitForAnswers(50)
                        // Questions that came in its sleep are answered first thing.
                        try cluster.resume(leader)
                    }
                    try await journal.waitForAnswers(50)
                }
                try await Audit.check(history, on: cluster)
            }
        }

        /// `CLUSTER_TESTS_FAULTS` asks for more rounds, `CLUSTER_TESTS_SEED` for others.
        @Test(arguments: [3, 5]) func `faults of all kinds leave one ledger`(size: Int) async throws
        {
            let environment = ProcessInfo.processInfo.environment
            let rounds = environment["CLUSTER_TESTS_FAULTS"].flatMap { Int($0) } ?? 4
            let seed = environment["CLUSTER_TESTS_SEED"].flatMap { UInt64($0) } ?? UInt64(size)
            print("seed \(seed)")
            try await Cluster.run(size: size) { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    var faults = Faults(cluster: cluster, seed: seed)
                    for _ in 0..<rounds {
                        try await faults.next(journal)
                        try await journal.waitForAnswers(50)
                    }
                    try faults.mendAll()
                    try await journal.waitForAnswers(50)
                }
                try await Audit.check(history, on: cluster)
            }
        }
    }
}

/// Breaks a cluster in random ways and mends it again, a majority of it always at work.
private struct Faults {
    private enum Fault: CaseIterable {
        case killed
        case asleep
    }

    private let cluster: Cluster
    private var random: SeededRandom
    private var broken: [(node: Cluster.Node, fault: Fault)] = []

    init(cluster: Cluster, seed: UInt64) {
        self.cluster = cluster
        random = SeededRandom(seed: seed)
    }

    /// One more fault, or one less, or all nodes at once.
    mutating func next(_ journal: Journal) async throws {
        let brokenMax = (cluster.nodes.count - 1) / 2
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            try mendAll()
            for node in cluster.nodes { cluster.kill(node) }
            for node in cluster.nodes { try cluster.start(node) }
        case 1..<4 where !broken.isEmpty: try mendOne()
        default:
            if broken.count == brokenMax { try mendOne() }
            try await breakOne()
        }
        try await journal.noteFirstAnswer(
            after: .now,
            "\(broken.count) of \(cluster.nodes.count) broken"
        )
    }

    mutating func mendAll() throws {
        while !broken.isEmpty { try mendOne() }
    }

    private mutating func mendOne() throws {
        let (node, fault) = broken.remove(at: .random(in: broken.indices, using: &random))
        switch fault {
        case .killed: try cluster.start(node)
        case .asleep: try cluster.resume(node)
        }
    }

    /// The leader as often as not.
    private mutating func breakOne() async throws {
        let leader = try await cluster.leader()
        let others = cluster.nodes.filter { node in
            node != leader && !broken.contains { $0.node == node }
        }
        let node = Bool.random(using: &random) ? leader : others.randomElement(using: &random)
        let fault = Fault.allCases.randomElement(using: &random) ?? .killed
        guard let node else { return }
        switch fault {
        case .killed: cluster.kill(node)
        case .asleep: try cluster.pause(node)
        }
        broken.append((node, fault))
    }
}
