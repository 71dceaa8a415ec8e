/// Identities that are not yet merged into the index on disk, in bins by their topmost bits.
///
/// Writing each new identity to a random place on disk would cost a page each. They wait here
/// instead, until a hand that sweeps over the bins takes so many at a time that each page it touches
/// receives several. What waits is on disk too, as one appended row of `identity_pending` per
/// generation; a row is dropped when a sweep that began after it is complete.
struct PendingIdentities {
    /// Whole bins, taken for a merge: still looked into until the merge is committed.
    struct Slice: Sendable {
        let firstBin: Int
        let bins: [[IdentityEntry]]
        /// Rows of `identity_pending` up to here are in the index once this slice is merged.
        let supersedes: UInt64?

        var count: Int { bins.reduce(0) { $0 + $1.count } }
    }

    private static let binBits = 10
    private static let binCount = 1 << binBits

    private var bins = [[IdentityEntry]](repeating: [], count: binCount)
    private(set) var count = 0
    /// The next bin that a merge takes.
    private var hand = 0
    /// The last row of `identity_pending` whose entries are all covered by the sweep under way.
    private var sweepCovers: UInt64 = 0

    mutating func insert(_ entry: IdentityEntry) {
        bins[Self.bin(entry.hash)].append(entry)
        count += 1
    }

    /// Appends the sequences that wait under a hash.
    func find(_ hash: UInt64, into sequences: inout [UInt64]) {
        for entry in bins[Self.bin(hash)] where entry.hash == hash {
            sequences.append(entry.sequence)
        }
    }

    /// The same for what was taken and is being merged.
    static func find(_ hash: UInt64, in slice: Slice, into sequences: inout [UInt64]) {
        let bin = bin(hash) - slice.firstBin
        guard slice.bins.indices.contains(bin) else { return }
        for entry in slice.bins[bin] where entry.hash == hash {
            sequences.append(entry.sequence)
        }
    }

    /// Takes bins until no more than `keeping` entries wait, or about `limit` were taken, or the end
    /// of the sweep is reached.
    ///
    /// `pendingRow` is the last row of `identity_pending` that holds anything inserted so far.
    mutating func take(keeping: Int, limit: Int, pendingRow: UInt64) -> Slice? {
        guard count > keeping else { return nil }
        if hand == 0 { sweepCovers = pendingRow }
        let firstBin = hand
        var taken: [[IdentityEntry]] = []
        var takenCount = 0
        while hand < Self.binCount, count > keeping, takenCount < limit {
            let bin = bins[hand]
            // An emptied bin keeps the room that it will need again.
            bins[hand] = []
            bins[hand].reserveCapacity(bin.count)
            taken.append(bin)
            takenCount += bin.count
            count -= bin.count
            hand += 1
        }
        let isComplete = hand == Self.binCount
        if isComplete { hand = 0 }
        return Slice(
            firstBin: firstBin,
            bins: taken,
            supersedes: isComplete ? sweepCovers : nil
        )
    }

    /// Bins divide the 63-bit hashes into equal ranges, in order.
    private static func bin(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> UInt64(63 - binBits))
    }
}
