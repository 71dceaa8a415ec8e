import Ledger

/// Commands that move stock, between messages and the ledger.
extension ProtoReceiveRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .receive(
            Receive(
                lines: reader.lines(lines),
                document: reader.optionalIdentifier(document, "document")
            )
        )
    }

    init(_ command: Receive) {
        self.init()
        lines = command.lines.map(ProtoStockLine.init)
        document = command.document?.text ?? ""
    }
}

extension ProtoAdjustRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .adjust(
            Adjust(
                lines: reader.lines(lines),
                reason: reader.optionalIdentifier(reason, "reason"),
                document: reader.optionalIdentifier(document, "document")
            )
        )
    }

    init(_ command: Adjust) {
        self.init()
        lines = command.lines.map(ProtoStockLine.init)
        reason = command.reason?.text ?? ""
        document = command.document?.text ?? ""
    }
}

extension ProtoSellRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .sell(
            Sell(
                lines: reader.lines(lines),
                document: reader.optionalIdentifier(document, "document"),
                sale: reader.optionalIdentifier(saleID, "sale_id")
            )
        )
    }

    init(_ command: Sell) {
        self.init()
        lines = command.lines.map(ProtoStockLine.init)
        document = command.document?.text ?? ""
        saleID = command.sale?.text ?? ""
    }
}

extension ProtoMarkUnavailableRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .markUnavailable(
            MarkUnavailable(
                lines: reader.lines(lines),
                reason: reader.optionalIdentifier(reason, "reason"),
                document: reader.optionalIdentifier(document, "document")
            )
        )
    }

    init(_ command: MarkUnavailable) {
        self.init()
        lines = command.lines.map(ProtoStockLine.init)
        reason = command.reason?.text ?? ""
        document = command.document?.text ?? ""
    }
}

extension ProtoWriteOffRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .writeOff(
            WriteOff(
                lines: reader.lines(lines),
                reason: reader.optionalIdentifier(reason, "reason"),
                document: reader.optionalIdentifier(document, "document")
            )
        )
    }

    init(_ command: WriteOff) {
        self.init()
        lines = command.lines.map(ProtoStockLine.init)
        reason = command.reason?.text ?? ""
        document = command.document?.text ?? ""
    }
}

extension ProtoSetStockPolicyRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .setStockPolicy(
            SetStockPolicy(
                sku: reader.identifier(sku, "sku"),
                location: reader.identifier(locationID, "location_id"),
                safetyStock: hasSafetyStock ? safetyStock : nil,
                backorderLimit: hasBackorderLimit ? backorderLimit : nil,
                expectedVersion: hasExpectedVersion ? expectedVersion : nil
            )
        )
    }

    init(_ command: SetStockPolicy) {
        self.init()
        sku = command.sku.text
        locationID = command.location.text
        if let quantity = command.safetyStock { safetyStock = quantity }
        if let quantity = command.backorderLimit { backorderLimit = quantity }
        if let version = command.expectedVersion { expectedVersion = version }
    }
}
