/// What one entry of the replicated log asks of the ledger.
public struct LedgerEntry: Equatable, Sendable {
    /// The kinds of entries.
    public enum Content: Equatable, Sendable {
        /// A client's command. The digest is of the command alone: not of the request's id or actor,
        /// nor of the stamp, so that the same command sent twice has the same digest.
        case request(Request, digest: UInt64)
        /// Nothing but the passing of time: what is due expires.
        case tick
        /// The stores close their transaction exactly here, so that nodes can be compared.
        case boundary(token: UInt64)
    }

    /// The leader's clock when it proposed the entry; apply derives the log time from it.
    public var stamp: LogTime
    /// What is asked.
    public var content: Content

    /// An entry of known content; `request(_:stamp:)` finds a request's digest.
    public init(stamp: LogTime, content: Content) {
        self.stamp = stamp
        self.content = content
    }

    /// An entry for a request, as decoding its bytes would give it.
    public static func request(_ request: Request, stamp: LogTime) -> LedgerEntry {
        LedgerEntry(
            stamp: stamp,
            content: .request(request, digest: request.command.payloadDigest())
        )
    }
}

/// The bytes of an entry, the payload of a Raft entry:
///
/// ```
/// 0      version
/// 1      kind: 1 request, 2 tick, 3 boundary
/// 2…3    group, always 0
/// 4…11   stamp: microseconds, little-endian
/// 12…    request: id, actor, command;  boundary: token;  tick: nothing
/// ```
/// A request is encoded once, at the node where it arrives; the leader writes its stamp into these
/// bytes when it proposes them.
extension LedgerEntry {
    fileprivate enum Layout {
        static let version: UInt8 = 1
        static let request: UInt8 = 1
        static let tick: UInt8 = 2
        static let boundary: UInt8 = 3
        static let group: UInt16 = 0
        static let stampOffset = 4
        static let headBytes = 12
    }

    /// Appends the entry's bytes.
    public func encode(into bytes: inout [UInt8]) {
        switch content {
        case .request(let request, digest: _):
            Self.encode(request, stamp: stamp, into: &bytes)
        case .tick:
            bytes.append(addingCapacity: Layout.headBytes) { $0.append(Layout.tick, stamp) }
        case .boundary(let token):
            bytes.append(addingCapacity: Layout.headBytes + FieldBytes.varint) {
                $0.append(Layout.boundary, stamp)
                $0.append(varint: token)
            }
        }
    }

    /// Appends the bytes of an entry for a request; the leader stamps it later.
    public static func encode(
        _ request: Request,
        stamp: LogTime = LogTime(microseconds: 0),
        into bytes: inout [UInt8]
    ) {
        // Only what is used is captured: the closure would copy the whole request.
        bytes.append(addingCapacity: Layout.headBytes + 2 * FieldBytes.identifier) {
            [id = request.id, actor = request.actor] in
            $0.append(Layout.request, stamp)
            $0.append(identifier: id)
            $0.append(identifier: actor)
        }
        request.command.write(to: &bytes)
    }

    /// Writes another stamp into an encoded entry that begins at `start`.
    ///
    /// - Precondition: the bytes from `start` are an encoded entry.
    public static func restamp(_ bytes: inout [UInt8], at start: Int = 0, with stamp: LogTime) {
        precondition(bytes.count - start >= Layout.headBytes, "an encoded entry has a head")
        for index in 0..<8 {
            bytes[start + Layout.stampOffset + index] =
                UInt8(truncatingIfNeeded: stamp.microseconds >> UInt64(8 * index))
        }
    }

    /// The entry that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> LedgerEntry {
        var cursor = ByteCursor()
        let version = try cursor.byte(bytes)
        guard version == Layout.version else { throw .unknownVersion(version) }
        let kind = try cursor.byte(bytes)
        guard Layout.request...Layout.boundary ~= kind else { throw .unknownKind(kind) }
        let group = try cursor.fixed16(bytes)
        guard group == Layout.group else { throw .unknownGroup(group) }
        let stamp = LogTime(microseconds: try cursor.fixed64(bytes))
        let content: Content
        switch kind {
        case Layout.request:
            let id: RequestID = try cursor.identifier(bytes)
            let actor: Actor = try cursor.identifier(bytes)
            let start = cursor.offset
            let command = try Command.read(&cursor, bytes)
            var hash = MixHash()
            hash.add(bytes, from: start)
            content = .request(
                Request(id: id, actor: actor, command: command),
                digest: hash.value
            )
        case Layout.tick:
            content = .tick
        default:
            content = .boundary(token: try cursor.varint(bytes))
        }
        try cursor.expectEnd(bytes)
        return LedgerEntry(stamp: stamp, content: content)
    }
}

extension OutputSpan<UInt8> {
    /// The head of an entry.
    fileprivate mutating func append(_ kind: UInt8, _ stamp: LogTime) {
        append(LedgerEntry.Layout.version)
        append(kind)
        append(fixed16: LedgerEntry.Layout.group)
        append(fixed64: stamp.microseconds)
    }
}
