import Ledger

/// Levels that have changed since their own rows were written, in bins of neighbours.
///
/// The rows of a large ledger's levels lie so far apart that each change would write a page of its own.
/// Changes are appended to `level_pending` instead, side by side. A hand that sweeps over the bins brings the
/// levels' own rows up to date: the longer a sweep, the more changes a page receives at once.
struct PendingLevels {
    /// What the hand has come to.
    struct Slice {
        var keys: [LevelKey] = []
        /// Rows of `level_pending` up to here are in the levels' own rows once this slice is written.
        var supersedes: UInt64
    }

    private struct Bin {
        var keys: [LevelKey] = []
        /// The row of `level_pending` with the first change of a level here; after all others, if there is none.
        var firstNumber = UInt64.max
    }

    /// A level that waits stays in memory until the hand has come.
    static let pin = UInt64.max
    private static let binCount = 1_024
    /// So many neighbours by key, some pages full, are in one bin.
    private static let neighbourBits = 10

    private var bins = [Bin](repeating: Bin(), count: binCount)
    /// The next bin that is taken.
    private var hand = 0
    /// Changes since the sweep began.
    private var changes = 0

    /// All that wait, in no order.
    var keys: some Sequence<LevelKey> { bins.lazy.flatMap(\.keys) }

    /// Adds one that does not wait, for a change that gets a row of `level_pending`.
    ///
    /// - Precondition: numbers rise.
    mutating func insert(_ key: LevelKey, number: UInt64) {
        let hash = SlotHash.of(key.rawValue >> Self.neighbourBits)
        let index = Int(hash % UInt64(Self.binCount))
        if bins[index].keys.isEmpty { bins[index].firstNumber = number }
        bins[index].keys.append(key)
    }

    /// Moves the hand on after `count` more changes: so far that a sweep takes `sweepChanges` of them.
    ///
    /// `lastNumber` is the row of `level_pending` that the last of the changes gets.
    mutating func take(after count: Int, sweepChanges: Int, lastNumber: UInt64) -> Slice {
        changes += count
        let end = min(changes * Self.binCount / max(sweepChanges, 1), Self.binCount)
        var keys: [LevelKey] = []
        while hand < end {
            keys += bins[hand].keys
            // An emptied bin keeps the room that it will need again.
            bins[hand].keys.removeAll(keepingCapacity: true)
            bins[hand].firstNumber = .max
            hand += 1
        }
        if hand == Self.binCount {
            hand = 0
            changes = 0
        }
        let first = bins.reduce(UInt64.max) { min($0, $1.firstNumber) }
        return Slice(keys: keys, supersedes: first == .max ? lastNumber : first - 1)
    }
}
