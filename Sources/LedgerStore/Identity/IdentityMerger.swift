import Threads

/// Merges slices of waiting identities into the leaves on disk; part of the writer's transaction.
final class IdentityMerger {
    private let leaf: Statement
    private let update: Statement
    private let insert: Statement
    private let appendPending: Statement
    private let dropPending: Statement
    private let entriesMax: Int
    private var packed: [UInt8] = []

    /// `pageBytes` bounds a leaf, so that one fills about a page of the file.
    init(_ connection: Connection, pageBytes: Int) throws(StoreError) {
        leaf = try connection.prepare(
            """
            SELECT first, entries,
                (SELECT next.first FROM identity next WHERE next.first > identity.first
                    ORDER BY next.first LIMIT 1)
            FROM identity WHERE first <= ?1 ORDER BY first DESC LIMIT 1
            """
        )
        update = try connection.prepare("UPDATE identity SET entries = ?2 WHERE first = ?1")
        insert = try connection.prepare("INSERT INTO identity VALUES (?1, ?2)")
        appendPending = try connection.prepare("INSERT INTO identity_pending VALUES (?1, ?2)")
        dropPending = try connection.prepare("DELETE FROM identity_pending WHERE number <= ?1")
        entriesMax = max((pageBytes - 128) / IdentityLeaf.entryBytes, 4)
    }

    /// Notes new identities, to be merged later.
    func note(_ entries: [IdentityEntry], row: UInt64) throws(StoreError) {
        packed.removeAll(keepingCapacity: true)
        IdentityLeaf.pack(entries, into: &packed)
        appendPending.bind(1, row)
        appendPending.bind(2, packed)
        try appendPending.run()
    }

    func merge(_ slice: PendingIdentities.Slice, forgotten: UInt64) throws(StoreError) {
        // Bins are in the order of hashes already; within one they are as they came.
        var entries: [IdentityEntry] = []
        entries.reserveCapacity(slice.count)
        for bin in slice.bins { entries += bin.sorted() }
        var next = 0
        while next < entries.count {
            next = try mergeLeaf(entries, from: next, forgotten)
        }
        if let row = slice.supersedes {
            dropPending.bind(1, row)
            try dropPending.run()
        }
    }

    /// Merges all entries that belong to the leaf of the first one; gives where the rest begins.
    private func mergeLeaf(
        _ entries: [IdentityEntry],
        from start: Int,
        _ forgotten: UInt64
    ) throws(StoreError) -> Int {
        leaf.bind(1, entries[start].hash)
        defer { leaf.reset() }
        guard try leaf.step() else {
            throw StoreError(.corrupt, "the index of identities has no first row")
        }
        let first = leaf.unsigned(0)
        let limit = leaf.isNull(2) ? UInt64.max : leaf.unsigned(2)
        var end = start
        while end < entries.count, entries[end].hash < limit { end += 1 }
        let merged = try leaf.withBytes(1) { bytes throws(StoreError) in
            try IdentityLeaf.merge(bytes, entries[start..<end], forgotten: forgotten)
        }
        leaf.reset()
        for (piece, range) in IdentityLeaf.cuts(merged, entriesMax: entriesMax).enumerated() {
            let statement = piece == 0 ? update : insert
            packed.removeAll(keepingCapacity: true)
            IdentityLeaf.pack(merged[range], into: &packed)
            // The first piece keeps the leaf's key, which may be below its first hash.
            statement.bind(1, piece == 0 ? first : merged[range.lowerBound].hash)
            statement.bind(2, packed)
            try statement.run()
        }
        return end
    }
}
