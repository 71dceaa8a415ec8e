/// Commands about stock: lines, then why, then the document.
extension [UInt8] {
    mutating func append(_ lines: [StockLine], _ document: Reference?) {
        append(stockLines: lines)
        append(identifierIfAny: document)
    }

    mutating func append(_ lines: [StockLine], _ reason: Reference?, _ document: Reference?) {
        append(stockLines: lines)
        append(identifierIfAny: reason)
        append(identifierIfAny: document)
    }
}

extension Receive {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Receive {
        Receive(
            lines: try cursor.stockLines(bytes),
            document: try cursor.identifierIfAny(bytes)
        )
    }
}

extension Sell {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan,
        options: Bool
    ) throws(LedgerCodecError) -> Sell {
        Sell(
            lines: try cursor.stockLines(bytes),
            document: try cursor.identifierIfAny(bytes),
            sale: options ? try cursor.identifier(bytes) : nil
        )
    }
}

extension Adjust {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Adjust {
        Adjust(
            lines: try cursor.stockLines(bytes),
            reason: try cursor.identifierIfAny(bytes),
            document: try cursor.identifierIfAny(bytes)
        )
    }
}

extension MarkUnavailable {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> MarkUnavailable {
        MarkUnavailable(
            lines: try cursor.stockLines(bytes),
            reason: try cursor.identifierIfAny(bytes),
            document: try cursor.identifierIfAny(bytes)
        )
    }
}

extension WriteOff {
    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> WriteOff {
        WriteOff(
            lines: try cursor.stockLines(bytes),
            reason: try cursor.identifierIfAny(bytes),
            document: try cursor.identifierIfAny(bytes)
        )
    }
}

extension ReturnGoods {
    private enum OriginTag: UInt8 {
        case sale = 1
        case reservation = 2
    }

    func write(to bytes: inout [UInt8]) {
        switch origin {
        case .sale(let id):
            bytes.append(OriginTag.sale.rawValue)
            bytes.append(identifier: id)
        case .reservation(let id):
            bytes.append(OriginTag.reservation.rawValue)
            bytes.append(identifier: id)
        }
        bytes.append(count: lines.count)
        for line in lines {
            bytes.append(identifier: line.sku)
            bytes.append(identifier: line.soldAt)
            bytes.append(signed: line.quantity)
            bytes.append(identifierIfAny: line.location)
        }
        bytes.append(disposition.rawValue)
        bytes.append(identifierIfAny: reason)
        bytes.append(identifierIfAny: document)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> ReturnGoods {
        let origin: Origin =
            switch try cursor.enumeration(bytes) as OriginTag {
            case .sale: .sale(try cursor.identifier(bytes))
            case .reservation: .reservation(try cursor.identifier(bytes))
            }
        return ReturnGoods(
            origin: origin,
            lines: try cursor.returnLines(bytes),
            disposition: try cursor.enumeration(bytes),
            reason: try cursor.identifierIfAny(bytes),
            document: try cursor.identifierIfAny(bytes)
        )
    }
}

extension Count {
    func write(to bytes: inout [UInt8]) {
        bytes.append(count: lines.count)
        for line in lines {
            bytes.append(identifier: line.sku)
            bytes.append(identifier: line.location)
            bytes.append(signed: line.counted)
            bytes.append(signed: line.book)
            bytes.append(versionIfAny: line.bookVersion)
        }
        bytes.append(identifierIfAny: document)
    }

    static func read(
        _ cursor: inout ByteCursor,
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> Count {
        let count = try cursor.count(ofAtLeast: 7, bytes)
        var lines: [CountLine] = []
        lines.reserveCapacity(count)
        for _ in 0..<count {
            lines.append(
                CountLine(
                    sku: try cursor.identifier(bytes),
                    location: try cursor.identifier(bytes),
                    counted: try cursor.signed(bytes),
                    book: try cursor.signed(bytes),
                    bookVersion: try cursor.versionIfAny(bytes)
                )
            )
        }
        return Count(lines: lines, document: try cursor.identifierIfAny(bytes))
    }
}

extension ByteCursor {
    fileprivate mutating func returnLines(
        _ bytes: RawSpan
    ) throws(LedgerCodecError) -> [ReturnLine] {
        let count = try count(ofAtLeast: 6, bytes)
        var lines: [ReturnLine] = []
        lines.reserveCapacity(count)
        for _ in 0..<count {
            lines.append(
                ReturnLine(
                    sku: try identifier(bytes),
                    soldAt: try identifier(bytes),
                    quantity: try signed(bytes),
                    location: try identifierIfAny(bytes)
                )
            )
        }
        return lines
    }
}
