/// Commands about transfers.
extension CreateTransfer {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: transfer)
        bytes.append(identifier: from)
        bytes.append(identifier: to)
        bytes.append(itemLines: lines)
        bytes.append(identifierIfAny: document)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> CreateTransfer {
        CreateTransfer(
            transfer: try cursor.identifier(bytes),
            from: try cursor.identifier(bytes),
            to: try cursor.identifier(bytes),
            lines: try cursor.itemLines(bytes),
            document: try cursor.identifierIfAny(bytes)
        )
    }
}

extension ShipTransfer {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: transfer)
        bytes.append(itemLines: lines)
        bytes.append(identifierIfAny: document)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> ShipTransfer {
        ShipTransfer(
            transfer: try cursor.identifier(bytes),
            lines: try cursor.itemLines(bytes),
            document: try cursor.identifierIfAny(bytes)
        )
    }
}

extension ReceiveTransfer {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: transfer)
        bytes.append(count: lines.count)
        for line in lines {
            bytes.append(identifier: line.sku)
            bytes.append(signed: line.ok)
            bytes.append(signed: line.rejected)
            bytes.append(signed: line.lost)
        }
        bytes.append(identifierIfAny: document)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> ReceiveTransfer {
        let transfer: TransferID = try cursor.identifier(bytes)
        let count = try cursor.count(ofAtLeast: 5, bytes)
        var lines: [ArrivalLine] = []
        lines.reserveCapacity(count)
        for _ in 0..<count {
            lines.append(
                ArrivalLine(
                    sku: try cursor.identifier(bytes),
                    ok: try cursor.signed(bytes),
                    rejected: try cursor.signed(bytes),
                    lost: try cursor.signed(bytes)
                )
            )
        }
        return ReceiveTransfer(
            transfer: transfer,
            lines: lines,
            document: try cursor.identifierIfAny(bytes)
        )
    }
}

extension CancelTransfer {
    func write(to bytes: inout [UInt8]) {
        bytes.append(identifier: transfer)
        bytes.append(identifierIfAny: reason)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> CancelTransfer {
        CancelTransfer(
            transfer: try cursor.identifier(bytes),
            reason: try cursor.identifierIfAny(bytes)
        )
    }
}

extension [UInt8] {
    mutating func append(itemLines lines: [ItemLine]) {
        append(count: lines.count)
        for line in lines {
            append(identifier: line.sku)
            append(signed: line.quantity)
        }
    }
}

extension ByteCursor {
    mutating func itemLines(_ bytes: RawSpan) throws(LedgerCodecError) -> [ItemLine] {
        let count = try count(ofAtLeast: 3, bytes)
        var lines: [ItemLine] = []
        lines.reserveCapacity(count)
        for _ in 0..<count {
            lines.append(ItemLine(sku: try identifier(bytes), quantity: try signed(bytes)))
        }
        return lines
    }
}
