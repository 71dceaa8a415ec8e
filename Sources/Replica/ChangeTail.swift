import Ledger
import LedgerStore
import NIOCore
import Synchronization

/// The newest rows of the journal, as bytes: what SQLite may not have yet, and some more for whoever follows
/// closely.
///
/// The loop appends after each turn; any thread reads. A reader is a cursor of its own and holds nothing
/// here: one that is slow finds its rows in the journal instead. Whoever waits is woken once.
///
/// Invariant: every row behind `floor` is here.
final class ChangeTail: Sendable {
    /// Rows of one turn, with the names of items and locations that it brought.
    private struct Chunk {
        var rows: AppendedRows
        var skus: [ItemKey: SKU]
        var locations: [LocationKey: LocationID]
    }

    private struct Waiter {
        var id: UInt64
        var sequence: UInt64
        var deadline: NIODeadline
        var wake: @Sendable (Bool) -> Void
    }

    private struct Content {
        var chunks: [Chunk] = []
        var byteCount = 0
        /// The last row that may be missing here, and its position.
        var floor: UInt64
        var floorPosition: Position
        var applied: Position
        var waiters: [Waiter] = []
        var lastWaiter: UInt64 = 0

        var last: UInt64 { chunks.last?.rows.sequences.upperBound ?? floor }
    }

    /// What is here behind a cursor.
    enum Reading {
        /// The rows, decoded, and names that SQLite may not know yet; none when there are no newer ones.
        case rows([JournalRow], skus: [ItemKey: SKU], locations: [LocationKey: LocationID])
        /// What comes next is in SQLite.
        case stored
    }

    private let content: Mutex<Content>
    private let bytesKept: Int
    private let waitersMax: Int

    /// `bytesKept` bounds what stays although SQLite has it.
    init(bytesKept: Int, waitersMax: Int) {
        self.bytesKept = bytesKept
        self.waitersMax = waitersMax
        content = Mutex(
            Content(floor: 0, floorPosition: Position(0), applied: Position(0))
        )
    }

    /// The last row that was published.
    var last: UInt64 { content.withLock { $0.last } }
    /// Up to where the rows tell everything.
    var applied: Position { content.withLock { $0.applied } }
    var waiterCount: Int { content.withLock { $0.waiters.count } }

    // MARK: - Publishing

    /// Begins anew, at a state that SQLite has: at start, and after its file was exchanged.
    func reset(to header: LedgerHeader) {
        let waiters = content.withLock { content in
            defer { content.waiters = [] }
            content.chunks = []
            content.byteCount = 0
            content.floor = header.journalSequence
            content.floorPosition = header.position
            content.applied = header.position
            return content.waiters
        }
        // They read anew, and find what there is.
        for waiter in waiters { waiter.wake(true) }
    }

    /// Appends what a turn has brought; drops what is stored and no longer wanted.
    func publish(
        _ rows: [AppendedRows],
        skus: [ItemKey: SKU],
        locations: [LocationKey: LocationID],
        applied: Position,
        stored: Position
    ) {
        let woken = content.withLock { content -> [Waiter] in
            content.applied = applied
            for rows in rows {
                content.chunks.append(Chunk(rows: rows, skus: skus, locations: locations))
                content.byteCount += rows.byteCount
            }
            drop(&content, stored: stored)
            guard !rows.isEmpty, !content.waiters.isEmpty else { return [] }
            let last = content.last
            let woken = content.waiters.filter { $0.sequence < last }
            if !woken.isEmpty { content.waiters.removeAll { $0.sequence < last } }
            return woken
        }
        for waiter in woken { waiter.wake(true) }
    }

    private func drop(_ content: inout Content, stored: Position) {
        guard content.byteCount > bytesKept else { return }
        var count = 0
        for chunk in content.chunks {
            guard content.byteCount > bytesKept, let position = chunk.rows.positions.last,
                position <= stored
            else { break }
            content.byteCount -= chunk.rows.byteCount
            content.floor = chunk.rows.sequences.upperBound
            content.floorPosition = position
            count += 1
        }
        content.chunks.removeFirst(count)
    }

    // MARK: - Reading

    /// The cursor behind everything up to a position; nil when SQLite has to be asked.
    func sequence(at position: Position) -> UInt64? {
        content.withLock { content in
            guard position >= content.floorPosition else { return nil }
            var sequence = content.floor
            for chunk in content.chunks {
                guard let last = chunk.rows.positions.last, last > position else {
                    sequence = chunk.rows.sequences.upperBound
                    continue
                }
                let count = chunk.rows.positions.count { $0 <= position }
                return chunk.rows.firstSequence + UInt64(count) - 1
            }
            return sequence
        }
    }

    /// About `limit` rows behind a cursor, all of each entry's.
    func read(after sequence: UInt64, limit: Int) throws(StoreError) -> Reading {
        var skus: [ItemKey: SKU] = [:]
        var locations: [LocationKey: LocationID] = [:]
        let found = content.withLock { content -> [Chunk]? in
            guard sequence >= content.floor else { return nil }
            var wanted = limit
            var chunks: [Chunk] = []
            for chunk in content.chunks where chunk.rows.sequences.upperBound > sequence {
                chunks.append(chunk)
                // The last entry may end in this one.
                guard wanted > 0 else { break }
                // The chunk may begin before the cursor: what counts is what is behind.
                let behind = chunk.rows.sequences.upperBound - sequence
                wanted -= min(chunk.rows.positions.count, Int(clamping: behind))
            }
            for chunk in content.chunks {
                if !chunk.skus.isEmpty { skus.merge(chunk.skus) { $1 } }
                if !chunk.locations.isEmpty { locations.merge(chunk.locations) { $1 } }
            }
            return chunks
        }
        guard let found else { return .stored }
        var rows: [JournalRow] = []
        // An entry's rows are appended in one turn, and so are in one chunk or two neighbours.
        for chunk in found {
            if rows.count >= limit, chunk.rows.positions.first != rows.last?.position { break }
            for next in chunk.rows.sequences where next > sequence {
                let row = try chunk.rows.row(next)
                if rows.count >= limit, row.position != rows.last?.position { break }
                rows.append(row)
            }
        }
        return .rows(rows, skus: skus, locations: locations)
    }

    // MARK: - Waiting

    /// Has `wake` called once there is a row behind a sequence, or at the deadline.
    ///
    /// Nil when too many wait. It is called on the node's loop and must not block.
    func wait(
        after sequence: UInt64,
        deadline: NIODeadline,
        _ wake: @escaping @Sendable (Bool) -> Void
    ) -> UInt64? {
        let (id, isThere) = content.withLock { content -> (UInt64?, Bool) in
            content.lastWaiter += 1
            if content.last > sequence { return (content.lastWaiter, true) }
            guard content.waiters.count < waitersMax else { return (nil, false) }
            content.waiters.append(
                Waiter(
                    id: content.lastWaiter,
                    sequence: sequence,
                    deadline: deadline,
                    wake: wake
                )
            )
            return (content.lastWaiter, false)
        }
        if isThere { wake(true) }
        return id
    }

    /// Forgets a waiter, unless it was woken.
    func cancel(_ id: UInt64) {
        content.withLock { $0.waiters.removeAll { $0.id == id } }
    }

    /// Wakes those whose time is over; with `now` at the end of time, all.
    func expire(now: NIODeadline) {
        let late = content.withLock { content -> [Waiter] in
            guard content.waiters.contains(where: { $0.deadline <= now }) else { return [] }
            defer { content.waiters.removeAll { $0.deadline <= now } }
            return content.waiters.filter { $0.deadline <= now }
        }
        for waiter in late { waiter.wake(false) }
    }
}
