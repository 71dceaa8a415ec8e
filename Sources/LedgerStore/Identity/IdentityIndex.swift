import Threads

/// The index of identities on disk, as it is read.
final class IdentityIndex {
    private let leaf: Statement
    private let connection: Connection

    init(_ connection: Connection) throws(StoreError) {
        self.connection = connection
        leaf = try connection.prepare(
            "SELECT entries FROM identity WHERE first <= ?1 ORDER BY first DESC LIMIT 1"
        )
    }

    /// Appends the sequences that stand under a hash.
    func find(_ hash: UInt64, into sequences: inout [UInt64]) throws(StoreError) {
        leaf.bind(1, hash)
        defer { leaf.reset() }
        guard try leaf.step() else {
            throw StoreError(.corrupt, "the index of identities has no first row")
        }
        // A capture of the inout argument can't leave a closure with typed throws; a local can.
        var found: [UInt64] = []
        try leaf.withBytes(0) { bytes throws(StoreError) in
            try IdentityLeaf.find(hash, in: bytes, into: &found)
        }
        sequences += found
    }

    /// Reads everything once, at start.
    ///
    /// The filter is filled with every identity, `pending` with those that are not merged; the last
    /// row of `identity_pending` comes with them.
    func load(
        expected: Int,
        filterBytesMax: Int
    ) throws(StoreError) -> (
        filter: IdentityFilter, pending: PendingIdentities, lastPendingRow: UInt64
    ) {
        var filter = IdentityFilter(expected: expected, bytesMax: filterBytesMax)
        let leaves = try connection.prepare("SELECT entries FROM identity ORDER BY first")
        while try leaves.step() {
            try leaves.withBytes(0) { bytes throws(StoreError) in
                for index in 0..<(try IdentityLeaf.count(bytes)) {
                    filter.insert(IdentityLeaf.hash(bytes, at: index))
                }
            }
        }
        var pending = PendingIdentities()
        var lastRow: UInt64 = 0
        let rows = try connection.prepare(
            "SELECT number, entries FROM identity_pending ORDER BY number"
        )
        while try rows.step() {
            lastRow = rows.unsigned(0)
            try rows.withBytes(1) { bytes throws(StoreError) in
                for index in 0..<(try IdentityLeaf.count(bytes)) {
                    let entry = IdentityLeaf.entry(bytes, at: index)
                    filter.insert(entry.hash)
                    pending.insert(entry)
                }
            }
        }
        return (filter, pending, lastRow)
    }
}
