import Ledger
import LedgerAPI
import LedgerClient

/// Sales, transfers, offers and rows of the journal as JSON, with the keys that HTTP uses.
extension Sale {
    var json: JSONValue {
        [
            "id": .string(id.text),
            "lines": .array(
                lines.map { line in
                    [
                        "sku": .string(line.sku.text),
                        "location": .string(line.location.text),
                        "sold": .integer(line.sold),
                        "returned": .integer(line.returned),
                    ]
                }
            ),
            "version": .number(version),
        ]
    }
}

extension Transfer {
    var json: JSONValue {
        [
            "id": .string(id.text),
            "from": .string(from.text),
            "to": .string(to.text),
            "state": .string(state.word),
            "document": .text(document?.text),
            "lines": .array(
                lines.map { line in
                    [
                        "sku": .string(line.sku.text),
                        "requested": .integer(line.requested),
                        "shipped": .integer(line.shipped),
                        "received": .integer(line.received),
                        "rejected": .integer(line.rejected),
                        "lost": .integer(line.lost),
                        "inTransit": .integer(line.inTransit),
                    ]
                }
            ),
            "version": .number(version),
        ]
    }
}

extension Offer {
    var json: JSONValue {
        [
            "sku": .string(sku.text),
            "location": .string(location.text),
            "price": price.map {
                ["amount": .integer($0.amount), "currency": .string($0.currency)]
            }
                ?? .null,
            "attributes": .object(
                attributes.map { JSONValue.Member(key: $0.name, value: .string($0.value)) }
            ),
            "version": .number(version),
        ]
    }
}

extension JournalEntry {
    var json: JSONValue {
        [
            "sequence": .number(sequence),
            "position": .number(position.rawValue),
            "logTime": .string(logTime.text),
            "kind": .string(kind),
            "requestID": .text(request?.text),
            "batchIndex": batchIndex.map { .integer(Int64($0)) } ?? .null,
            "actor": .text(actor?.text),
            "reason": .text(reason?.text),
            "document": .text(document?.text),
            "sale": .text(sale?.text),
            "fact": fact?.json ?? .null,
            "movements": .array(movements.map(\.json)),
            "result": result.json,
        ]
    }
}

extension JournalEntry.Movement {
    fileprivate var json: JSONValue {
        [
            "sku": .string(sku.text),
            "location": .string(location.text),
            "change": change.json,
            "balance": balance.json,
        ]
    }
}

extension JournalEntry.Buckets {
    fileprivate var json: JSONValue {
        [
            "onHand": .integer(onHand),
            "reserved": .integer(reserved),
            "allotted": .integer(allotted),
            "unavailable": .integer(unavailable),
            "incoming": .integer(incoming),
        ]
    }
}

extension JournalEntry.Result {
    fileprivate var json: JSONValue {
        switch self {
        case .done(let outcome): outcome.json
        case .refused(let problem):
            [
                "refused": .string(problem.reason.rawValue),
                "message": .string(problem.message),
            ]
        case .expired(let reservation): ["reservation": reservation.json]
        case .cured(let reservation, let mark):
            ["reservation": reservation.json, "curedBy": mark.json]
        case .unknown: .null
        }
    }
}
