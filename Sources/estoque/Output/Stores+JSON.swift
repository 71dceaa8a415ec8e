import Foundation
import Ledger
import LedgerAPI
import LedgerClient

/// Stores, their rights, facts and conflicts as JSON.
extension StoreAgent {
    var json: JSONValue {
        [
            "location": .string(location.text),
            "epoch": .number(UInt64(epoch)),
            "instance": .string(instance.text),
            "state": .string(state.word),
            "onlineShare": .number(UInt64(settings.onlineShare)),
            "releasesHolds": .bool(settings.releasesHolds),
            "lastSequence": .number(lastSequence),
            "lastHash": .string(lastHash.hex),
            "lastSeen": .string(lastSeen.text),
            "knownThrough": knownThrough.microseconds == 0 ? .null : .string(knownThrough.text),
            "allottedUnits": .integer(allottedUnits),
            "factCount": .number(factCount),
            "conflictCount": .number(conflictCount),
            "quarantineCount": .number(quarantineCount),
            "version": .number(version),
        ]
    }
}

extension StoreReport {
    var json: JSONValue {
        agent.json + [
            "openConflicts": .integer(Int64(openConflicts)),
            "quarantined": .integer(Int64(quarantined)),
        ]
    }
}

extension AllotmentView {
    var json: JSONValue {
        [
            "sku": .string(sku.text),
            "epoch": .number(UInt64(allotment.epoch)),
            "granted": .integer(allotment.granted),
            "used": .integer(allotment.used),
            "open": .integer(allotment.open),
            "recalled": .integer(allotment.recalled),
            "frozen": .integer(allotment.frozen),
        ]
    }
}

extension FactMark {
    var json: JSONValue {
        [
            "location": .string(location.text),
            "epoch": .number(UInt64(epoch)),
            "sequence": .number(sequence),
        ]
    }
}

extension FactsReceipt {
    var json: JSONValue {
        [
            "location": .string(location.text),
            "epoch": .number(UInt64(epoch)),
            "lastSequence": .number(lastSequence),
            "lastHash": .string(lastHash.hex),
            "fates": .array(fates.map(\.json)),
        ]
    }
}

extension FactFate {
    /// Empty when the fact was applied as it is.
    var json: JSONValue { .array(words.map { .string($0) }) }
}

extension FactTrace {
    var json: JSONValue {
        [
            "mark": mark.json,
            "hash": .string(hash.hex),
            "claimedTime": .string(claimedTime.text),
            "prices": .array(prices.map(\.json)),
            "fate": fate.json,
        ]
    }
}

extension Money {
    var json: JSONValue { ["amount": .integer(amount), "currency": .string(currency)] }
}

extension OpenConflict {
    var json: JSONValue {
        [
            "id": .string(id.description),
            "kind": .string(conflict.kind.word),
            "location": .string(conflict.location.text),
            "sku": .text(conflict.sku?.text),
            "openedAt": .number(conflict.openedAt.rawValue),
            "openedTime": .string(conflict.openedTime.text),
            "cause": conflict.cause?.json ?? .null,
            "quantity": .integer(conflict.quantity),
            "promises": .array(conflict.promises.map { .string($0.text) }),
            "mismatch": .text(conflict.mismatch?.word),
            "wanted": conflict.wanted?.json ?? .null,
        ]
    }
}

extension QuarantinedFact {
    /// The payload is in base64.
    var json: JSONValue {
        let written = fact.content.written
        return [
            "mark": mark.json,
            "hash": .string(fact.hash.hex),
            "claimedTime": .string(fact.claimedTime.text),
            "since": .string(since.text),
            "kind": .number(UInt64(written.kind)),
            "version": .number(UInt64(written.version)),
            "payload": .string(Data(written.bytes).base64EncodedString()),
        ]
    }
}

extension FactHash {
    /// In hexadecimal, as people compare it.
    var hex: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
