import Foundation
import Ledger
import LedgerAPI
import LedgerClient

/// The ledger's things as JSON, with the keys that HTTP uses.
extension Item {
    var json: JSONValue {
        [
            "sku": .string(sku.text),
            "title": .string(title),
            "attributes": .object(
                attributes.map { JSONValue.Member(key: $0.name, value: .string($0.value)) }
            ),
            "price": Price(amount: price, currency: currency).json,
            "state": .string(state.word),
            "version": .number(version),
        ]
    }
}

extension Location {
    var json: JSONValue {
        [
            "id": .string(id.text),
            "name": .string(name),
            "kind": .string(kind.word),
            "priority": .integer(Int64(priority)),
            "sellsOnline": .bool(sellsOnline),
            "state": .string(state.word),
            "version": .number(version),
        ]
    }
}

extension LevelView {
    var json: JSONValue {
        [
            "sku": .string(sku.text),
            "location": .string(location.text),
            "onHand": .integer(level.onHand),
            "reserved": .integer(level.reserved),
            "allotted": .integer(level.allotted),
            "unavailable": .integer(level.unavailable),
            "incoming": .integer(level.incoming),
            "safetyStock": .integer(level.safetyStock),
            "backorderLimit": .integer(level.backorderLimit),
            "available": .integer(level.available),
            "availableOnline": .integer(level.availableOnline),
            "version": .number(level.version),
        ]
    }
}

extension Reservation {
    var json: JSONValue {
        [
            "id": .string(id.text),
            "owner": .string("\(owner.kind.word.lowercased()):\(owner.reference)"),
            "state": .string(state.word),
            "expireTime": state == .held ? .string(expireTime.text) : .null,
            "maxExpireTime": .string(maxExpireTime.text),
            "orderReference": .text(orderReference?.text),
            "lines": .array(lines.map(\.json)),
            "version": .number(version),
        ]
    }
}

extension ReservationLine {
    var json: JSONValue {
        [
            "sku": .string(sku.text),
            "location": .string(location.text),
            "requested": .integer(requested),
            "open": .integer(open),
            "fulfilled": .integer(fulfilled),
            "released": .integer(released),
            "returned": .integer(returned),
        ]
    }
}

extension ItemAvailability {
    var json: JSONValue {
        [
            "sku": .string(sku.text),
            "status": .string(status.word),
            "available": .integer(available),
            "price": Price(amount: price, currency: currency).json,
            "version": .number(version),
        ]
    }
}

extension ReadResult {
    /// What a read's answer says of itself.
    var stampJSON: JSONValue {
        [
            "position": .number(position.rawValue),
            "stalenessMs": staleness.map { .integer($0.milliseconds) } ?? .null,
            "node": .string(node),
            "role": .string("\(role)"),
        ]
    }
}

extension Item.State {
    var word: String {
        switch self {
        case .active: "ACTIVE"
        case .archived: "ARCHIVED"
        }
    }
}

extension ItemAvailability.Status {
    var word: String {
        switch self {
        case .inStock: "IN_STOCK"
        case .lowStock: "LOW_STOCK"
        case .outOfStock: "OUT_OF_STOCK"
        case .backorder: "BACKORDER"
        case .unknownItem: "UNKNOWN_ITEM"
        }
    }
}

extension LogTime {
    /// Reads RFC 3339, with or without parts of a second, or a date, which is its beginning in UTC.
    init?(text: String) {
        let styles = [
            Date.ISO8601FormatStyle(includingFractionalSeconds: true),
            Date.ISO8601FormatStyle(includingFractionalSeconds: false),
            Date.ISO8601FormatStyle().year().month().day(),
        ]
        for style in styles {
            guard let date = try? style.parse(text) else { continue }
            let microseconds = (date.timeIntervalSince1970 * 1_000_000).rounded()
            guard microseconds >= 0, microseconds < 253_402_300_800_000_000 else { return nil }
            self.init(microseconds: UInt64(microseconds))
            return
        }
        return nil
    }

    /// RFC 3339 in UTC, with milliseconds.
    var text: String {
        Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
