package import Ledger
import SwiftProtobuf

/// Reads answers straight into the ledger's values.
///
/// It knows what every node sends; all else, refusals and problems among it, is unusual.
enum AnswerReader {
    static func answer(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> Answer {
        var position: UInt64?
        var logTime: UInt64?
        var replayed: Bool?
        var outcome: Outcome?
        var cursor = ProtobufCursor(range)
        while let key = try cursor.key(bytes) {
            switch key {
            case FieldKey.number(1): try setOnce(&position, cursor.varint(bytes))
            case FieldKey.number(2): try setOnce(&logTime, cursor.varint(bytes))
            case FieldKey.number(3): try setOnce(&replayed, cursor.flag(bytes))
            case FieldKey.number(4): try setOnce(&outcome, .version(cursor.varint(bytes)))
            case FieldKey.block(5):
                try setOnce(&outcome, .levels(levels(bytes, cursor.block(bytes))))
            case FieldKey.block(6):
                try setOnce(&outcome, .reservation(reservation(bytes, cursor.block(bytes))))
            default: throw UnusualMessage()
            }
        }
        guard let outcome else { throw UnusualMessage() }
        return Answer(
            position: Position(position ?? 0),
            logTime: LogTime(microseconds: logTime ?? 0),
            outcome: outcome,
            replayed: replayed ?? false
        )
    }

    private static func reservation(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> Reservation {
        var id: ReservationID?
        var owner: Owner?
        var state: Reservation.State?
        var lines: [ReservationLine] = []
        var expireTime: UInt64?
        var maxExpireTime: UInt64?
        var order: Reference?
        var version: UInt64?
        var cursor = ProtobufCursor(range)
        while let key = try cursor.key(bytes) {
            switch key {
            case FieldKey.block(1): try setOnce(&id, cursor.identifier(bytes))
            case FieldKey.block(2):
                try setOnce(&owner, RequestReader.owner(bytes, cursor.block(bytes)))
            case FieldKey.number(3): try setOnce(&state, cursor.choice(bytes))
            case FieldKey.block(4): lines.append(try line(bytes, cursor.block(bytes)))
            case FieldKey.number(5): try setOnce(&expireTime, cursor.varint(bytes))
            case FieldKey.number(6): try setOnce(&maxExpireTime, cursor.varint(bytes))
            case FieldKey.block(7): try setOnce(&order, cursor.identifier(bytes))
            case FieldKey.number(8): try setOnce(&version, cursor.varint(bytes))
            default: throw UnusualMessage()
            }
        }
        guard let id, let owner, let state else { throw UnusualMessage() }
        return Reservation(
            id: id,
            owner: owner,
            state: state,
            lines: lines,
            expireTime: LogTime(microseconds: expireTime ?? 0),
            maxExpireTime: LogTime(microseconds: maxExpireTime ?? 0),
            orderReference: order,
            version: version ?? 0
        )
    }

    private static func line(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> ReservationLine {
        var sku: SKU?
        var location: LocationID?
        // By field: requested, fulfilled, released, returned.
        var counts: (UInt64?, UInt64?, UInt64?, UInt64?)
        var cursor = ProtobufCursor(range)
        while let key = try cursor.key(bytes) {
            switch key {
            case FieldKey.block(1): try setOnce(&sku, cursor.identifier(bytes))
            case FieldKey.block(2): try setOnce(&location, cursor.identifier(bytes))
            case FieldKey.number(3): try setOnce(&counts.0, cursor.varint(bytes))
            case FieldKey.number(4): try setOnce(&counts.1, cursor.varint(bytes))
            case FieldKey.number(5): try setOnce(&counts.2, cursor.varint(bytes))
            case FieldKey.number(6): try setOnce(&counts.3, cursor.varint(bytes))
            default: throw UnusualMessage()
            }
        }
        guard let sku, let location else { throw UnusualMessage() }
        var line = ReservationLine(
            sku: sku,
            location: location,
            requested: Quantity(bitPattern: counts.0 ?? 0)
        )
        line.fulfilled = Quantity(bitPattern: counts.1 ?? 0)
        line.released = Quantity(bitPattern: counts.2 ?? 0)
        line.returned = Quantity(bitPattern: counts.3 ?? 0)
        return line
    }

    private static func levels(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> [LevelView] {
        var views: [LevelView] = []
        var cursor = ProtobufCursor(range)
        while let key = try cursor.key(bytes) {
            guard key == FieldKey.block(1) else { throw UnusualMessage() }
            views.append(try level(bytes, cursor.block(bytes)))
        }
        return views
    }

    private static func level(
        _ bytes: RawSpan,
        _ range: Range<Int>
    ) throws(UnusualMessage) -> LevelView {
        var sku: SKU?
        var location: LocationID?
        var level = StockLevel()
        var cursor = ProtobufCursor(range)
        // Each field once and in order, as encoders write them.
        var last: UInt8 = 0
        while let key = try cursor.key(bytes) {
            guard key > last else { throw UnusualMessage() }
            last = key
            switch key {
            case FieldKey.block(1): sku = try cursor.identifier(bytes)
            case FieldKey.block(2): location = try cursor.identifier(bytes)
            case FieldKey.number(3): level.onHand = try quantity(&cursor, bytes)
            case FieldKey.number(4): level.reserved = try quantity(&cursor, bytes)
            case FieldKey.number(5): level.allotted = try quantity(&cursor, bytes)
            case FieldKey.number(6): level.unavailable = try quantity(&cursor, bytes)
            case FieldKey.number(7): level.incoming = try quantity(&cursor, bytes)
            case FieldKey.number(8): level.safetyStock = try quantity(&cursor, bytes)
            case FieldKey.number(9): level.backorderLimit = try quantity(&cursor, bytes)
            case FieldKey.number(10): level.version = try cursor.varint(bytes)
            // Computed from the others.
            case FieldKey.number(11), FieldKey.number(12): _ = try cursor.varint(bytes)
            default: throw UnusualMessage()
            }
        }
        guard let sku, let location else { throw UnusualMessage() }
        return LevelView(sku: sku, location: location, level: level)
    }

    private static func quantity(
        _ cursor: inout ProtobufCursor,
        _ bytes: RawSpan
    ) throws(UnusualMessage) -> Quantity {
        Quantity(bitPattern: try cursor.varint(bytes))
    }
}

extension Answer {
    /// Reads the message that a unary method answers with; nil when it makes no sense here.
    package init?(messageBytes bytes: RawSpan) {
        if let answer = try? AnswerReader.answer(bytes, 0..<bytes.byteCount) {
            self = answer
            return
        }
        let copy = bytes.withUnsafeBytes { [UInt8]($0) }
        guard let proto = try? ProtoAnswer(serializedBytes: copy) else { return nil }
        self.init(proto)
    }
}
