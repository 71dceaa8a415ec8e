import Ledger
import NIOCore
import Raft

/// A status on its way from the leader to a node that was asked for it.
///
/// Optional numbers and texts have a byte before them that says whether they are there.
extension NodeStatus {
    private static let version: UInt8 = 1
    private static let membersMax = 1 << 12

    func encode(into bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.appendText(id.name)
        bytes.appendText(role.rawValue)
        bytes.appendNumber(term)
        bytes.appendOptional(leader?.name)
        for position in [commit, applied, stored, logFirst, logLast, configurationIndex] {
            bytes.appendNumber(position.rawValue)
        }
        bytes.appendOptional(staleness.map { UInt64(clamping: $0.nanoseconds) })
        bytes.append(isReady ? 1 : 0)
        bytes.appendOptional(writeRefusal)
        bytes.appendText(cluster)
        bytes.append(isJoint ? 1 : 0)
        bytes.append(isRemoved ? 1 : 0)
        bytes.appendOptional(transferTarget?.name)
        bytes.appendOptional(joining?.node.name)
        bytes.appendOptional(joining?.replacing?.name)
        bytes.appendOptional(joining?.round.map { UInt64(clamping: $0) })
        bytes.appendOptional(joining?.target?.rawValue)
        bytes.appendOptional(givenUp?.node.name)
        bytes.append(givenUp?.reason.rawValue ?? 0)
        bytes.appendNumber(givenUp?.configurationIndex.rawValue ?? 0)
        bytes.appendNumber(UInt64(members.count))
        for member in members { member.encode(into: &bytes) }
    }

    init?(decoding bytes: RawSpan) {
        var reader = StatusReader(bytes)
        guard reader.texts.byte() == Self.version else { return nil }
        self.init(reading: &reader)
        guard reader.isSound, reader.texts.isAtEnd else { return nil }
    }

    private init(reading reader: inout StatusReader) {
        let id = reader.node()
        let role = NodeRole(rawValue: reader.text())
        if role == nil { reader.isSound = false }
        let term = reader.number()
        let leader = reader.optional { $0.node() }
        let positions = (0..<6).map { _ in Position(reader.number()) }
        self.init(
            id: id,
            role: role ?? .follower,
            term: term,
            leader: leader,
            commit: positions[0],
            applied: positions[1],
            stored: positions[2],
            logFirst: positions[3],
            logLast: positions[4],
            staleness: reader.optional { .nanoseconds(Int64(clamping: $0.number())) },
            isReady: reader.flag(),
            writeRefusal: reader.optional { $0.text() },
            members: []
        )
        configurationIndex = positions[5]
        cluster = reader.text()
        isJoint = reader.flag()
        isRemoved = reader.flag()
        transferTarget = reader.optional { $0.node() }
        joining = JoiningStatus(reading: &reader)
        givenUp = GivenUpPromotion(reading: &reader)
        let count = reader.number()
        guard count <= Self.membersMax else {
            reader.isSound = false
            return
        }
        for _ in 0..<count where reader.isSound { members.append(MemberStatus(reading: &reader)) }
    }
}

extension JoiningStatus {
    fileprivate init?(reading reader: inout StatusReader) {
        let node = reader.optional { $0.node() }
        let replacing = reader.optional { $0.node() }
        let round = reader.optional { Int(clamping: $0.number()) }
        let target = reader.optional { Position($0.number()) }
        guard let node else { return nil }
        self.init(node: node, replacing: replacing, round: round, target: target)
    }
}

extension GivenUpPromotion {
    fileprivate init?(reading reader: inout StatusReader) {
        let node = reader.optional { $0.node() }
        let reason = GiveUpReason(rawValue: reader.byte())
        let index = Position(reader.number())
        if reason == nil { reader.isSound = false }
        guard let node, let reason else { return nil }
        self.init(node: node, reason: reason, configurationIndex: index)
    }
}

extension MemberStatus {
    fileprivate func encode(into bytes: inout [UInt8]) {
        bytes.appendText(id.name)
        bytes.appendText(peerAddress)
        bytes.append(isVoter ? 1 : 0)
        bytes.appendText(part.rawValue)
        bytes.appendText(connection)
        bytes.appendOptional(match?.rawValue)
        bytes.appendOptional(mode)
        bytes.appendOptional(silence.map { UInt64(clamping: $0.nanoseconds) })
        bytes.appendOptional(state?.sentBytes)
        bytes.appendOptional(state?.bytes)
    }

    fileprivate init(reading reader: inout StatusReader) {
        let id = reader.node()
        let address = reader.text()
        let isVoter = reader.flag()
        let part = MemberPart(rawValue: reader.text())
        if part == nil { reader.isSound = false }
        self.init(
            id: id,
            peerAddress: address,
            isVoter: isVoter,
            connection: reader.text(),
            match: reader.optional { Position($0.number()) },
            part: part,
            mode: reader.optional { $0.text() },
            silence: reader.optional { .nanoseconds(Int64(clamping: $0.number())) }
        )
        let sent = reader.optional { $0.number() }
        let bytes = reader.optional { $0.number() }
        if let sent, let bytes { state = StateOnItsWay(sentBytes: sent, bytes: bytes) }
    }
}

extension [UInt8] {
    fileprivate mutating func appendOptional(_ text: String?) {
        append(text == nil ? 0 : 1)
        if let text { appendText(text) }
    }

    fileprivate mutating func appendOptional(_ number: UInt64?) {
        append(number == nil ? 0 : 1)
        if let number { appendNumber(number) }
    }
}

/// Reads on after something was wrong, and remembers that.
private struct StatusReader {
    var texts: TextReader
    var isSound = true

    init(_ bytes: RawSpan) { texts = TextReader(bytes) }

    mutating func byte() -> UInt8 { sound(texts.byte(), else: 0) }
    mutating func number() -> UInt64 { sound(texts.number(), else: 0) }
    mutating func text() -> String { sound(texts.text(), else: "") }
    mutating func node() -> NodeID { sound(texts.text().flatMap { NodeID($0) }, else: "?") }

    mutating func flag() -> Bool {
        let byte = byte()
        if byte > 1 { isSound = false }
        return byte == 1
    }

    mutating func optional<Value>(_ read: (inout Self) -> Value) -> Value? {
        flag() ? read(&self) : nil
    }

    private mutating func sound<Value>(_ value: Value?, else placeholder: Value) -> Value {
        if value == nil { isSound = false }
        return value ?? placeholder
    }
}
