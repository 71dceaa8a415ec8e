/// Levels and movements: a mask of the fields that are not zero, then only those.
extension [UInt8] {
    mutating func append(level: StockLevel) {
        append(addingCapacity: FieldBytes.level) { $0.append(level: level) }
    }

    mutating func append(movement: Movement) {
        append(addingCapacity: FieldBytes.movement) { $0.append(movement: movement) }
    }
}

extension OutputSpan<UInt8> {
    mutating func append(level: StockLevel) {
        append(
            sparse: level.onHand,
            level.reserved,
            level.allotted,
            level.unavailable,
            level.incoming,
            level.safetyStock,
            level.backorderLimit,
            Quantity(bitPattern: level.version)
        )
    }

    mutating func append(movement: Movement) {
        append(varint: movement.key.rawValue)
        append(
            sparse: movement.onHand,
            movement.reserved,
            movement.allotted,
            movement.unavailable,
            movement.incoming,
            0,
            0,
            0
        )
        append(level: movement.after)
    }

    private mutating func append(
        sparse a: Int64,
        _ b: Int64,
        _ c: Int64,
        _ d: Int64,
        _ e: Int64,
        _ f: Int64,
        _ g: Int64,
        _ h: Int64
    ) {
        let maskAt = count
        append(0)
        var mask: UInt8 = 0
        var bit: UInt8 = 1
        func field(_ value: Int64, _ bytes: inout OutputSpan<UInt8>) {
            if value != 0 {
                mask |= bit
                bytes.append(signed: value)
            }
            bit &<<= 1
        }
        field(a, &self)
        field(b, &self)
        field(c, &self)
        field(d, &self)
        field(e, &self)
        field(f, &self)
        field(g, &self)
        field(h, &self)
        self[maskAt] = mask
    }
}

extension FieldBytes {
    fileprivate static let level = 1 + 8 * varint
    fileprivate static let movement = varint + 1 + 5 * varint + level
}

extension ByteCursor {
    mutating func level(_ bytes: RawSpan) throws(LedgerCodecError) -> StockLevel {
        let mask = try byte(bytes)
        var level = StockLevel()
        level.onHand = try bucket(0, of: mask, bytes)
        level.reserved = try bucket(1, of: mask, bytes)
        level.allotted = try bucket(2, of: mask, bytes)
        level.unavailable = try bucket(3, of: mask, bytes)
        level.incoming = try bucket(4, of: mask, bytes)
        level.safetyStock = try bucket(5, of: mask, bytes)
        level.backorderLimit = try bucket(6, of: mask, bytes)
        level.version = UInt64(bitPattern: try field(7, of: mask, bytes))
        return level
    }

    mutating func movement(_ bytes: RawSpan) throws(LedgerCodecError) -> Movement {
        let key = LevelKey(rawValue: try varint(bytes))
        let mask = try byte(bytes)
        guard mask < 1 << 5 else { throw .outOfRange }
        return Movement(
            key: key,
            onHand: try delta(0, of: mask, bytes),
            reserved: try delta(1, of: mask, bytes),
            allotted: try delta(2, of: mask, bytes),
            unavailable: try delta(3, of: mask, bytes),
            incoming: try delta(4, of: mask, bytes),
            after: try level(bytes)
        )
    }

    /// A bucket within its bounds, so that no sum of buckets can overflow.
    private mutating func bucket(
        _ bit: UInt8,
        of mask: UInt8,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Quantity {
        let value = try field(bit, of: mask, bytes)
        guard value.magnitude <= LedgerLimits.bucketMax.magnitude else { throw .outOfRange }
        return value
    }

    /// The difference of two buckets.
    private mutating func delta(
        _ bit: UInt8,
        of mask: UInt8,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Quantity {
        let value = try field(bit, of: mask, bytes)
        guard value.magnitude <= 2 * LedgerLimits.bucketMax.magnitude else { throw .outOfRange }
        return value
    }

    private mutating func field(
        _ bit: UInt8,
        of mask: UInt8,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Int64 {
        guard mask & 1 << bit != 0 else { return 0 }
        let value = try signed(bytes)
        guard value != 0 else { throw .notCanonical }
        return value
    }
}
