/// Sorts traces by term, those of one term by sequence.
///
/// A radix sort, a byte of the terms at a time: a segment has some hundred thousand traces, most of
/// them hashes, for which comparisons cost several times as much.
enum TraceSort {
    static func sort(_ entries: inout [TraceEntry]) {
        guard entries.count > 1 else { return }
        var other = entries
        for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
            if pass(entries, into: &other, shift) { swap(&entries, &other) }
        }
        settleTies(&entries)
    }

    /// Distributes by one byte; false, and nothing done, when it is the same in all.
    private static func pass(
        _ entries: [TraceEntry],
        into other: inout [TraceEntry],
        _ shift: UInt64
    ) -> Bool {
        var starts = [Int](repeating: 0, count: 256)
        for entry in entries { starts[digit(entry, shift)] += 1 }
        guard !starts.contains(entries.count) else { return false }
        var sum = 0
        for index in starts.indices {
            let count = starts[index]
            starts[index] = sum
            sum += count
        }
        starts.withUnsafeMutableBufferPointer { starts in
            other.withUnsafeMutableBufferPointer { other in
                for entry in entries {
                    let digit = digit(entry, shift)
                    other[starts[digit]] = entry
                    starts[digit] += 1
                }
            }
        }
        return true
    }

    @inline(__always)
    private static func digit(_ entry: TraceEntry, _ shift: UInt64) -> Int {
        Int(truncatingIfNeeded: entry.term.rawValue >> shift & 0xFF)
    }

    /// The passes keep the order in which traces came, which is nearly that of their sequences.
    private static func settleTies(_ entries: inout [TraceEntry]) {
        var start = 0
        while start < entries.count {
            var end = start + 1
            var isSorted = true
            while end < entries.count, entries[end].term == entries[start].term {
                if entries[end].sequence < entries[end - 1].sequence { isSorted = false }
                end += 1
            }
            if !isSorted { entries[start..<end].sort { $0.sequence < $1.sequence } }
            start = end
        }
    }
}
