import Ledger
package import Raft

/// What nodes say to each other beside Raft's own messages.
package enum PeerMessage: Equatable, Sendable {
    /// A request that reached a follower; forwarded once, never further.
    case forward(id: UInt64, entry: [UInt8])
    /// What became of it.
    case forwardReply(id: UInt64, ForwardResult)
    /// "Up to where must I have applied, to have everything acknowledged before now?"
    case readIndexQuery(id: UInt64)
    /// The leader's answer after a quorum round; nil when it can't say.
    case readIndexReply(id: UInt64, index: LogIndex?)
    /// What an admin asked of a follower; forwarded once.
    case admin(id: UInt64, AdminRequest)
    case adminReply(id: UInt64, AdminResult)
    /// "Give me the state that you offered at this position, from this byte on."
    case snapshotRequest(LogPosition, offset: UInt64)
    /// A piece of it.
    case snapshotChunk(LogPosition, SnapshotChunk)
    /// It isn't there any more.
    case snapshotGone(LogPosition)
}

/// A piece of a copy of the state.
package struct SnapshotChunk: Equatable, Sendable {
    /// Where it begins.
    package var offset: UInt64
    /// How long the whole is.
    package var totalBytes: UInt64
    /// The checksum of the whole, made and checked by the disks' side.
    package var totalChecksum: UInt64
    /// The piece's own.
    package var checksum: UInt32
    package var bytes: [UInt8]

    package init(
        offset: UInt64,
        totalBytes: UInt64,
        totalChecksum: UInt64,
        checksum: UInt32,
        bytes: [UInt8]
    ) {
        self.offset = offset
        self.totalBytes = totalBytes
        self.totalChecksum = totalChecksum
        self.checksum = checksum
        self.bytes = bytes
    }

    /// The byte after its last.
    package var end: UInt64 { offset + UInt64(bytes.count) }
}

/// What a leader did with a forwarded request.
package enum ForwardResult: Equatable, Sendable {
    /// An encoded `Answer`.
    case answered([UInt8])
    /// The entry was a boundary, applied at this position.
    case boundary(LogIndex)
    case noLeader
    case overloaded
    case unknown
}

/// A peer sent bytes that are no ``PeerMessage``.
package enum PeerMessageError: Error, Equatable {
    case truncated
    case unknownKind(UInt8)
    case trailingBytes
    /// A field that says what can't be.
    case badField
}

/// The frames' payloads: a kind byte, the id, then the rest as is. Integers are little-endian.
extension PeerMessage {
    /// Appends the message's encoding.
    package func encode(into bytes: inout [UInt8]) {
        switch self {
        case .forward(let id, let entry):
            Self.header(1, id, into: &bytes)
            bytes.append(contentsOf: entry)
        case .forwardReply(let id, let result):
            Self.header(2, id, into: &bytes)
            switch result {
            case .answered(let answer):
                bytes.append(0)
                bytes.append(contentsOf: answer)
            case .noLeader: bytes.append(1)
            case .overloaded: bytes.append(2)
            case .unknown: bytes.append(3)
            case .boundary(let index):
                bytes.append(4)
                Self.append(index.rawValue, into: &bytes)
            }
        case .readIndexQuery(let id):
            Self.header(3, id, into: &bytes)
        case .readIndexReply(let id, let index):
            Self.header(4, id, into: &bytes)
            // 0 is no index: an own-term entry has been committed before any read is confirmed.
            Self.append(index?.rawValue ?? 0, into: &bytes)
        case .admin(let id, let request):
            Self.header(5, id, into: &bytes)
            request.encode(into: &bytes)
        case .adminReply(let id, let result):
            Self.header(6, id, into: &bytes)
            result.encode(into: &bytes)
        case .snapshotRequest(let position, let offset):
            Self.header(7, position, into: &bytes)
            Self.append(offset, into: &bytes)
        case .snapshotChunk(let position, let chunk):
            Self.header(8, position, into: &bytes)
            Self.append(chunk.offset, into: &bytes)
            Self.append(chunk.totalBytes, into: &bytes)
            Self.append(chunk.totalChecksum, into: &bytes)
            Self.append(UInt64(chunk.checksum), into: &bytes)
            bytes.append(contentsOf: chunk.bytes)
        case .snapshotGone(let position):
            Self.header(9, position, into: &bytes)
        }
    }

    /// The message that exactly these bytes are.
    package init(decoding bytes: RawSpan) throws(PeerMessageError) {
        guard bytes.byteCount >= Self.headBytes else { throw .truncated }
        let id = Self.integer(bytes, at: 1)
        let body = bytes.extracting(Self.headBytes...)
        let kind = bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        switch kind {
        case 1:
            self = .forward(id: id, entry: Self.copy(body))
        case 2:
            self = .forwardReply(id: id, try ForwardResult(decoding: body))
        case 3:
            guard body.isEmpty else { throw .trailingBytes }
            self = .readIndexQuery(id: id)
        case 4:
            guard body.byteCount >= 8 else { throw .truncated }
            guard body.byteCount == 8 else { throw .trailingBytes }
            let index = Self.integer(body, at: 0)
            self = .readIndexReply(id: id, index: index == 0 ? nil : LogIndex(index))
        case 5:
            guard let request = AdminRequest(decoding: body) else { throw .badField }
            self = .admin(id: id, request)
        case 6:
            guard let result = AdminResult(decoding: body) else { throw .badField }
            self = .adminReply(id: id, result)
        case 7...9:
            try self.init(snapshot: kind, id, body)
        default:
            throw .unknownKind(kind)
        }
    }

    /// Of these the id is the position's index, and its term comes next.
    private init(
        snapshot kind: UInt8,
        _ index: UInt64,
        _ body: RawSpan
    ) throws(PeerMessageError) {
        let numbers = kind == 8 ? 5 : kind == 7 ? 2 : 1
        guard body.byteCount >= 8 * numbers else { throw .truncated }
        guard kind == 8 || body.byteCount == 8 * numbers else { throw .trailingBytes }
        var fields: [UInt64] = []
        for place in 0..<numbers { fields.append(Self.integer(body, at: 8 * place)) }
        guard index <= .max >> 2, fields[0] <= .max >> 2 else { throw .badField }
        let position = LogPosition(index: LogIndex(index), term: Term(fields[0]))
        switch kind {
        case 7:
            self = .snapshotRequest(position, offset: fields[1])
        case 8:
            let rest = body.extracting((8 * numbers)...)
            let chunk = SnapshotChunk(
                offset: fields[1],
                totalBytes: fields[2],
                totalChecksum: fields[3],
                checksum: UInt32(truncatingIfNeeded: fields[4]),
                bytes: Self.copy(rest)
            )
            // The whole has the piece, so that nobody adds numbers that overflow.
            guard chunk.totalBytes <= .max >> 2, chunk.offset <= chunk.totalBytes,
                UInt64(chunk.bytes.count) <= chunk.totalBytes - chunk.offset
            else { throw .badField }
            self = .snapshotChunk(position, chunk)
        default:
            self = .snapshotGone(position)
        }
    }

    private static let headBytes = 9

    private static func header(
        _ kind: UInt8,
        _ position: LogPosition,
        into bytes: inout [UInt8]
    ) {
        header(kind, position.index.rawValue, into: &bytes)
        append(position.term.rawValue, into: &bytes)
    }

    private static func header(_ kind: UInt8, _ id: UInt64, into bytes: inout [UInt8]) {
        bytes.append(kind)
        append(id, into: &bytes)
    }

    private static func append(_ value: UInt64, into bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    fileprivate static func integer(_ bytes: RawSpan, at offset: Int) -> UInt64 {
        bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
    }

    fileprivate static func copy(_ bytes: RawSpan) -> [UInt8] {
        bytes.withUnsafeBytes { Array($0) }
    }
}

extension ForwardResult {
    fileprivate init(decoding bytes: RawSpan) throws(PeerMessageError) {
        guard bytes.byteCount >= 1 else { throw .truncated }
        let kind = bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)
        if kind == 0 {
            self = .answered(PeerMessage.copy(bytes.extracting(1...)))
            return
        }
        if kind == 4 {
            guard bytes.byteCount == 9 else { throw .truncated }
            self = .boundary(LogIndex(PeerMessage.integer(bytes, at: 1)))
            return
        }
        guard bytes.byteCount == 1 else { throw .trailingBytes }
        switch kind {
        case 1: self = .noLeader
        case 2: self = .overloaded
        case 3: self = .unknown
        default: throw .unknownKind(kind)
        }
    }
}
