/// Finds the rows of the journal that concern something, on a reader's connection.
///
/// To be used within a read transaction: what waits and the segments belong together.
final class TraceIndex {
    private let pending: Statement
    private let pendingBackwards: Statement
    private let segments: Statement
    private let segmentsBackwards: Statement
    private let leaf: Statement

    init(_ connection: Connection) throws(StoreError) {
        pending = try connection.prepare(
            "SELECT first, entries FROM trace_pending ORDER BY first"
        )
        pendingBackwards = try connection.prepare(
            "SELECT first, entries FROM trace_pending WHERE first <= ?1 ORDER BY first DESC"
        )
        segments = try connection.prepare(
            """
            SELECT first, last, number FROM trace_segment
            WHERE first >= coalesce((SELECT s.first FROM trace_segment s
                WHERE s.first <= ?1 ORDER BY s.first DESC LIMIT 1), 0)
            ORDER BY first
            """
        )
        segmentsBackwards = try connection.prepare(
            """
            SELECT first, last, number FROM trace_segment WHERE first <= ?1 ORDER BY first DESC
            """
        )
        leaf = try connection.prepare(
            "SELECT key, entries FROM trace WHERE key <= ?1 ORDER BY key DESC LIMIT 1"
        )
    }

    /// The first `limit` sequences within the bounds, in the order asked for.
    func find(
        _ range: TraceRange,
        in bounds: ClosedRange<UInt64>,
        newestFirst: Bool,
        limit: Int
    ) throws(StoreError) -> [UInt64] {
        var found: [UInt64] = []
        if newestFirst {
            try findPending(range, bounds, newestFirst, limit, &found)
            try findInSegments(range, bounds, newestFirst, limit, &found)
        } else {
            try findInSegments(range, bounds, newestFirst, limit, &found)
            try findPending(range, bounds, newestFirst, limit, &found)
        }
        return found
    }

    private func findPending(
        _ range: TraceRange,
        _ bounds: ClosedRange<UInt64>,
        _ newestFirst: Bool,
        _ limit: Int,
        _ found: inout [UInt64]
    ) throws(StoreError) {
        guard found.count < limit else { return }
        let rows = newestFirst ? pendingBackwards : pending
        if newestFirst { rows.bind(1, min(bounds.upperBound, UInt64(Int64.max))) }
        defer { rows.reset() }
        while found.count < limit, try rows.step() {
            let first = rows.unsigned(0)
            if !newestFirst, first > bounds.upperBound { return }
            var block: [UInt64] = []
            try rows.withBytes(1) { bytes throws(StoreError) in
                try TraceBlock.forEach(bytes, first: first) { term, sequence in
                    guard range.contains(term) || range.contains(locationOf: term),
                        bounds.contains(sequence)
                    else { return }
                    block.append(sequence)
                }
            }
            Self.take(&block, newestFirst, limit, &found)
            if newestFirst, first <= bounds.lowerBound { return }
        }
    }

    private func findInSegments(
        _ range: TraceRange,
        _ bounds: ClosedRange<UInt64>,
        _ newestFirst: Bool,
        _ limit: Int,
        _ found: inout [UInt64]
    ) throws(StoreError) {
        guard found.count < limit else { return }
        let rows = newestFirst ? segmentsBackwards : segments
        let start = newestFirst ? bounds.upperBound : bounds.lowerBound
        rows.bind(1, min(start, UInt64(Int64.max)))
        defer { rows.reset() }
        while found.count < limit, try rows.step() {
            let first = rows.unsigned(0)
            let last = rows.unsigned(1)
            if newestFirst, last < bounds.lowerBound { return }
            if !newestFirst, first > bounds.upperBound { return }
            var block: [UInt64] = []
            try find(range, segment: rows.unsigned(2), base: first, bounds, &block)
            Self.take(&block, newestFirst, limit, &found)
        }
    }

    /// What one segment has of it; all terms of a range are in one leaf.
    private func find(
        _ range: TraceRange,
        segment: UInt64,
        base: UInt64,
        _ bounds: ClosedRange<UInt64>,
        _ block: inout [UInt64]
    ) throws(StoreError) {
        let key = segment << TraceTerm.prefixBits | range.terms.lowerBound.prefix
        leaf.bind(1, key)
        defer { leaf.reset() }
        guard try leaf.step(), leaf.unsigned(0) >> TraceTerm.prefixBits == segment else { return }
        // A capture of the inout argument can't leave a closure with typed throws; a local can.
        var sequences: [UInt64] = []
        try leaf.withBytes(1) { bytes throws(StoreError) in
            try TraceLeaf.find(range, in: bytes, base: base, bounds: bounds, into: &sequences)
        }
        block += sequences
    }

    /// Takes over what one part of the journal has: in order, without repeats, no more than is wanted.
    private static func take(
        _ block: inout [UInt64],
        _ newestFirst: Bool,
        _ limit: Int,
        _ found: inout [UInt64]
    ) {
        if newestFirst { block.sort(by: >) } else { block.sort() }
        for sequence in block where found.last != sequence {
            guard found.count < limit else { return }
            found.append(sequence)
        }
    }
}

extension TraceRange {
    /// Traces that wait name levels only: those of a location are found among them.
    @inline(__always)
    fileprivate func contains(locationOf term: TraceTerm) -> Bool {
        term.location.map { contains(TraceTerm($0)) } ?? false
    }
}
