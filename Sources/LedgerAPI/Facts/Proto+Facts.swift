import Foundation
import Ledger

/// Facts on their way in: the node that takes them in makes their links, and reads what it can.
extension ProtoSubmitFactsRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        let location: LocationID = reader.identifier(locationID, "location_id")
        let first = FactHash(bytes: previousHash)
        if first == nil { reader.refuse("previous_hash", "must be 32 bytes") }
        let facts = submittedFacts(at: location, after: first ?? .start, &reader)
        return .submitFacts(
            SubmitFacts(
                location: location,
                epoch: epoch,
                firstSequence: firstSequence,
                previousHash: first ?? .start,
                facts: facts,
                completeThrough: hasCompleteThroughUs
                    ? LogTime(microseconds: completeThroughUs) : nil,
                isSalvage: isSalvage
            )
        )
    }

    /// Each with its link; none are made when there are too many facts, or too many bytes.
    private func submittedFacts(
        at location: LocationID,
        after first: FactHash,
        _ reader: inout FieldReader
    ) -> [SubmittedFact] {
        guard facts.count <= LedgerLimits.factsMax else {
            reader.refuse("facts", "must be at most \(LedgerLimits.factsMax)")
            return []
        }
        guard payloadBytes <= APILimits.factBytesPerSubmissionMax else {
            reader.refuse(
                "facts",
                "must have payloads of at most \(APILimits.factBytesPerSubmissionMax) bytes together"
            )
            return []
        }
        var link = first
        var submitted: [SubmittedFact] = []
        submitted.reserveCapacity(facts.count)
        for (index, fact) in facts.enumerated() {
            let payload = [UInt8](fact.payload)
            link = FactChain.link(
                after: link,
                epoch: epoch,
                // A sequence that has no room for the facts is refused with the rest.
                sequence: firstSequence &+ UInt64(index),
                kind: fact.kind,
                version: fact.version,
                payload: payload
            )
            let content = FactPayload.decode(
                kind: fact.kind,
                version: fact.version,
                bytes: payload,
                at: location
            )
            submitted.append(
                SubmittedFact(
                    hash: link,
                    claimedTime: LogTime(microseconds: fact.claimedTimeUs),
                    content: content
                )
            )
        }
        return submitted
    }

    private var payloadBytes: Int { facts.reduce(0) { $0 + $1.payload.count } }

    init(_ command: SubmitFacts) {
        self.init()
        locationID = command.location.text
        epoch = command.epoch
        firstSequence = command.firstSequence
        previousHash = Data(command.previousHash.bytes)
        facts = command.facts.map(ProtoSubmittedFact.init)
        if let time = command.completeThrough { completeThroughUs = time.microseconds }
        isSalvage = command.isSalvage
    }
}

extension ProtoSubmittedFact {
    init(_ fact: SubmittedFact) {
        self.init()
        claimedTimeUs = fact.claimedTime.microseconds
        let content = fact.content.written
        kind = content.kind
        version = content.version
        payload = Data(content.bytes)
    }
}

extension SubmittedFact.Content {
    /// As an agent writes it: what is unread as it came, what is known anew.
    package var written: (kind: UInt32, version: UInt32, bytes: [UInt8]) {
        switch self {
        case .known(let fact): FactPayload.encode(fact)
        case .unknown(let unread): (unread.kind, unread.version, unread.payload)
        }
    }
}
