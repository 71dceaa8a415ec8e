/// A place in a span of bytes, moved by reading; every read is checked against the span's end.
///
/// Numbers are little-endian. The span is passed to each call instead of being stored, so that one
/// decoder serves the network's buffers and the log's mapped files without lifetimes to annotate.
public struct ByteCursor: Sendable {
    /// Where the next read begins.
    public private(set) var offset: Int

    /// A cursor at an offset.
    public init(offset: Int = 0) { self.offset = offset }

    /// Reads one byte.
    public mutating func readUInt8(from bytes: RawSpan) throws(CodecError) -> UInt8 {
        try readInteger(from: bytes, as: UInt8.self)
    }

    /// Reads a 32-bit number.
    public mutating func readUInt32(from bytes: RawSpan) throws(CodecError) -> UInt32 {
        UInt32(littleEndian: try readInteger(from: bytes, as: UInt32.self))
    }

    /// Reads a 64-bit number.
    public mutating func readUInt64(from bytes: RawSpan) throws(CodecError) -> UInt64 {
        UInt64(littleEndian: try readInteger(from: bytes, as: UInt64.self))
    }

    /// Reads so many bytes into an array; the caller has checked the count against a limit.
    public mutating func readBytes(
        _ count: Int,
        from bytes: RawSpan
    ) throws(CodecError) -> [UInt8] {
        try require(count, in: bytes)
        let start = offset
        offset += count
        return bytes.extracting(start..<start + count).withUnsafeBytes { Array($0) }
    }

    /// Fails unless everything was read.
    public func requireEnd(of bytes: RawSpan) throws(CodecError) {
        guard offset == bytes.byteCount else { throw .trailingBytes(at: offset) }
    }

    /// Reads a number that `next` may be called on without fear.
    mutating func readCounter<C: Counter>(
        from bytes: RawSpan,
        as type: C.Type = C.self
    ) throws(CodecError) -> C {
        let number = try readUInt64(from: bytes)
        guard number <= UInt64.max >> 2 else { throw .numberTooLarge(number) }
        return C(number)
    }

    mutating func readPosition(from bytes: RawSpan) throws(CodecError) -> LogPosition {
        let index: LogIndex = try readCounter(from: bytes)
        return LogPosition(index: index, term: try readCounter(from: bytes))
    }

    mutating func readFlag(from bytes: RawSpan) throws(CodecError) -> Bool {
        switch try readUInt8(from: bytes) {
        case 0: return false
        case 1: return true
        case let other: throw .badFlag(other)
        }
    }

    mutating func readPayload(
        from bytes: RawSpan,
        limits: CodecLimits
    ) throws(CodecError) -> [UInt8] {
        let count = Int(try readUInt32(from: bytes))
        guard count <= limits.payloadBytesMax else {
            throw .limitExceeded(.payloadBytes, found: count)
        }
        return try readBytes(count, from: bytes)
    }

    private func require(_ count: Int, in bytes: RawSpan) throws(CodecError) {
        guard offset >= 0, offset <= bytes.byteCount, count <= bytes.byteCount - offset else {
            throw .truncated(at: bytes.byteCount)
        }
    }

    private mutating func readInteger<T: FixedWidthInteger & BitwiseCopyable>(
        from bytes: RawSpan,
        as type: T.Type
    ) throws(CodecError) -> T {
        let size = MemoryLayout<T>.size
        try require(size, in: bytes)
        let start = offset
        offset += size
        return bytes.extracting(start..<start + size).withUnsafeBytes {
            $0.loadUnaligned(as: T.self)
        }
    }
}

extension [UInt8] {
    /// Appends a number, little-endian.
    mutating func appendInteger(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func appendCounter(_ value: some Counter) { appendInteger(value.rawValue) }

    mutating func appendPosition(_ position: LogPosition) {
        appendCounter(position.index)
        appendCounter(position.term)
    }

    mutating func appendFlag(_ flag: Bool) { append(flag ? 1 : 0) }

    mutating func appendPayload(_ payload: [UInt8]) {
        appendInteger(UInt32(payload.count))
        append(contentsOf: payload)
    }
}
