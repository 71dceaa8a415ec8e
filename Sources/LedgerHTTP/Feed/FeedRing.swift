import Ledger
import NIOCore
import Synchronization

/// The newest changes, in order, shared by the feed's source and by the hubs of all loops.
///
/// Records are numbered 1, 2, 3, …; each knows the number of the one before it with the same key, so
/// that a watcher of few keys finds what it missed without looking through everything.
///
/// Invariants: whatever changed behind `floor` up to `position` is here, or a gap says that it isn't;
/// positions never fall.
final class FeedRing: Sendable {
    /// How far the feed is.
    struct Standing: Sendable {
        /// Everything up to here has been told.
        var position: Position
        /// Behind this there is everything; a cursor before it has missed something.
        var floor: Position
        /// The number that the next record gets.
        var next: UInt64
        /// How old that may be; nil when unknown.
        var freshness: Freshness?
    }

    /// A record, and whether a later one makes a face of it needless.
    struct Item: Sendable {
        var record: FeedRecord
        var number: UInt64
        var wholeIsLast: Bool
        var placedIsLast: Bool
    }

    private struct Slot {
        var record: FeedRecord
        /// The numbers of the records before with the same keys; 0 without any.
        var beforeWhole: UInt64
        var beforePlaced: UInt64
    }

    private struct Content {
        var slots = CircularBuffer<Slot>()
        var first: UInt64 = 1
        var last: [FeedKey: UInt64] = [:]
        /// In order, all behind the floor.
        var gaps: [FeedGap] = []
        var standing = Standing(position: Position(0), floor: Position(0), next: 1)
    }

    private let content = Mutex(Content())
    private let recordsMax: Int
    private let gapsMax: Int

    init(recordsMax: Int, gapsMax: Int = 16) {
        self.recordsMax = recordsMax
        self.gapsMax = gapsMax
    }

    var standing: Standing { content.withLock { $0.standing } }
    var count: Int { content.withLock { $0.slots.count } }

    /// The same for one filter: its floor is behind the gaps that concern it.
    func standing(for filter: FeedFilter) -> Standing {
        content.withLock { Self.standing(for: filter, $0) }
    }

    private static func standing(for filter: FeedFilter, _ content: Content) -> Standing {
        var standing = content.standing
        if let gap = content.gaps.last(where: { $0.concerns(filter) }) {
            standing.floor = max(standing.floor, gap.position)
        }
        return standing
    }

    // MARK: - The source's side

    /// Appends what a batch has brought, which ends at `position`; with each gap comes a record at least.
    func append(_ records: [FeedRecord], gaps: [FeedGap] = [], through position: Position) {
        content.withLock { content in
            for var gap in gaps {
                gap.number = content.standing.next
                content.gaps.append(gap)
            }
            for record in records { append(record, &content) }
            // Who would have to begin anew at one that is forgotten begins anew now.
            while content.gaps.count > gapsMax { dropFirst(through: content.gaps[0], &content) }
            content.standing.position = max(content.standing.position, position)
        }
    }

    /// What is here is as fresh as this.
    func certify(_ freshness: Freshness?) {
        content.withLock { $0.standing.freshness = freshness }
    }

    /// Begins anew behind a position: nothing is known of what was before.
    func clear(at position: Position) {
        content.withLock { content in
            content.slots.removeAll()
            content.last.removeAll()
            content.gaps.removeAll()
            // A gap in the numbers tells the hubs that they missed something.
            content.standing.next += 1
            content.first = content.standing.next
            content.standing.floor = position
            content.standing.position = position
            content.standing.freshness = nil
        }
    }

    private func append(_ record: FeedRecord, _ content: inout Content) {
        let number = content.standing.next
        content.standing.next += 1
        var slot = Slot(record: record, beforeWhole: 0, beforePlaced: 0)
        if let key = record.key(.whole) {
            slot.beforeWhole = content.last.updateValue(number, forKey: key) ?? 0
        }
        if let key = record.key(.placed) {
            slot.beforePlaced = content.last.updateValue(number, forKey: key) ?? 0
        }
        content.slots.append(slot)
        if content.slots.count > recordsMax { dropFirst(&content) }
    }

    private func dropFirst(_ content: inout Content) {
        let record = content.slots.removeFirst().record
        for case let key? in [record.key(.whole), record.key(.placed)]
        where content.last[key] == content.first {
            content.last[key] = nil
        }
        content.first += 1
        content.standing.floor = record.position
        while let gap = content.gaps.first, gap.position <= record.position {
            content.gaps.removeFirst()
        }
    }

    /// Forgets a gap with all records up to its position.
    private func dropFirst(through gap: FeedGap, _ content: inout Content) {
        while let first = content.slots.first, first.record.position <= gap.position {
            dropFirst(&content)
        }
        content.standing.floor = max(content.standing.floor, gap.position)
        content.gaps.removeAll { $0.position <= gap.position }
    }

    // MARK: - The hubs' side

    /// What came from a number on.
    struct News: Sendable {
        var items: [Item]
        var gaps: [FeedGap]
        var standing: Standing
    }

    /// The records from a number on; nil when some of them are gone.
    func news(from number: UInt64) -> News? {
        content.withLock { content in
            guard number >= content.first else { return nil }
            var items: [Item] = []
            items.reserveCapacity(Int(content.standing.next - number))
            for number in number..<content.standing.next {
                items.append(item(number, content))
            }
            let gaps = content.gaps.filter { $0.number >= number }
            return News(items: items, gaps: gaps, standing: content.standing)
        }
    }

    private func item(_ number: UInt64, _ content: Content) -> Item {
        let record = slot(number, content).record
        func isLast(_ face: FeedRecord.Face) -> Bool {
            record.key(face).map { content.last[$0] == number } ?? true
        }
        return Item(
            record: record,
            number: number,
            wholeIsLast: isLast(.whole),
            placedIsLast: isLast(.placed)
        )
    }

    private func slot(_ number: UInt64, _ content: Content) -> Slot {
        content.slots[
            content.slots.index(content.slots.startIndex, offsetBy: Int(number - content.first))
        ]
    }

    /// What a filter lets through behind a cursor, in order.
    enum Search: Sendable {
        case found([FeedEvent], Standing)
        /// Something behind the cursor is gone.
        case compacted(Standing)
        /// The node has not got there.
        case ahead(Standing)
    }

    func search(_ filter: FeedFilter, after cursor: Position, _ mode: FeedMode) -> Search {
        content.withLock { content in
            let standing = Self.standing(for: filter, content)
            guard cursor >= standing.floor else { return .compacted(standing) }
            guard cursor <= standing.position else { return .ahead(standing) }
            var found: [(number: UInt64, event: FeedEvent)] = []
            if let keys = filter.keys {
                for key in keys { follow(key, after: cursor, mode, content, &found) }
                found.sort { $0.number < $1.number }
            } else {
                scan(filter, after: cursor, mode, content, &found)
            }
            return .found(found.map(\.event), standing)
        }
    }

    /// Walks back along the records of a key.
    private func follow(
        _ key: FeedKey,
        after cursor: Position,
        _ mode: FeedMode,
        _ content: Content,
        _ found: inout [(number: UInt64, event: FeedEvent)]
    ) {
        var number = content.last[key] ?? 0
        while number >= content.first {
            let slot = slot(number, content)
            guard slot.record.position > cursor else { return }
            let face = slot.record.key(.whole) == key ? FeedRecord.Face.whole : .placed
            found.append((number, FeedEvent(record: slot.record, face: face)))
            if mode == .latest { return }
            number = face == .whole ? slot.beforeWhole : slot.beforePlaced
        }
    }

    private func scan(
        _ filter: FeedFilter,
        after cursor: Position,
        _ mode: FeedMode,
        _ content: Content,
        _ found: inout [(number: UInt64, event: FeedEvent)]
    ) {
        var number = content.standing.next
        // Backwards, as most cursors are near the end.
        for slot in content.slots.reversed() {
            number -= 1
            guard slot.record.position > cursor else { break }
            guard let face = filter.face(of: slot.record) else { continue }
            if mode == .latest, let key = slot.record.key(face), content.last[key] != number {
                continue
            }
            found.append((number, FeedEvent(record: slot.record, face: face)))
        }
        found.reverse()
    }
}

/// A record as a watcher is told of it.
struct FeedEvent: Sendable {
    var record: FeedRecord
    var face: FeedRecord.Face
}
