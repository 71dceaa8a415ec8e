public import Ledger
import SwiftProtobuf

/// The bytes in which an agent keeps and sends a fact: `estoque.v1.FactPayload`, version 1.
///
/// Nobody changes them once the agent has written them, since its chain covers them.
public enum FactPayload {
    /// Of the form.
    ///
    /// A new field is a new version.
    public static let version: UInt32 = 1

    /// Writes a fact.
    ///
    /// - Parameters:
    ///   - fact: What happened; its command must be physical.
    ///   - time: When, by the agent's clock. With it, two facts that are else the same have links of
    ///     their own, so that a clone of the agent's database is told by its first fact.
    /// - Returns: What is sent, and what the link is made of.
    public static func encode(
        _ fact: Fact,
        occurredAt time: LogTime = LogTime(microseconds: 0)
    ) -> (kind: UInt32, version: UInt32, bytes: [UInt8]) {
        guard let member = ProtoFactPayload.OneOf_What(fact.command) else {
            preconditionFailure("only what has physically happened is a fact")
        }
        var proto = ProtoFactPayload()
        proto.occurredAtUs = time.microseconds
        proto.rightsEpoch = fact.rightsEpoch
        proto.rights = fact.rights
        proto.prices = fact.prices.map(ProtoMoney.init)
        proto.what = member
        return (member.kind, version, proto.wireBytes)
    }

    /// Reads what a fact of a store says.
    ///
    /// It is unknown, with the same bytes, when it is of another kind or version, can't be read in full,
    /// or breaks a rule of facts: then it is put aside, and the queue goes on.
    public static func decode(
        kind: UInt32,
        version: UInt32,
        bytes: [UInt8],
        at location: LocationID
    ) -> SubmittedFact.Content {
        let unread = UnreadFact(kind: kind, version: version, payload: bytes)
        guard version == self.version, bytes.count <= LedgerLimits.factBytesMax,
            let proto = try? ProtoFactPayload(serializedBytes: bytes),
            let member = proto.what, member.kind == kind, proto.isWhole,
            let command = member.command
        else { return .unknown(unread) }
        let fact = Fact(
            command: command,
            rightsEpoch: proto.rightsEpoch,
            rights: proto.rights,
            prices: proto.prices.map { Money(amount: $0.amount, currency: $0.currency) }
        )
        guard fact.violations(at: location).isEmpty else { return .unknown(unread) }
        return .known(fact)
    }
}

extension ProtoFactPayload {
    /// It has nothing in it that isn't known here: a newer agent's field would be lost.
    fileprivate var isWhole: Bool {
        guard unknownFields.data.isEmpty, prices.allSatisfy({ $0.unknownFields.data.isEmpty })
        else { return false }
        return what?.isWhole ?? false
    }
}

extension ProtoFactPayload.OneOf_What {
    /// The number of the member.
    fileprivate var kind: UInt32 {
        let kind: JournalRow.Kind =
            switch self {
            case .receive: .receive
            case .adjust: .adjust
            case .sell: .sell
            case .fulfill: .fulfill
            case .markUnavailable: .markUnavailable
            case .writeOff: .writeOff
            case .return: .returnGoods
            case .count: .count
            case .shipTransfer: .shipTransfer
            case .receiveTransfer: .receiveTransfer
            case .returnAllotment: .returnAllotment
            }
        return UInt32(kind.rawValue)
    }

    /// Nil for a command that tells of nothing physical.
    fileprivate init?(_ command: Command) {
        switch command {
        case .receive(let inner): self = .receive(.init(inner))
        case .adjust(let inner): self = .adjust(.init(inner))
        case .sell(let inner): self = .sell(.init(inner))
        case .fulfill(let inner): self = .fulfill(.init(inner))
        case .markUnavailable(let inner): self = .markUnavailable(.init(inner))
        case .writeOff(let inner): self = .writeOff(.init(inner))
        case .returnGoods(let inner): self = .return(.init(inner))
        case .count(let inner): self = .count(.init(inner))
        case .shipTransfer(let inner): self = .shipTransfer(.init(inner))
        case .receiveTransfer(let inner): self = .receiveTransfer(.init(inner))
        case .returnAllotment(let inner):
            self = .returnAllotment(
                ProtoReturnAllotment.with { $0.lines = inner.lines.map(ProtoStockLine.init) }
            )
        default: return nil
        }
    }

    private var message: any Message {
        switch self {
        case .receive(let message): message
        case .adjust(let message): message
        case .sell(let message): message
        case .fulfill(let message): message
        case .markUnavailable(let message): message
        case .writeOff(let message): message
        case .return(let message): message
        case .count(let message): message
        case .shipTransfer(let message): message
        case .receiveTransfer(let message): message
        case .returnAllotment(let message): message
        }
    }

    /// It has no identity of its own, and nothing that isn't known here.
    fileprivate var isWhole: Bool {
        let message = message
        guard message.unknownFields.data.isEmpty else { return false }
        guard let request = message as? any RequestMessage else { return true }
        return request.requestID.isEmpty && request.actor.isEmpty && !request.validateOnly
    }

    /// Nil when the form of a field is wrong.
    fileprivate var command: Command? {
        var reader = FieldReader()
        let command: Command
        if case .returnAllotment(let message) = self {
            command = .returnAllotment(ReturnAllotment(lines: reader.lines(message.lines)))
        } else if let message = message as? any CommandMessage {
            command = message.command(&reader)
        } else {
            return nil
        }
        return reader.isClean ? command : nil
    }
}
