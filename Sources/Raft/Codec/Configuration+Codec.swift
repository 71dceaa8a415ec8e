/// The encoding of members: a version, then four lists of a count and length-prefixed names.
extension Configuration {
    private static let codecVersion: UInt8 = 1

    /// Appends the configuration's encoding, which is the payload of a configuration entry.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.codecVersion)
        for list in [voters, outgoing, learners, learnersNext] {
            bytes.appendInteger(UInt16(list.count))
            for id in list { id.encode(into: &bytes) }
        }
    }

    /// The configuration's encoding.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes
    }

    /// Reads a configuration and leaves the cursor behind it.
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
        let start = cursor.offset
        let version = try cursor.readUInt8(from: bytes)
        guard version == Self.codecVersion else { throw .unknownVersion(version) }
        let voters = try Self.list(from: bytes, at: &cursor, limits: limits)
        let outgoing = try Self.list(from: bytes, at: &cursor, limits: limits)
        let learners = try Self.list(from: bytes, at: &cursor, limits: limits)
        let learnersNext = try Self.list(from: bytes, at: &cursor, limits: limits)
        guard
            let configuration = Configuration(
                voters: voters,
                outgoing: outgoing,
                learners: learners,
                learnersNext: learnersNext
            )
        else { throw .badConfiguration(at: start) }
        self = configuration
    }

    /// Reads a configuration that is all of the bytes, as an entry's payload must be.
    ///
    /// - Parameters:
    ///   - payload: The whole encoding.
    ///   - limits: Bounds on what is taken.
    /// - Throws: `CodecError` for anything that `encode(into:)` would not write.
    public init(
        payload: [UInt8],
        limits: CodecLimits = CodecLimits()
    ) throws(CodecError) {
        var cursor = ByteCursor()
        try self.init(decoding: payload.span.bytes, at: &cursor, limits: limits)
        try cursor.requireEnd(of: payload.span.bytes)
    }

    /// Reads one list; it must be strictly rising, so that every configuration has one encoding.
    private static func list(
        from bytes: RawSpan,
        at cursor: inout ByteCursor,
        limits: CodecLimits
    ) throws(CodecError) -> [NodeID] {
        let start = cursor.offset
        let low = try cursor.readUInt8(from: bytes)
        let count = Int(low) | Int(try cursor.readUInt8(from: bytes)) << 8
        guard count <= limits.membersMax else { throw .limitExceeded(.members, found: count) }
        var ids: [NodeID] = []
        for _ in 0..<count {
            let id = try NodeID(decoding: bytes, at: &cursor)
            if let last = ids.last, last >= id { throw .badConfiguration(at: start) }
            ids.append(id)
        }
        return ids
    }
}

extension NodeID {
    func encode(into bytes: inout [UInt8]) {
        bytes.append(UInt8(name.utf8.count))
        bytes.append(contentsOf: name.utf8)
    }

    init(decoding bytes: RawSpan, at cursor: inout ByteCursor) throws(CodecError) {
        let start = cursor.offset
        let count = Int(try cursor.readUInt8(from: bytes))
        guard count <= Self.byteCountMax else { throw .badNodeID(at: start) }
        let name = try cursor.readBytes(count, from: bytes)
        guard let id = NodeID(String(decoding: name, as: UTF8.self)) else {
            throw .badNodeID(at: start)
        }
        self = id
    }
}
