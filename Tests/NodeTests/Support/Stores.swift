import Ledger
import LedgerStore
import Raft
import RaftLog
import RaftTransport
import Testing

@testable import Replica

/// Databases and logs that a node could have, made without one.
enum Stores {
    static let clusterID = ClusterID("00112233445566778899aabbccddeeff")

    static var limits: StoreLimits {
        var limits = StoreLimits()
        limits.pageBytes = 512
        limits.copyReserveBytes = 0
        return limits
    }

    static func configuration(_ voters: [NodeID] = ["n1", "n2"]) throws -> LoggedConfiguration {
        LoggedConfiguration(
            index: 1,
            configuration: try #require(Configuration(voters: voters))
        )
    }

    static func file(_ path: String) throws -> StoreFile {
        StoreFile(
            path: path,
            cluster: try #require(clusterID).description,
            limits: limits
        )
    }

    /// The entry that a history has at a position.
    static func entry(_ position: UInt64, of history: String) -> LedgerEntry {
        let command: Command =
            switch position {
            case 1: .item("tea")
            case 2: .place("s1")
            default: .receive(Quantity(position), "tea", at: "s1")
            }
        return .request(
            Request("\(history)-\(position)", command),
            stamp: LogTime(microseconds: 1_000 * position)
        )
    }

    /// Applies a history up to a position, in transactions of ten, and gives the digest.
    ///
    /// - Returns: The open writer too: as long as it lives, some of it is in the write-ahead log only.
    static func fill(
        _ file: StoreFile,
        through last: LogPosition,
        of history: String = "a"
    ) throws -> (digest: LedgerDigest, writer: GenerationWriter) {
        var state = try file.openState()
        let writer = try file.openWriter()
        let membership = Membership.encode(try configuration())
        let first = state.header.position.rawValue + 1
        for position in first...last.index.rawValue {
            var changes = LedgerChanges()
            _ = try LedgerRules.apply(
                entry(position, of: history),
                at: Position(position),
                to: &state,
                changes: &changes
            )
            if position % 10 == 0 || position == last.index.rawValue {
                let generation = state.seal(term: last.term.rawValue, membership: membership)
                try writer.write([generation])
                state.committed(through: generation.number)
            }
        }
        return (try file.openReader().digest(), writer)
    }

    static func node(
        _ directory: String,
        log: any FileSystem,
        segmentBytes: Int = 1_024
    ) -> NodeSettings {
        let address = PeerAddress(host: "127.0.0.1", port: 1)
        var settings = NodeSettings(
            id: "n1",
            dataDirectory: directory,
            peerListen: address,
            members: [("n1", address), ("n2", PeerAddress(host: "127.0.0.1", port: 2))],
            clusterName: "test"
        )
        settings.clusterID = clusterID
        settings.limits.log = LogLimits(segmentBytes: segmentBytes)
        settings.limits.store = limits
        settings.logFileSystem = log
        return settings
    }

    static func openLog(_ settings: NodeSettings) throws -> sending LogStore {
        try LogStore.open(
            fileSystem: settings.logFileSystem,
            directory: DataDirectory(path: settings.dataDirectory).log,
            cluster: try #require(clusterID).log,
            node: settings.id,
            newIncarnation: 77,
            limits: settings.limits.log
        )
    }

    /// A log's entry: what a leader of that term would have written there.
    static func logEntry(_ index: UInt64, term: UInt64) -> Entry {
        Entry(
            term: Term(term),
            index: LogIndex(index),
            kind: .command,
            payload: (0..<20).map { UInt8(truncatingIfNeeded: index &* 31 &+ $0 &+ term) }
        )
    }
}

extension LogStore {
    /// Everything that can be read.
    func contents() throws -> [Entry] {
        try reader.entries(
            from: reader.firstIndex,
            through: reader.lastIndex,
            payloadBytesMax: .max
        )
    }
}
