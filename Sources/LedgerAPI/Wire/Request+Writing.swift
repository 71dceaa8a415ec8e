package import Ledger

/// The client's half: requests in protobuf's format, the hottest two straight from the ledger's
/// values.
extension Request {
    /// The message of the unary method for this command.
    package var methodBytes: [UInt8] {
        switch command {
        case .reserve(let reserve) where reserve.isPlain: bytes(of: reserve)
        case .sell(let sell): bytes(of: sell)
        default: message.wireBytes
        }
    }

    /// The same, only to ask what the answer would be.
    package var validationBytes: [UInt8] {
        var message = message
        message.validateOnly = true
        return message.wireBytes
    }

    private var message: any CommandMessage {
        guard let message = ProtoCommand(self).message ?? storeMessage else {
            preconditionFailure("every command that somebody can ask for has a message")
        }
        return message
    }

    private func bytes(of reserve: Reserve) -> [UInt8] {
        let bytesMax =
            4 * FieldBytes.identifier + FieldBytes.owner + FieldBytes.number
            + reserve.lines.count * StockLine.bytesMax
        return [UInt8](capacity: bytesMax) { bytes in
            bytes.append(field: 1, identifier: id)
            bytes.append(field: 2, identifier: actor)
            bytes.append(field: 3, identifier: reserve.reservation)
            bytes.append(field: 4) { reserve.owner.write(to: &$0) }
            for line in reserve.lines { bytes.append(field: 5) { line.write(to: &$0) } }
            bytes.append(field: 6, number: reserve.ttl.rawValue)
            if let replaces = reserve.replaces { bytes.append(field: 7, identifier: replaces) }
        }
    }

    private func bytes(of sell: Sell) -> [UInt8] {
        let bytesMax = 4 * FieldBytes.identifier + sell.lines.count * StockLine.bytesMax
        return [UInt8](capacity: bytesMax) { bytes in
            bytes.append(field: 1, identifier: id)
            bytes.append(field: 2, identifier: actor)
            for line in sell.lines { bytes.append(field: 3) { line.write(to: &$0) } }
            if let document = sell.document { bytes.append(field: 4, identifier: document) }
            if let sale = sell.sale { bytes.append(field: 5, identifier: sale) }
        }
    }
}

extension Reserve {
    /// Every line names its location, as nearly always.
    fileprivate var isPlain: Bool { unplaced.isEmpty && placement == .whole && !online }
}

extension Owner {
    func write(to bytes: inout OutputSpan<UInt8>) {
        bytes.append(field: 1, number: UInt64(kind.rawValue))
        bytes.append(field: 2, identifier: reference)
    }
}

extension StockLine {
    fileprivate static let bytesMax =
        FieldBytes.message + 2 * FieldBytes.identifier + FieldBytes.number

    fileprivate func write(to bytes: inout OutputSpan<UInt8>) {
        bytes.append(field: 1, identifier: sku)
        bytes.append(field: 2, identifier: location)
        bytes.append(field: 3, number: quantity)
    }
}
