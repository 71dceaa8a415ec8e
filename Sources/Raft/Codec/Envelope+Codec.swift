/// The encoding of a message: version, kind, sender, receiver, term, then the kind's own fields.
extension Envelope {
    private static let codecVersion: UInt8 = 2

    /// Appends the message's encoding.
    ///
    /// It has no length or checksum: that is the frame's business.
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.codecVersion)
        bytes.append(message.kind.rawValue)
        from.encode(into: &bytes)
        to.encode(into: &bytes)
        bytes.appendCounter(term)
        message.encode(into: &bytes)
    }

    /// Reads a message that is all of the bytes.
    ///
    /// - Parameters:
    ///   - bytes: The whole encoding.
    ///   - limits: Bounds on what is taken.
    /// - Throws: `CodecError` for anything that `encode(into:)` would not write.
    public init(
        decoding bytes: RawSpan,
        limits: CodecLimits = CodecLimits()
    ) throws(CodecError) {
        var cursor = ByteCursor()
        let version = try cursor.readUInt8(from: bytes)
        guard version == Self.codecVersion else { throw .unknownVersion(version) }
        let kindNumber = try cursor.readUInt8(from: bytes)
        guard let kind = MessageKind(rawValue: kindNumber) else {
            throw .unknownMessage(kindNumber)
        }
        let from = try NodeID(decoding: bytes, at: &cursor)
        let to = try NodeID(decoding: bytes, at: &cursor)
        let term: Term = try cursor.readCounter(from: bytes)
        let message = try Message(decoding: kind, from: bytes, at: &cursor, limits: limits)
        try cursor.requireEnd(of: bytes)
        self.init(from: from, to: to, term: term, message: message)
    }
}

/// The numbers of the messages on the wire.
enum MessageKind: UInt8 {
    case preVoteRequest = 1
    case preVoteReply = 2
    case voteRequest = 3
    case voteReply = 4
    case append = 5
    case appendReply = 6
    case heartbeat = 7
    case heartbeatReply = 8
    case timeoutNow = 9
    case snapshot = 10
    case snapshotReply = 11
}

extension Message {
    var kind: MessageKind {
        switch self {
        case .preVoteRequest: .preVoteRequest
        case .preVoteReply: .preVoteReply
        case .voteRequest: .voteRequest
        case .voteReply: .voteReply
        case .append: .append
        case .appendReply: .appendReply
        case .heartbeat: .heartbeat
        case .heartbeatReply: .heartbeatReply
        case .timeoutNow: .timeoutNow
        case .snapshot: .snapshot
        case .snapshotReply: .snapshotReply
        }
    }

    func encode(into bytes: inout [UInt8]) {
        switch self {
        case .preVoteRequest(let request):
            bytes.appendPosition(request.last)
        case .preVoteReply(let reply):
            bytes.appendFlag(reply.isGranted)
        case .voteRequest(let request):
            bytes.appendPosition(request.last)
            bytes.appendFlag(request.isForced)
        case .voteReply(let reply):
            bytes.appendFlag(reply.isGranted)
        case .append(let append):
            append.encode(into: &bytes)
        case .appendReply(.accepted(let match, let room, let applied)):
            bytes.appendFlag(true)
            bytes.appendCounter(match)
            bytes.appendInteger(room)
            bytes.appendCounter(applied)
        case .appendReply(.rejected(let previous, let hint)):
            bytes.appendFlag(false)
            bytes.appendCounter(previous)
            bytes.appendPosition(hint)
        case .heartbeat(let heartbeat):
            bytes.appendCounter(heartbeat.commit)
            bytes.appendInteger(heartbeat.sequence)
        case .heartbeatReply(let reply):
            bytes.appendInteger(reply.sequence)
            bytes.appendCounter(reply.applied)
        case .timeoutNow(let order):
            bytes.appendPosition(order.last)
        case .snapshot(let offer):
            bytes.appendPosition(offer.last)
            bytes.appendCounter(offer.configuration.index)
            offer.configuration.configuration.encode(into: &bytes)
        case .snapshotReply(let reply):
            bytes.appendCounter(reply.match)
            bytes.appendFlag(reply.isInstalled)
        }
    }

    init(
        decoding kind: MessageKind,
        from bytes: RawSpan,
        at cursor: inout ByteCursor,
        limits: CodecLimits
    ) throws(CodecError) {
        switch kind {
        case .preVoteRequest:
            self = .preVoteRequest(PreVoteRequest(last: try cursor.readPosition(from: bytes)))
        case .preVoteReply:
            self = .preVoteReply(PreVoteReply(isGranted: try cursor.readFlag(from: bytes)))
        case .voteRequest:
            let last = try cursor.readPosition(from: bytes)
            let isForced = try cursor.readFlag(from: bytes)
            self = .voteRequest(VoteRequest(last: last, isForced: isForced))
        case .voteReply:
            self = .voteReply(VoteReply(isGranted: try cursor.readFlag(from: bytes)))
        case .append:
            self = .append(try Append(decoding: bytes, at: &cursor, limits: limits))
        case .appendReply:
            self = .appendReply(try AppendReply(decoding: bytes, at: &cursor))
        case .heartbeat:
            let commit: LogIndex = try cursor.readCounter(from: bytes)
            let sequence = try cursor.readUInt64(from: bytes)
            self = .heartbeat(Heartbeat(commit: commit, sequence: sequence))
        case .heartbeatReply:
            let sequence = try cursor.readUInt64(from: bytes)
            let applied: LogIndex = try cursor.readCounter(from: bytes)
            self = .heartbeatReply(HeartbeatReply(sequence: sequence, applied: applied))
        case .timeoutNow:
            self = .timeoutNow(TimeoutNow(last: try cursor.readPosition(from: bytes)))
        case .snapshot:
            let last = try cursor.readPosition(from: bytes)
            let index: LogIndex = try cursor.readCounter(from: bytes)
            let configuration = try Configuration(decoding: bytes, at: &cursor, limits: limits)
            let logged = LoggedConfiguration(index: index, configuration: configuration)
            self = .snapshot(SnapshotOffer(last: last, configuration: logged))
        case .snapshotReply:
            let match: LogIndex = try cursor.readCounter(from: bytes)
            let isInstalled = try cursor.readFlag(from: bytes)
            self = .snapshotReply(SnapshotReply(match: match, isInstalled: isInstalled))
        }
    }
}

extension AppendReply {
    fileprivate init(
        decoding bytes: RawSpan,
        at cursor: inout ByteCursor
    ) throws(CodecError) {
        let isAccepted = try cursor.readFlag(from: bytes)
        let index: LogIndex = try cursor.readCounter(from: bytes)
        if isAccepted {
            let room = try cursor.readUInt64(from: bytes)
            let applied: LogIndex = try cursor.readCounter(from: bytes)
            self = .accepted(match: index, room: room, applied: applied)
        } else {
            self = .rejected(previous: index, hint: try cursor.readPosition(from: bytes))
        }
    }
}
