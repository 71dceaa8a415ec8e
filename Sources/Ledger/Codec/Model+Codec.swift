/// The rows that a store keeps, as bytes: a format byte, then the value; the same value always has
/// the same bytes.
public protocol LedgerRecord: Equatable, Sendable {
    /// Appends the value's bytes.
    func encode(into bytes: inout [UInt8])
    /// The value that exactly these bytes are.
    static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Self
}

/// The format byte of every record.
enum RecordFormat {
    static let current: UInt8 = 1
}

extension [UInt8] {
    mutating func appendFormat() { append(RecordFormat.current) }
}

extension OutputSpan<UInt8> {
    mutating func appendFormat() { append(RecordFormat.current) }
}

extension ByteCursor {
    /// Begins a record: its format must be known.
    init(record bytes: RawSpan) throws(LedgerCodecError) {
        self.init()
        let format = try byte(bytes)
        guard format == RecordFormat.current else { throw .unknownVersion(format) }
    }
}

extension Item: LedgerRecord {
    /// Appends the item's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(identifier: sku)
        bytes.append(text: title)
        bytes.append(attributes: attributes)
        bytes.append(signed: price)
        bytes.append(text: currency)
        bytes.append(state.rawValue)
        bytes.append(varint: version)
    }

    /// The item that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Item {
        var cursor = try ByteCursor(record: bytes)
        let item = Item(
            sku: try cursor.identifier(bytes),
            title: try cursor.text(bytes),
            attributes: try cursor.attributes(bytes),
            price: try cursor.signed(bytes),
            currency: try cursor.text(bytes),
            state: try cursor.enumeration(bytes),
            version: try cursor.varint(bytes)
        )
        try cursor.expectEnd(bytes)
        return item
    }
}

extension Location: LedgerRecord {
    /// Appends the location's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(identifier: id)
        bytes.append(text: name)
        bytes.append(kind.rawValue)
        bytes.append(signed: Int64(priority))
        bytes.append(bool: sellsOnline)
        bytes.append(state.rawValue)
        bytes.append(varint: version)
    }

    /// The location that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Location {
        var cursor = try ByteCursor(record: bytes)
        let location = Location(
            id: try cursor.identifier(bytes),
            name: try cursor.text(bytes),
            kind: try cursor.enumeration(bytes),
            priority: try cursor.signed32(bytes),
            sellsOnline: try cursor.bool(bytes),
            state: try cursor.enumeration(bytes),
            version: try cursor.varint(bytes)
        )
        try cursor.expectEnd(bytes)
        return location
    }
}

extension StockLevel: LedgerRecord {
    /// Appends the level's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(level: self)
    }

    /// The level that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> StockLevel {
        var cursor = try ByteCursor(record: bytes)
        let level = try cursor.level(bytes)
        try cursor.expectEnd(bytes)
        return level
    }
}

extension Reservation: LedgerRecord {
    /// Appends the reservation's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(reservation: self, at: LogTime(microseconds: 0))
    }

    /// The reservation that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Reservation {
        var cursor = try ByteCursor(record: bytes)
        let reservation = try cursor.reservation(bytes, at: LogTime(microseconds: 0))
        try cursor.expectEnd(bytes)
        return reservation
    }
}
