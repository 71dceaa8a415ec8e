/// The newest entries of the log, in memory, contiguous up to its end.
///
/// Appending, dropping from either end and summing payload bytes take constant time each, amortised.
/// Dropped entries may stay allocated until as many again are dropped, so memory is at most twice
/// what the window holds.
///
/// Invariant: `ends[i]` is the sum of payload bytes of every entry ever appended up to `slots[i]`.
struct LogWindow: Sendable {
    /// The index of the first entry held, or of the next one to come if none is.
    private(set) var first: LogIndex
    private var slots: [Entry] = []
    private var ends: [UInt64] = []
    private var head = 0
    private var bytesBeforeHead: UInt64 = 0

    /// An empty window whose first entry will have this index.
    init(first: LogIndex) { self.first = first }

    var count: Int { slots.count - head }

    /// The index after the last entry held.
    var end: LogIndex { first.advanced(by: count) }

    /// The payload bytes of all entries held.
    var byteCount: Int { Int((ends.last ?? bytesBeforeHead) - bytesBeforeHead) }

    subscript(index: LogIndex) -> Entry { slots[slot(index)] }

    mutating func append(_ entry: Entry) {
        ends.append((ends.last ?? bytesBeforeHead) + UInt64(entry.payload.count))
        slots.append(entry)
    }

    mutating func reserve(_ additional: Int) {
        // Growing to exactly what is asked each time would make appending quadratic.
        guard slots.capacity < slots.count + additional else { return }
        slots.reserveCapacity(max(slots.count + additional, slots.count * 2))
        ends.reserveCapacity(max(slots.count + additional, slots.count * 2))
    }

    /// Drops every entry from the index on.
    mutating func truncate(from index: LogIndex) {
        guard index < end else { return }
        guard index > first else {
            removeAll(next: index)
            return
        }
        let kept = slot(index)
        slots.removeSubrange(kept...)
        ends.removeSubrange(kept...)
    }

    /// Drops every entry before the index.
    mutating func drop(before index: LogIndex) {
        guard index > first else { return }
        guard index < end else {
            removeAll(next: index)
            return
        }
        let newHead = slot(index)
        bytesBeforeHead = ends[newHead - 1]
        first = index
        head = newHead
        if head >= count {
            slots.removeFirst(head)
            ends.removeFirst(head)
            head = 0
        }
    }

    /// Forgets everything; the next entry will have this index.
    mutating func removeAll(next index: LogIndex) {
        slots.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        head = 0
        bytesBeforeHead = 0
        first = index
    }

    /// The entries from one index through another, both of which are held.
    func entries(from low: LogIndex, through high: LogIndex) -> [Entry] {
        guard low <= high else { return [] }
        return Array(slots[slot(low)...slot(high)])
    }

    /// The payload bytes from one index through another, both of which are held.
    func byteCount(from low: LogIndex, through high: LogIndex) -> Int {
        guard low <= high else { return 0 }
        let start = slot(low)
        let before = start == 0 ? bytesBeforeHead : ends[start - 1]
        return Int(ends[slot(high)] - before)
    }

    /// The last index of a message that starts at `low` and keeps to both limits; one entry at least.
    func lastFitting(from low: LogIndex, entriesMax: Int, bytesMax: Int) -> LogIndex {
        var lower = slot(low)
        let start = lower
        let before = start == 0 ? bytesBeforeHead : ends[start - 1]
        var upper = min(slots.count, start + entriesMax) - 1
        if Int(ends[upper] - before) <= bytesMax { return low.advanced(by: upper - start) }
        // The answer is in [lower, upper): `ends` rises, so halve.
        while upper - lower > 1 {
            let middle = (lower + upper) / 2
            if Int(ends[middle] - before) <= bytesMax { lower = middle } else { upper = middle }
        }
        return low.advanced(by: lower - start)
    }

    private func slot(_ index: LogIndex) -> Int { head + first.distance(to: index) }
}
