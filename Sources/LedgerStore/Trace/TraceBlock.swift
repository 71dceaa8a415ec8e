/// The traces of one generation as they wait to be sorted: 8 bytes of term and 4 of distance from the
/// generation's first row each, little-endian, as they came.
enum TraceBlock {
    static let entryBytes = 12

    /// The traces that identities are, and others, of rows from `first` on.
    static func pack(
        _ identities: [IdentityEntry],
        _ traces: [TraceEntry],
        first: UInt64
    ) -> [UInt8] {
        let byteCount = (identities.count + traces.count) * entryBytes
        return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            var offset = 0
            func put(_ term: TraceTerm, _ sequence: UInt64) {
                let distance = UInt32(truncatingIfNeeded: sequence - first)
                bytes.storeBytes(
                    of: term.rawValue.littleEndian,
                    toByteOffset: offset,
                    as: UInt64.self
                )
                bytes.storeBytes(
                    of: distance.littleEndian,
                    toByteOffset: offset + 8,
                    as: UInt32.self
                )
                offset += entryBytes
            }
            for identity in identities { put(TraceTerm(hash: identity.hash), identity.sequence) }
            for trace in traces { put(trace.term, trace.sequence) }
            count = offset
        }
    }

    /// Shows each entry.
    @inline(__always)
    static func forEach(
        _ bytes: UnsafeRawBufferPointer,
        first: UInt64,
        _ body: (TraceTerm, UInt64) -> Void
    ) throws(StoreError) {
        guard bytes.count.isMultiple(of: entryBytes) else {
            throw StoreError(.corrupt, "a block of traces of \(bytes.count) bytes")
        }
        for offset in stride(from: 0, to: bytes.count, by: entryBytes) {
            let term = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let distance = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)
            body(
                TraceTerm(rawValue: UInt64(littleEndian: term)),
                first + UInt64(UInt32(littleEndian: distance))
            )
        }
    }
}
