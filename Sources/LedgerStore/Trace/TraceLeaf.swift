/// The packed form of traces in a segment: groups in the order of their terms.
///
/// ```
/// term       the first one, then the distance from the term before
/// bytes      how many follow in this group, so that it can be skipped
/// rows       distances: from the segment's first sequence, then from the row before
/// ```
/// all of them seven bits a byte. A name that occurs once in a segment takes some eleven bytes, another
/// row of a busy level one or two.
enum TraceLeaf {
    /// Packs sorted entries of one segment into leaves of about `bytesMax`.
    ///
    /// Entries whose terms have the same prefix stay together. Repeats are dropped.
    static func pack(
        _ entries: [TraceEntry],
        base: UInt64,
        bytesMax: Int,
        _ emit: (_ prefix: UInt64, _ leaf: [UInt8]) throws(StoreError) -> Void
    ) throws(StoreError) {
        var leaf: [UInt8] = []
        var rows: [UInt8] = []
        var first = TraceTerm(rawValue: 0)
        var last = first
        var next = 0
        while next < entries.count {
            let term = entries[next].term
            if leaf.count >= bytesMax, term.prefix != last.prefix {
                try emit(first.prefix, leaf)
                leaf.removeAll(keepingCapacity: true)
            }
            let isFirst = leaf.isEmpty
            if isFirst { first = term }
            rows.removeAll(keepingCapacity: true)
            var previous = base
            while next < entries.count, entries[next].term == term {
                let sequence = entries[next].sequence
                if rows.isEmpty || sequence != previous {
                    append(sequence - previous, to: &rows)
                    previous = sequence
                }
                next += 1
            }
            append(isFirst ? term.rawValue : term.rawValue - last.rawValue, to: &leaf)
            append(UInt64(rows.count), to: &leaf)
            leaf += rows
            last = term
        }
        if !leaf.isEmpty { try emit(first.prefix, leaf) }
    }

    /// Appends the sequences within `bounds` of the terms in a range; unordered if there are several terms.
    static func find(
        _ range: TraceRange,
        in bytes: UnsafeRawBufferPointer,
        base: UInt64,
        bounds: ClosedRange<UInt64>,
        into sequences: inout [UInt64]
    ) throws(StoreError) {
        var offset = 0
        var term: UInt64 = 0
        while offset < bytes.count {
            let distance = try number(bytes, &offset)
            term = term &+ distance
            let length = try number(bytes, &offset)
            guard length <= bytes.count - offset else { throw damaged(bytes) }
            let end = offset + Int(length)
            if term > range.terms.upperBound.rawValue { return }
            if term >= range.terms.lowerBound.rawValue {
                var sequence = base
                while offset < end {
                    sequence = sequence &+ (try number(bytes, &offset))
                    if bounds.contains(sequence) { sequences.append(sequence) }
                }
            }
            offset = end
        }
    }

    /// Shows every entry, in order.
    static func forEach(
        _ bytes: UnsafeRawBufferPointer,
        base: UInt64,
        _ body: (TraceEntry) -> Void
    ) throws(StoreError) {
        var offset = 0
        var term: UInt64 = 0
        while offset < bytes.count {
            let distance = try number(bytes, &offset)
            term = term &+ distance
            let length = try number(bytes, &offset)
            guard length <= bytes.count - offset else { throw damaged(bytes) }
            let end = offset + Int(length)
            var sequence = base
            while offset < end {
                sequence = sequence &+ (try number(bytes, &offset))
                body(TraceEntry(term: TraceTerm(rawValue: term), sequence: sequence))
            }
        }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    @inline(__always)
    private static func number(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: inout Int
    ) throws(StoreError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < bytes.count, shift < 64 {
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        throw damaged(bytes)
    }

    private static func damaged(_ bytes: UnsafeRawBufferPointer) -> StoreError {
        StoreError(.corrupt, "a leaf of traces of \(bytes.count) bytes")
    }
}
