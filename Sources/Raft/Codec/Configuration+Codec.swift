/// The encoding of members: a version, then five lists of a count and length-prefixed names, the
/// addresses, and who is joining in whose place.
extension Configuration {
    private static let codecVersion: UInt8 = 2

    /// Appends the configuration's encoding, which is the payload of a configuration entry.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.codecVersion)
        for list in [voters, outgoing, learners, learnersNext, retired] {
            bytes.appendInteger(UInt16(list.count))
            for id in list { id.encode(into: &bytes) }
        }
        bytes.appendInteger(UInt16(addresses.count))
        for address in addresses {
            address.id.encode(into: &bytes)
            bytes.append(UInt8(address.text.utf8.count))
            bytes.append(contentsOf: address.text.utf8)
        }
        bytes.appendFlag(joining != nil)
        guard let joining else { return }
        joining.node.encode(into: &bytes)
        bytes.appendFlag(joining.replacing != nil)
        joining.replacing?.encode(into: &bytes)
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
        let members = limits.membersMax
        let voters = try Self.list(from: bytes, at: &cursor, countMax: members)
        let outgoing = try Self.list(from: bytes, at: &cursor, countMax: members)
        let learners = try Self.list(from: bytes, at: &cursor, countMax: members)
        let learnersNext = try Self.list(from: bytes, at: &cursor, countMax: members)
        let retired = try Self.list(from: bytes, at: &cursor, countMax: limits.retiredMax)
        let addresses = try Self.addresses(from: bytes, at: &cursor, countMax: 3 * members)
        let joining = try Self.joining(from: bytes, at: &cursor)
        guard
            let configuration = Configuration(
                voters: voters,
                outgoing: outgoing,
                learners: learners,
                learnersNext: learnersNext,
                joining: joining,
                retired: retired,
                addresses: addresses
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
        countMax: Int
    ) throws(CodecError) -> [NodeID] {
        let start = cursor.offset
        let count = try cursor.readCount(from: bytes, countMax: countMax)
        var ids: [NodeID] = []
        for _ in 0..<count {
            let id = try NodeID(decoding: bytes, at: &cursor)
            if let last = ids.last, last >= id { throw .badConfiguration(at: start) }
            ids.append(id)
        }
        return ids
    }
}

extension Configuration {
    private static func addresses(
        from bytes: RawSpan,
        at cursor: inout ByteCursor,
        countMax: Int
    ) throws(CodecError) -> [MemberAddress] {
        let start = cursor.offset
        var addresses: [MemberAddress] = []
        for _ in 0..<(try cursor.readCount(from: bytes, countMax: countMax)) {
            let id = try NodeID(decoding: bytes, at: &cursor)
            let count = Int(try cursor.readUInt8(from: bytes))
            let text = String(decoding: try cursor.readBytes(count, from: bytes), as: UTF8.self)
            guard let address = MemberAddress(id: id, text: text),
                addresses.last.map({ $0.id < id }) ?? true
            else { throw .badConfiguration(at: start) }
            addresses.append(address)
        }
        return addresses
    }

    private static func joining(
        from bytes: RawSpan,
        at cursor: inout ByteCursor
    ) throws(CodecError) -> Joining? {
        guard try cursor.readFlag(from: bytes) else { return nil }
        let node = try NodeID(decoding: bytes, at: &cursor)
        let isReplacing = try cursor.readFlag(from: bytes)
        return Joining(
            node: node,
            replacing: isReplacing ? try NodeID(decoding: bytes, at: &cursor) : nil
        )
    }
}

extension ByteCursor {
    fileprivate mutating func readCount(
        from bytes: RawSpan,
        countMax: Int
    ) throws(CodecError) -> Int {
        let low = try readUInt8(from: bytes)
        let count = Int(low) | Int(try readUInt8(from: bytes)) << 8
        guard count <= countMax else { throw .limitExceeded(.members, found: count) }
        return count
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
