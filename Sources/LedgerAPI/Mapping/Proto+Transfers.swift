import Ledger

/// Commands about transfers, between messages and the ledger.
extension ProtoCreateTransferRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .createTransfer(
            CreateTransfer(
                transfer: reader.identifier(transferID, "transfer_id"),
                from: reader.identifier(fromLocationID, "from_location_id"),
                to: reader.identifier(toLocationID, "to_location_id"),
                lines: reader.items(lines),
                document: reader.optionalIdentifier(document, "document")
            )
        )
    }

    init(_ command: CreateTransfer) {
        self.init()
        transferID = command.transfer.text
        fromLocationID = command.from.text
        toLocationID = command.to.text
        lines = command.lines.map(ProtoItemLine.init)
        document = command.document?.text ?? ""
    }
}

extension ProtoShipTransferRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .shipTransfer(
            ShipTransfer(
                transfer: reader.identifier(transferID, "transfer_id"),
                lines: reader.items(lines),
                document: reader.optionalIdentifier(document, "document")
            )
        )
    }

    init(_ command: ShipTransfer) {
        self.init()
        transferID = command.transfer.text
        lines = command.lines.map(ProtoItemLine.init)
        document = command.document?.text ?? ""
    }
}

extension ProtoReceiveTransferRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        var lines: [ArrivalLine] = []
        lines.reserveCapacity(self.lines.count)
        for (index, line) in self.lines.enumerated() {
            lines.append(
                ArrivalLine(
                    sku: reader.identifier(line.sku, "lines[\(index)].sku"),
                    ok: line.ok,
                    rejected: line.rejected,
                    lost: line.lost
                )
            )
        }
        return .receiveTransfer(
            ReceiveTransfer(
                transfer: reader.identifier(transferID, "transfer_id"),
                lines: lines,
                document: reader.optionalIdentifier(document, "document")
            )
        )
    }

    init(_ command: ReceiveTransfer) {
        self.init()
        transferID = command.transfer.text
        lines = command.lines.map { line in
            var proto = ProtoArrivalLine()
            proto.sku = line.sku.text
            proto.ok = line.ok
            proto.rejected = line.rejected
            proto.lost = line.lost
            return proto
        }
        document = command.document?.text ?? ""
    }
}

extension ProtoCancelTransferRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .cancelTransfer(
            CancelTransfer(
                transfer: reader.identifier(transferID, "transfer_id"),
                reason: reader.optionalIdentifier(reason, "reason")
            )
        )
    }

    init(_ command: CancelTransfer) {
        self.init()
        transferID = command.transfer.text
        reason = command.reason?.text ?? ""
    }
}

extension ProtoItemLine {
    init(_ line: ItemLine) {
        self.init()
        sku = line.sku.text
        quantity = line.quantity
    }
}

extension FieldReader {
    mutating func items(_ protos: [ProtoItemLine]) -> [ItemLine] {
        var lines: [ItemLine] = []
        lines.reserveCapacity(protos.count)
        for (index, proto) in protos.enumerated() {
            lines.append(
                ItemLine(
                    sku: identifier(proto.sku, "lines[\(index)].sku"),
                    quantity: proto.quantity
                )
            )
        }
        return lines
    }
}
