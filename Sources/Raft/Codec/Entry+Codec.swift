/// The encoding of a single entry: kind (1), term (8), index (8), payload length (4), payload.
extension Entry {
    /// The size of an encoded entry without its payload.
    public static let encodedHeaderByteCount = 21

    /// How many bytes `encode(into:)` appends.
    @inlinable public var encodedByteCount: Int { Self.encodedHeaderByteCount + payload.count }

    /// Appends the entry's encoding.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        bytes.appendCounter(term)
        bytes.appendCounter(index)
        bytes.appendPayload(payload)
    }

    /// Reads an entry and leaves the cursor behind it.
    ///
    /// Unknown kinds are kept as they are.
    ///
    /// - Parameters:
    ///   - bytes: Where the encoding is.
    ///   - cursor: Where it starts; moved to where it ends.
    ///   - limits: Bounds on what is taken.
    /// - Throws: `CodecError` for anything that `encode(into:)` would not write.
    public init(
        decoding bytes: RawSpan,
        at cursor: inout ByteCursor,
        limits: CodecLimits = CodecLimits()
    ) throws(CodecError) {
        let kind = EntryKind(rawValue: try cursor.readUInt8(from: bytes))
        let term: Term = try cursor.readCounter(from: bytes)
        let index: LogIndex = try cursor.readCounter(from: bytes)
        self.init(
            term: term,
            index: index,
            kind: kind,
            payload: try cursor.readPayload(from: bytes, limits: limits)
        )
    }
}
