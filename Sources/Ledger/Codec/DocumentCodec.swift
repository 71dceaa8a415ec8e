/// Sales, transfers and offers.
extension [UInt8] {
    mutating func append(sale: Sale) {
        append(identifier: sale.id)
        append(count: sale.lines.count)
        for line in sale.lines {
            append(identifier: line.sku)
            append(identifier: line.location)
            append(signed: line.sold)
            append(signed: line.returned)
        }
        append(varint: sale.version)
    }

    mutating func append(transfer: Transfer) {
        append(identifier: transfer.id)
        append(identifier: transfer.from)
        append(identifier: transfer.to)
        append(count: transfer.lines.count)
        for line in transfer.lines {
            append(identifier: line.sku)
            append(signed: line.requested)
            append(signed: line.shipped)
            append(signed: line.received)
            append(signed: line.rejected)
            append(signed: line.lost)
        }
        append(transfer.state.rawValue)
        append(identifierIfAny: transfer.document)
        append(varint: transfer.version)
    }

    mutating func append(offer: Offer) {
        append(identifier: offer.sku)
        append(identifier: offer.location)
        append(priceIfAny: offer.price)
        append(attributes: offer.attributes)
        append(varint: offer.version)
    }
}

extension ByteCursor {
    mutating func sale(_ bytes: RawSpan) throws(LedgerCodecError) -> Sale {
        let id: SaleID = try identifier(bytes)
        let count = try count(ofAtLeast: 6, bytes)
        var lines: [SaleLine] = []
        lines.reserveCapacity(count)
        for _ in 0..<count {
            let line = SaleLine(
                sku: try identifier(bytes),
                location: try identifier(bytes),
                sold: try signed(bytes),
                returned: try signed(bytes)
            )
            guard (0...LedgerLimits.bucketMax).contains(line.sold),
                (0...line.sold).contains(line.returned)
            else { throw .outOfRange }
            lines.append(line)
        }
        return Sale(id: id, lines: lines, version: try varint(bytes))
    }

    mutating func transfer(_ bytes: RawSpan) throws(LedgerCodecError) -> Transfer {
        Transfer(
            id: try identifier(bytes),
            from: try identifier(bytes),
            to: try identifier(bytes),
            lines: try transferLines(bytes),
            state: try enumeration(bytes),
            document: try identifierIfAny(bytes),
            version: try varint(bytes)
        )
    }

    private mutating func transferLines(
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> [TransferLine] {
        let count = try count(ofAtLeast: 7, bytes)
        var lines: [TransferLine] = []
        lines.reserveCapacity(count)
        for _ in 0..<count {
            var line = TransferLine(sku: try identifier(bytes), requested: try signed(bytes))
            line.shipped = try signed(bytes)
            line.received = try signed(bytes)
            line.rejected = try signed(bytes)
            line.lost = try signed(bytes)
            guard line.isInBounds else { throw .outOfRange }
            lines.append(line)
        }
        return lines
    }

    mutating func offer(_ bytes: RawSpan) throws(LedgerCodecError) -> Offer {
        Offer(
            sku: try identifier(bytes),
            location: try identifier(bytes),
            price: try priceIfAny(bytes),
            attributes: try attributes(bytes),
            version: try varint(bytes)
        )
    }
}

extension TransferLine {
    /// Invariant: `requested ≥ shipped = received + rejected + lost + inTransit`, each ≥ 0.
    var isInBounds: Bool {
        let parts = [requested, shipped, received, rejected, lost]
        return parts.allSatisfy { (0...LedgerLimits.bucketMax).contains($0) }
            && shipped <= requested && inTransit >= 0
    }
}

extension Sale: LedgerRecord {
    /// Appends the sale's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(sale: self)
    }

    /// The sale that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Sale {
        var cursor = try ByteCursor(record: bytes)
        let sale = try cursor.sale(bytes)
        try cursor.expectEnd(bytes)
        return sale
    }
}

extension Transfer: LedgerRecord {
    /// Appends the transfer's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(transfer: self)
    }

    /// The transfer that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Transfer {
        var cursor = try ByteCursor(record: bytes)
        let transfer = try cursor.transfer(bytes)
        try cursor.expectEnd(bytes)
        return transfer
    }
}

extension Offer: LedgerRecord {
    /// Appends the offer's bytes.
    public func encode(into bytes: inout [UInt8]) {
        bytes.appendFormat()
        bytes.append(offer: self)
    }

    /// The offer that exactly these bytes are.
    public static func decode(_ bytes: RawSpan) throws(LedgerCodecError) -> Offer {
        var cursor = try ByteCursor(record: bytes)
        let offer = try cursor.offer(bytes)
        try cursor.expectEnd(bytes)
        return offer
    }
}
