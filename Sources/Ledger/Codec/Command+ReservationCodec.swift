/// Commands about reservations.
extension Reserve {
    func write(to bytes: inout [UInt8]) {
        // Only what is used is captured: the closures would copy the whole command.
        bytes.append(addingCapacity: FieldBytes.identifier + FieldBytes.owner) {
            [reservation, owner] in
            $0.append(identifier: reservation)
            $0.append(owner: owner)
        }
        bytes.append(stockLines: lines)
        bytes.append(addingCapacity: FieldBytes.varint + FieldBytes.identifier) {
            [ttl, replaces] in
            $0.append(varint: ttl.rawValue)
            $0.append(identifierIfAny: replaces)
        }
        guard hasOptions else { return }
        bytes.append(bool: online)
        bytes.append(placement.rawValue)
        bytes.append(itemLines: unplaced)
    }

    /// Whether the ledger is to place lines, or to keep safety stock back.
    var hasOptions: Bool { online || placement != .whole || !unplaced.isEmpty }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan,
        options: Bool
    ) throws(LedgerCodecError) -> Reserve {
        var reserve = Reserve(
            reservation: try cursor.identifier(bytes),
            owner: try cursor.owner(bytes),
            lines: try cursor.stockLines(bytes),
            ttl: Milliseconds(try cursor.varint(bytes)),
            replaces: try cursor.identifierIfAny(bytes)
        )
        guard options else { return reserve }
        reserve.online = try cursor.bool(bytes)
        reserve.placement = try cursor.enumeration(bytes)
        reserve.unplaced = try cursor.itemLines(bytes)
        guard reserve.hasOptions else { throw .notCanonical }
        return reserve
    }
}

extension Extend {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Extend {
        Extend(
            reservation: try cursor.identifier(bytes),
            ttl: Milliseconds(try cursor.varint(bytes))
        )
    }
}

extension Confirm {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Confirm {
        Confirm(
            reservation: try cursor.identifier(bytes),
            order: try cursor.identifierIfAny(bytes)
        )
    }
}

extension Fulfill {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Fulfill {
        Fulfill(reservation: try cursor.identifier(bytes), lines: try cursor.stockLines(bytes))
    }
}

extension Release {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Release {
        Release(
            reservation: try cursor.identifier(bytes),
            lines: try cursor.stockLines(bytes),
            reason: try cursor.identifierIfAny(bytes)
        )
    }
}
