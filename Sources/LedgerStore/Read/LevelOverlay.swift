import Ledger

/// Changes of levels that are not in the levels' own rows yet, as one reader sees them.
///
/// It follows `level_pending` from one read transaction to the next: what it has read already, it keeps. A
/// change that was dropped meanwhile does no harm, since the level's own row says the same, until it is
/// changed again, which is read.
final class LevelOverlay {
    private struct Slot {
        var key: LevelKey
        var number: UInt64
        var level: StockLevel
    }

    private let ends: Statement
    private let changes: Statement
    private var index = SlotIndex()
    private var slots: [Slot] = []
    /// The rows of `level_pending` that were there when it was last read.
    private var seen: ClosedRange<UInt64>?

    init(_ connection: Connection) throws(StoreError) {
        ends = try connection.prepare(
            "SELECT (SELECT min(number) FROM level_pending), (SELECT max(number) FROM level_pending)"
        )
        changes = try connection.prepare(
            """
            SELECT \(LevelColumns.names), key, number FROM level_pending WHERE number > ?1
            ORDER BY number
            """
        )
    }

    /// Takes in what is new in the read transaction under way; after an error, once more the next time.
    func refresh() throws(StoreError) {
        let now = try range()
        guard now != seen else { return }
        let last = seen?.upperBound ?? 0
        let isContinued = now.map { $0.lowerBound <= last + 1 && $0.upperBound >= last } ?? false
        // What was dropped before it was seen is in the levels' own rows, and may be newer than what is here.
        if !isContinued { removeAll() }
        if let now {
            try read(after: isContinued ? last : 0)
            // Once it may be more than half of what is kept.
            if slots.count > 2 * now.count { forget(before: now.lowerBound) }
        }
        seen = now
    }

    /// The newest state of a level that its own row lacks.
    func newest(_ key: LevelKey) -> StockLevel? {
        index.slot(key.slotHash) { slots[$0].key == key }.map { slots[$0].level }
    }

    /// The levels that it knows.
    var keys: [LevelKey] { slots.map(\.key) }

    private func range() throws(StoreError) -> ClosedRange<UInt64>? {
        defer { ends.reset() }
        guard try ends.step(), !ends.isNull(0) else { return nil }
        return ends.unsigned(0)...ends.unsigned(1)
    }

    private func read(after last: UInt64) throws(StoreError) {
        changes.bind(1, last)
        defer { changes.reset() }
        while try changes.step() {
            put(
                Slot(
                    key: LevelKey(rawValue: changes.unsigned(LevelColumns.count)),
                    number: changes.unsigned(LevelColumns.count + 1),
                    level: LevelColumns.level(changes)
                )
            )
        }
    }

    private func put(_ slot: Slot) {
        if let place = index.slot(slot.key.slotHash, where: { slots[$0].key == slot.key }) {
            slots[place] = slot
        } else {
            index.insert(slots.count, hash: slot.key.slotHash)
            slots.append(slot)
        }
    }

    /// Forgets what was dropped.
    private func forget(before first: UInt64) {
        let kept = slots.filter { $0.number >= first }
        removeAll()
        for slot in kept { put(slot) }
    }

    private func removeAll() {
        seen = nil
        index = SlotIndex()
        slots = []
    }
}
