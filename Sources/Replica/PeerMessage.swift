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
}

/// The frames' payloads: a kind byte, the id, then the rest as is. Integers are little-endian.
extension PeerMessage {
    func encode(into bytes: inout [UInt8]) {
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
        }
    }

    init(decoding bytes: RawSpan) throws(PeerMessageError) {
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
        default:
            throw .unknownKind(kind)
        }
    }

    private static let headBytes = 9

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
