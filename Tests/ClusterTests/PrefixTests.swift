import Foundation
import Ledger
import LedgerStore
import Raft
import RaftLog
import Replica
import Testing

extension ClusterTests {
    /// What a node's files hold after its process was killed at a random moment.
    @Suite struct PrefixTests {
        /// `CLUSTER_TESTS_KILLS` asks for more, by hand.
        private static var kills: Int {
            let asked = ProcessInfo.processInfo.environment["CLUSTER_TESTS_KILLS"]
            return asked.flatMap { Int($0) } ?? 6
        }

        @Test func `rule 20: after each SIGKILL the database is what the log's beginning makes`()
            async throws
        {
            try await Cluster.run { cluster in
                var positions: [UInt64] = []
                let history = try await Load.run(on: cluster) { journal in
                    for round in 1...Self.kills {
                        try await journal.waitForAnswers(20)
                        let node = cluster.nodes[round % cluster.nodes.count]
                        cluster.kill(node)
                        positions.append(try Self.checkPrefix(of: node))
                        try cluster.start(node)
                        try await cluster.waitUntilCaughtUp(node)
                    }
                }
                #expect((positions.max() ?? 0) > 20)
                try await Audit.check(history, on: cluster)
            }
        }

        /// Replays the log's beginning into an empty ledger, and compares; gives the position.
        private static func checkPrefix(of node: Cluster.Node) throws -> UInt64 {
            let directory = DataDirectory(path: node.data)
            let fileSystem = PosixFileSystem()
            let identity = try #require(
                try LogStore.identity(fileSystem: fileSystem, directory: directory.log)
            )
            let log = try LogStore.open(
                fileSystem: fileSystem,
                directory: directory.log,
                cluster: identity.cluster,
                node: identity.node,
                newIncarnation: 0
            )
            let file = StoreFile(path: directory.database, cluster: "\(identity.cluster)")
            // Brings to order what the kill interrupted, as the node's own start does.
            let header = try file.prepare()
            let position = header.ledger.position
            var ledger = InMemoryLedgerState()
            var changes = LedgerChanges()
            var configuration = LogIndex(0)
            var term = Term(0)
            for index in 1..<position.rawValue + 1 {
                let entry = try #require(
                    try log.reader.entries(
                        from: LogIndex(index),
                        through: LogIndex(index),
                        payloadBytesMax: .max
                    ).first
                )
                term = entry.term
                switch entry.kind {
                case .command:
                    _ = LedgerRules.apply(
                        try LedgerEntry.decode(entry.payload.span.bytes),
                        at: Position(index),
                        to: &ledger,
                        changes: &changes
                    )
                case .configuration:
                    configuration = entry.index
                    ledger.header.position = Position(index)
                default:
                    ledger.header.position = Position(index)
                }
            }
            try log.close()
            #expect(ledger.header == header.ledger, "\(node.name)")
            #expect(try file.openReader().digest() == ledger.digest(), "\(node.name)")
            // Position, term and configuration are those of the same entries.
            #expect(header.term == term.rawValue)
            #expect(
                (Membership.decode(header.membership)?.index ?? 0) == configuration,
                "\(node.name)"
            )
            return position.rawValue
        }
    }
}
