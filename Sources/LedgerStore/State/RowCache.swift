/// The rows of one table that are in memory: those not yet committed, and a bounded number of clean
/// ones.
///
/// Invariant (visibility): a row that is here is the newest there is. A row that was written in
/// generation g is *pinned* until g is committed **and** its owner has been told so; only then may it
/// be evicted. So whoever misses here and then asks SQLite, in a read transaction that begins after
/// the miss, sees a snapshot that has every write of every evicted row: no read ever goes back to
/// an older row than the one that was handed to the writer.
///
/// Eviction is the clock's: a row that was used since the hand last passed gets a second chance.
struct RowCache<Key: SlotKey, Value> {
    private struct Slot {
        var key: Key
        var value: Value
        /// The last generation that wrote the row; 0 for one that was only read.
        var written: UInt64
        /// The row stays until this generation is committed.
        var pinned: UInt64
        var isReferenced: Bool
    }

    /// Slots looked at for one eviction before any unpinned one is taken.
    private static var stepsMax: Int { 16 }

    private var index = SlotIndex()
    private var slots: [Slot] = []
    private var hand = 0
    private let countMax: Int

    /// Rows of generations up to here may be evicted.
    var committed: UInt64 = 0

    /// Clean rows are bounded by `countMax`; pinned ones by the writer's backlog.
    init(countMax: Int) {
        self.countMax = max(countMax, 1)
    }

    /// Rows in memory, clean or not.
    var count: Int { slots.count }

    /// The row, if it is in memory; it stays at least until generation `pinned` is committed.
    mutating func find(_ key: Key, pinning pinned: UInt64 = 0) -> Value? {
        guard let slot = slot(of: key) else { return nil }
        slots[slot].isReferenced = true
        if slots[slot].pinned < pinned { slots[slot].pinned = pinned }
        return slots[slot].value
    }

    /// The row, if it is in memory, without any trace of the use.
    func peek(_ key: Key) -> Value? {
        slot(of: key).map { slots[$0].value }
    }

    @inline(__always)
    private func slot(of key: Key) -> Int? {
        index.slot(key.slotHash) { slots[$0].key == key }
    }

    /// Puts a row that was just read from SQLite.
    ///
    /// - Precondition: the row is not here.
    mutating func insert(_ value: Value, for key: Key, pinning pinned: UInt64 = 0) {
        place(
            Slot(key: key, value: value, written: 0, pinned: pinned, isReferenced: false)
        )
    }

    /// A row before it was written, and the generation for which it stayed.
    struct Previous {
        var value: Value
        var pinned: UInt64
    }

    /// What writing a row found.
    enum Written {
        /// The row's first write in its generation, and what was in memory of it before.
        case first(previous: Previous?)
        /// The generation has written the row before.
        case again
    }

    /// Puts what is now the newest of a row; it stays until `generation`, or `pinned`, is committed.
    @discardableResult
    mutating func write(
        _ value: Value,
        for key: Key,
        generation: UInt64,
        pinning pinned: UInt64? = nil
    ) -> Written {
        guard let slot = slot(of: key) else {
            place(
                Slot(
                    key: key,
                    value: value,
                    written: generation,
                    pinned: pinned ?? generation,
                    isReferenced: false
                )
            )
            return .first(previous: nil)
        }
        slots[slot].isReferenced = true
        guard slots[slot].written != generation else {
            slots[slot].value = value
            return .again
        }
        let previous = Previous(value: slots[slot].value, pinned: slots[slot].pinned)
        slots[slot].value = value
        slots[slot].written = generation
        slots[slot].pinned = pinned ?? generation
        return .first(previous: previous)
    }

    /// Has a row that is here stay until a generation is committed, and no longer.
    mutating func pin(_ key: Key, until generation: UInt64) {
        guard let slot = slot(of: key) else { return }
        slots[slot].pinned = generation
    }

    private mutating func place(_ slot: Slot) {
        guard slots.count >= countMax, let victim = evictable() else {
            index.insert(slots.count, hash: slot.key.slotHash)
            slots.append(slot)
            return
        }
        index.remove(victim, hash: slots[victim].key.slotHash)
        index.insert(victim, hash: slot.key.slotHash)
        slots[victim] = slot
    }

    private mutating func evictable() -> Int? {
        var fallback: Int?
        for _ in 0..<min(Self.stepsMax, slots.count) {
            let slot = hand
            hand = slot + 1 == slots.count ? 0 : slot + 1
            guard slots[slot].pinned <= committed else { continue }
            guard slots[slot].isReferenced else { return slot }
            slots[slot].isReferenced = false
            fallback = slot
        }
        return fallback
    }
}
