import Raft
import RaftLog
import Testing

/// A log on a simulated disk, and the few things that most tests do with it.
struct LogFixture {
    static let cluster = LogIdentity.Cluster(
        high: 0x0123_4567_89AB_CDEF,
        low: 0x1122_3344_5566_7788
    )
    static let directory = "/data"
    static let limits = LogLimits(
        segmentBytes: 1024,
        spaceRetryInterval: .milliseconds(1),
        idleInterval: .milliseconds(1)
    )

    var disk = FaultyFileSystem()
    var limits = Self.limits

    func open(
        node: NodeID = "n1",
        cluster: LogIdentity.Cluster = Self.cluster,
        incarnation: UInt64 = 77
    ) throws(LogError) -> sending LogStore {
        try LogStore.open(
            fileSystem: disk,
            directory: Self.directory,
            cluster: cluster,
            node: node,
            newIncarnation: incarnation,
            limits: limits
        )
    }

    /// Opens the log after a crash that takes `loss`.
    func reopen(after loss: FaultyFileSystem.Loss) throws(LogError) -> sending LogStore {
        disk.crash(loss)
        return try open()
    }

    static func path(_ name: String) -> String { directory + "/" + name }

    static func segment(_ number: Int) -> String {
        let digits = String(number)
        return path(String(repeating: "0", count: 20 - digits.count) + digits + ".segment")
    }
}

/// A command entry whose payload depends on its place, so that a mix-up shows.
func entry(_ index: UInt64, term: UInt64 = 1, bytes: Int = 20) -> Entry {
    let payload = (0..<bytes).map {
        UInt8(truncatingIfNeeded: index &* 31 &+ term &* 7 &+ UInt64($0))
    }
    return Entry(term: Term(term), index: LogIndex(index), kind: .command, payload: payload)
}

/// The entries of a range, all of one term.
func entries(_ range: ClosedRange<UInt64>, term: UInt64 = 1, bytes: Int = 20) -> [Entry] {
    range.map { entry($0, term: term, bytes: bytes) }
}

/// A batch of entries.
func batch(
    _ ticket: UInt64,
    _ entries: [Entry] = [],
    truncateFrom: LogIndex? = nil,
    hardState: HardState? = nil
) -> PersistBatch {
    PersistBatch(
        ticket: Ticket(ticket),
        hardState: hardState,
        truncateFrom: truncateFrom,
        entries: entries
    )
}

extension LogStore {
    /// Everything that can be read.
    func contents() throws(LogError) -> [Entry] {
        try reader.entries(
            from: reader.firstIndex,
            through: reader.lastIndex,
            payloadBytesMax: .max
        )
    }

    /// Writes and syncs each batch by itself.
    func write(_ batches: PersistBatch...) throws(LogError) {
        for batch in batches {
            try append([batch])
            try sync()
        }
    }
}
