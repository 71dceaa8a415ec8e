import Ledger

/// Commands about reservations, between messages and the ledger.
extension ProtoReserveRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        let lines = reader.mixedLines(self.lines)
        return .reserve(
            Reserve(
                reservation: reader.identifier(reservationID, "reservation_id"),
                owner: Owner(
                    kind: reader.choice(owner.kind.rawValue, "owner.kind", else: .customer),
                    reference: reader.identifier(owner.reference, "owner.reference")
                ),
                lines: lines.placed,
                ttl: Milliseconds(ttlMs),
                replaces: reader.optionalIdentifier(replacesID, "replaces_id"),
                unplaced: lines.unplaced,
                placement: placement == .unspecified
                    ? .whole : reader.choice(placement.rawValue, "placement", else: .whole),
                online: online
            )
        )
    }

    init(_ command: Reserve) {
        self.init()
        reservationID = command.reservation.text
        owner = ProtoOwner(command.owner)
        lines =
            command.lines.map(ProtoStockLine.init)
            + command.unplaced.map { line in
                var proto = ProtoStockLine()
                proto.sku = line.sku.text
                proto.quantity = line.quantity
                return proto
            }
        ttlMs = command.ttl.rawValue
        replacesID = command.replaces?.text ?? ""
        switch command.placement {
        // Left out, it is this one.
        case .whole: break
        case .split: placement = .split
        }
        online = command.online
    }
}

extension ProtoExtendRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .extend(
            Extend(
                reservation: reader.identifier(reservationID, "reservation_id"),
                ttl: Milliseconds(ttlMs)
            )
        )
    }

    init(_ command: Extend) {
        self.init()
        reservationID = command.reservation.text
        ttlMs = command.ttl.rawValue
    }
}

extension ProtoConfirmRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .confirm(
            Confirm(
                reservation: reader.identifier(reservationID, "reservation_id"),
                order: reader.optionalIdentifier(orderReference, "order_reference")
            )
        )
    }

    init(_ command: Confirm) {
        self.init()
        reservationID = command.reservation.text
        orderReference = command.order?.text ?? ""
    }
}

extension ProtoFulfillRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .fulfill(
            Fulfill(
                reservation: reader.identifier(reservationID, "reservation_id"),
                lines: reader.lines(lines)
            )
        )
    }

    init(_ command: Fulfill) {
        self.init()
        reservationID = command.reservation.text
        lines = command.lines.map(ProtoStockLine.init)
    }
}

extension ProtoReleaseRequest: CommandMessage {
    func command(_ reader: inout FieldReader) -> Command {
        .release(
            Release(
                reservation: reader.identifier(reservationID, "reservation_id"),
                lines: reader.lines(lines),
                reason: reader.optionalIdentifier(reason, "reason")
            )
        )
    }

    init(_ command: Release) {
        self.init()
        reservationID = command.reservation.text
        lines = command.lines.map(ProtoStockLine.init)
        reason = command.reason?.text ?? ""
    }
}

extension ProtoStockLine {
    init(_ line: StockLine) {
        self.init()
        sku = line.sku.text
        locationID = line.location.text
        quantity = line.quantity
    }
}
