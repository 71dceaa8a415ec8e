/// The packed form of identities on disk: 8 bytes of hash and 6 of sequence each, little-endian,
/// sorted by hash, then sequence.
///
/// A row of `identity` is a leaf: all identities with a hash from its key up to the next row's key.
enum IdentityLeaf {
    static let entryBytes = 14
    /// Sequences are below this: 2⁴⁸ rows of journal.
    static let sequenceEnd: UInt64 = 1 << 48

    static func pack(_ entries: some Sequence<IdentityEntry>, into bytes: inout [UInt8]) {
        for entry in entries {
            precondition(entry.sequence < sequenceEnd, "journal sequences fit into 48 bits")
            withUnsafeBytes(of: entry.hash.littleEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: entry.sequence.littleEndian) {
                bytes.append(contentsOf: $0.prefix(6))
            }
        }
    }

    static func count(_ bytes: UnsafeRawBufferPointer) throws(StoreError) -> Int {
        guard bytes.count.isMultiple(of: entryBytes) else {
            throw StoreError(.corrupt, "a leaf of identities of \(bytes.count) bytes")
        }
        return bytes.count / entryBytes
    }

    @inline(__always)
    static func hash(_ bytes: UnsafeRawBufferPointer, at index: Int) -> UInt64 {
        UInt64(
            littleEndian: bytes.loadUnaligned(
                fromByteOffset: index * entryBytes,
                as: UInt64.self
            )
        )
    }

    @inline(__always)
    static func entry(_ bytes: UnsafeRawBufferPointer, at index: Int) -> IdentityEntry {
        let offset = index * entryBytes
        let low = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)
        let high = bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt16.self)
        return IdentityEntry(
            hash: hash(bytes, at: index),
            sequence: UInt64(UInt32(littleEndian: low))
                | UInt64(UInt16(littleEndian: high)) << 32
        )
    }

    /// Appends the sequences under a hash.
    static func find(
        _ hash: UInt64,
        in bytes: UnsafeRawBufferPointer,
        into sequences: inout [UInt64]
    ) throws(StoreError) {
        let count = try count(bytes)
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self.hash(bytes, at: middle) < hash { low = middle + 1 } else { high = middle }
        }
        while low < count, self.hash(bytes, at: low) == hash {
            sequences.append(entry(bytes, at: low).sequence)
            low += 1
        }
    }

    /// A leaf's entries and new ones together, sorted and without repeats: after a crash, entries
    /// that were merged already are merged once more.
    ///
    /// Identities of answers in rows up to `forgotten` are left out.
    ///
    /// - Precondition: `added` is sorted.
    static func merge(
        _ bytes: UnsafeRawBufferPointer,
        _ added: ArraySlice<IdentityEntry>,
        forgotten: UInt64
    ) throws(StoreError) -> [IdentityEntry] {
        let count = try count(bytes)
        var merged: [IdentityEntry] = []
        merged.reserveCapacity(count + added.count)
        var next = added.startIndex
        func add(_ entry: IdentityEntry) {
            guard merged.last != entry, !entry.isForgotten(through: forgotten) else { return }
            merged.append(entry)
        }
        for index in 0..<count {
            let entry = entry(bytes, at: index)
            while next < added.endIndex, added[next] < entry {
                add(added[next])
                next += 1
            }
            add(entry)
        }
        while next < added.endIndex {
            add(added[next])
            next += 1
        }
        return merged
    }

    /// Where to cut a leaf that has grown beyond `entriesMax`: pieces of about half of that, never
    /// between entries of one hash, since a leaf's key is its first hash.
    static func cuts(_ entries: [IdentityEntry], entriesMax: Int) -> [Range<Int>] {
        guard entries.count > entriesMax else { return [entries.indices] }
        let pieces = (entries.count + entriesMax / 2 - 1) / max(entriesMax / 2, 1)
        var ranges: [Range<Int>] = []
        var start = 0
        for piece in 1...pieces {
            var end = max(entries.count * piece / pieces, start)
            while end > 0, end < entries.count, entries[end].hash == entries[end - 1].hash {
                end += 1
            }
            if end > start { ranges.append(start..<end) }
            start = end
        }
        return ranges
    }
}
