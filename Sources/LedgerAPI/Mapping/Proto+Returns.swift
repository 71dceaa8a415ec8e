import Ledger

/// Goods that came back and goods that were counted, between messages and the ledger.
extension ProtoReturnRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        let origin: ReturnGoods.Origin =
            switch self.origin {
            case .saleID(let id): .sale(reader.identifier(id, "sale_id"))
            case .reservationID(let id): .reservation(reader.identifier(id, "reservation_id"))
            case nil: .sale(reader.identifier("", "sale_id"))
            }
        var lines: [ReturnLine] = []
        lines.reserveCapacity(self.lines.count)
        for (index, line) in self.lines.enumerated() {
            lines.append(
                ReturnLine(
                    sku: reader.identifier(line.sku, "lines[\(index)].sku"),
                    soldAt: reader.identifier(
                        line.soldAtLocationID,
                        "lines[\(index)].sold_at_location_id"
                    ),
                    quantity: line.quantity,
                    location: reader.optionalIdentifier(
                        line.locationID,
                        "lines[\(index)].location_id"
                    )
                )
            )
        }
        return .returnGoods(
            ReturnGoods(
                origin: origin,
                lines: lines,
                disposition: reader.choice(
                    disposition.rawValue,
                    "disposition",
                    else: .restock
                ),
                reason: reader.optionalIdentifier(reason, "reason"),
                document: reader.optionalIdentifier(document, "document")
            )
        )
    }

    init(_ command: ReturnGoods) {
        self.init()
        switch command.origin {
        case .sale(let id): saleID = id.text
        case .reservation(let id): reservationID = id.text
        }
        lines = command.lines.map { line in
            var proto = ProtoReturnLine()
            proto.sku = line.sku.text
            proto.soldAtLocationID = line.soldAt.text
            proto.quantity = line.quantity
            proto.locationID = line.location?.text ?? ""
            return proto
        }
        disposition =
            switch command.disposition {
            case .restock: .restock
            case .damaged: .damaged
            }
        reason = command.reason?.text ?? ""
        document = command.document?.text ?? ""
    }
}

extension ProtoCountRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        var lines: [CountLine] = []
        lines.reserveCapacity(self.lines.count)
        for (index, line) in self.lines.enumerated() {
            lines.append(
                CountLine(
                    sku: reader.identifier(line.sku, "lines[\(index)].sku"),
                    location: reader.identifier(
                        line.locationID,
                        "lines[\(index)].location_id"
                    ),
                    counted: line.counted,
                    book: line.book,
                    bookVersion: line.hasBookVersion ? line.bookVersion : nil
                )
            )
        }
        return .count(
            Count(lines: lines, document: reader.optionalIdentifier(document, "document"))
        )
    }

    init(_ command: Count) {
        self.init()
        lines = command.lines.map { line in
            var proto = ProtoCountLine()
            proto.sku = line.sku.text
            proto.locationID = line.location.text
            proto.counted = line.counted
            proto.book = line.book
            if let version = line.bookVersion { proto.bookVersion = version }
            return proto
        }
        document = command.document?.text ?? ""
    }
}
