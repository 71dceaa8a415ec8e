package import Ledger
import SwiftProtobuf

/// Commands about agents of stores, between messages and the ledger.
extension ProtoRegisterStoreRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .registerStore(
            RegisterStore(
                location: reader.identifier(locationID, "location_id"),
                instance: reader.identifier(instance, "instance"),
                takeover: takeover,
                settings: hasSettings ? StoreSettings(settings) : nil
            )
        )
    }

    init(_ command: RegisterStore) {
        self.init()
        locationID = command.location.text
        instance = command.instance.text
        takeover = command.takeover
        if let settings = command.settings { self.settings = ProtoStoreSettings(settings) }
    }
}

extension ProtoGrantAllotmentRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .grantAllotment(
            GrantAllotment(
                location: reader.identifier(locationID, "location_id"),
                epoch: epoch,
                lines: reader.items(lines)
            )
        )
    }

    init(_ command: GrantAllotment) {
        self.init()
        locationID = command.location.text
        epoch = command.epoch
        lines = command.lines.map(ProtoItemLine.init)
    }
}

extension ProtoRecallAllotmentRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .recallAllotment(
            RecallAllotment(
                location: reader.identifier(locationID, "location_id"),
                lines: reader.items(lines)
            )
        )
    }

    init(_ command: RecallAllotment) {
        self.init()
        locationID = command.location.text
        lines = command.lines.map(ProtoItemLine.init)
    }
}

extension ProtoRevokeAllotmentRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        var skus: [SKU] = []
        for (index, text) in self.skus.prefix(LedgerLimits.linesMax + 1).enumerated() {
            skus.append(reader.identifier(text, "skus[\(index)]"))
        }
        return .revokeAllotment(
            RevokeAllotment(
                location: reader.identifier(locationID, "location_id"),
                epoch: epoch,
                skus: skus,
                reason: reader.optionalIdentifier(reason, "reason")
            )
        )
    }

    init(_ command: RevokeAllotment) {
        self.init()
        locationID = command.location.text
        epoch = command.epoch
        skus = command.skus.map(\.text)
        reason = command.reason?.text ?? ""
    }
}

extension ProtoResolveConflictRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        let key = StoreRecordKey(conflictID)
        if conflictID.isEmpty {
            reader.refuse("conflict_id", Complaint.missing)
        } else if key == nil {
            reader.refuse("conflict_id", "must be the name of a conflict")
        }
        return .resolveConflict(
            ResolveConflict(
                conflict: key ?? .fork(LocationKey(0)),
                decision: reader.choice(decision.rawValue, "decision", else: .dismiss),
                reason: reader.optionalIdentifier(reason, "reason")
            )
        )
    }

    init(_ command: ResolveConflict) {
        self.init()
        conflictID = command.conflict.description
        decision =
            switch command.decision {
            case .dismiss: .dismiss
            case .apply: .apply
            }
        reason = command.reason?.text ?? ""
    }
}

/// The command that comes out has no link and no fact yet: the node reads them where it has kept them.
extension ProtoReplayFactRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        let location: LocationID = reader.identifier(mark.locationID, "mark.location_id")
        if mark.epoch == 0 { reader.refuse("mark.epoch", "must be what the ledger gave") }
        if mark.sequence == 0 { reader.refuse("mark.sequence", "must be 1 or more") }
        return .replayFact(
            ReplayFact(
                mark: FactMark(location: location, epoch: mark.epoch, sequence: mark.sequence),
                hash: .start,
                fact: nil,
                reason: reader.optionalIdentifier(reason, "reason")
            )
        )
    }

    init(_ command: ReplayFact) {
        self.init()
        mark = ProtoFactMark(command.mark)
        drop = command.fact == nil
        reason = command.reason?.text ?? ""
    }

    /// Says that a fact is to be settled, or thrown away.
    package init(_ mark: FactMark, drop: Bool, reason: Reference, _ id: RequestID, _ actor: Actor) {
        self.init()
        requestID = id.text
        self.actor = actor.text
        self.mark = ProtoFactMark(mark)
        self.drop = drop
        self.reason = reason.text
    }
}

extension IncomingRequest {
    /// The request without the fact, and whether that is thrown away; throws the problem to answer with.
    package static func replay(
        from bytes: [UInt8]
    ) throws(Problem) -> (request: IncomingRequest, drops: Bool) {
        guard let message = try? ProtoReplayFactRequest(serializedBytes: bytes) else {
            throw .notAMessage
        }
        do throws(InvalidRequest) {
            return (try IncomingRequest(message), message.drop)
        } catch {
            throw Problem(error)
        }
    }
}

extension Request {
    /// The message of a command about stores; nil for other commands.
    var storeMessage: (any CommandMessage)? {
        func stamped(_ message: some CommandMessage) -> any CommandMessage {
            var message = message
            message.requestID = id.text
            message.actor = actor.text
            return message
        }
        return switch command {
        case .registerStore(let inner): stamped(ProtoRegisterStoreRequest(inner))
        case .submitFacts(let inner): stamped(ProtoSubmitFactsRequest(inner))
        case .grantAllotment(let inner): stamped(ProtoGrantAllotmentRequest(inner))
        case .recallAllotment(let inner): stamped(ProtoRecallAllotmentRequest(inner))
        case .revokeAllotment(let inner): stamped(ProtoRevokeAllotmentRequest(inner))
        case .resolveConflict(let inner): stamped(ProtoResolveConflictRequest(inner))
        case .replayFact(let inner): stamped(ProtoReplayFactRequest(inner))
        default: nil
        }
    }
}
