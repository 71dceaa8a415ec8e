/// The traces of one generation as they wait to be sorted: 8 bytes of term and 4 of distance from the
/// generation's first row each, little-endian, as they came.
enum TraceBlock {
    static let entryBytes = 12

    static func pack(
        _ term: TraceTerm,
        _ distance: UInt64,
        into bytes: inout [UInt8]
    ) {
        precondition(distance <= UInt64(UInt32.max), "a generation has less than 2³² rows")
        withUnsafeBytes(of: term.rawValue.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(distance).littleEndian) { bytes.append(contentsOf: $0) }
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
