package import Ledger

/// From the messages of clients to the ledger's requests: every field is checked, and a violation
/// names its field.
extension Request {
    /// The one command of a Session's or a Batch's message.
    package init(_ proto: ProtoCommand) throws(InvalidRequest) {
        switch proto.command {
        case .upsertItem(let command): try self.init(command)
        case .upsertLocation(let command): try self.init(command)
        case .receive(let command): try self.init(command)
        case .adjust(let command): try self.init(command)
        case .sell(let command): try self.init(command)
        case .reserve(let command): try self.init(command)
        case .extend(let command): try self.init(command)
        case .confirm(let command): try self.init(command)
        case .fulfill(let command): try self.init(command)
        case .release(let command): try self.init(command)
        case nil:
            throw InvalidRequest(violations: [
                FieldViolation(field: "command", description: Complaint.missing)
            ])
        }
    }

    /// Checks the identity that every command carries, then the command itself.
    private init(
        id: String,
        actor: String,
        _ read: (inout FieldReader) -> Command
    ) throws(InvalidRequest) {
        var reader = FieldReader()
        let id: RequestID = reader.identifier(id, "request_id")
        let actor: Actor = reader.identifier(actor, "actor")
        self.init(id: id, actor: actor, command: read(&reader))
        try reader.finish(self)
    }

    package init(_ proto: ProtoUpsertItemRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .upsertItem(
                UpsertItem(
                    sku: reader.identifier(proto.sku, "sku"),
                    title: proto.title,
                    attributes: [Attribute](map: proto.attributes),
                    price: proto.price,
                    currency: proto.currency,
                    state: reader.choice(proto.state.rawValue, "state", else: .active),
                    expectedVersion: proto.hasExpectedVersion ? proto.expectedVersion : nil
                )
            )
        }
    }

    package init(_ proto: ProtoUpsertLocationRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .upsertLocation(
                UpsertLocation(
                    id: reader.identifier(proto.locationID, "location_id"),
                    name: proto.name,
                    kind: reader.choice(proto.kind.rawValue, "kind", else: .store),
                    priority: proto.priority,
                    sellsOnline: proto.sellsOnline,
                    state: reader.choice(proto.state.rawValue, "state", else: .active),
                    expectedVersion: proto.hasExpectedVersion ? proto.expectedVersion : nil
                )
            )
        }
    }

    package init(_ proto: ProtoReceiveRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .receive(
                Receive(
                    lines: reader.lines(proto.lines),
                    document: reader.optionalIdentifier(proto.document, "document")
                )
            )
        }
    }

    package init(_ proto: ProtoAdjustRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .adjust(
                Adjust(
                    lines: reader.lines(proto.lines),
                    reason: reader.optionalIdentifier(proto.reason, "reason"),
                    document: reader.optionalIdentifier(proto.document, "document")
                )
            )
        }
    }

    package init(_ proto: ProtoSellRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .sell(
                Sell(
                    lines: reader.lines(proto.lines),
                    document: reader.optionalIdentifier(proto.document, "document")
                )
            )
        }
    }

    package init(_ proto: ProtoReserveRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .reserve(
                Reserve(
                    reservation: reader.identifier(proto.reservationID, "reservation_id"),
                    owner: Owner(
                        kind: reader.choice(
                            proto.owner.kind.rawValue,
                            "owner.kind",
                            else: .customer
                        ),
                        reference: reader.identifier(proto.owner.reference, "owner.reference")
                    ),
                    lines: reader.lines(proto.lines),
                    ttl: Milliseconds(proto.ttlMs),
                    replaces: reader.optionalIdentifier(proto.replacesID, "replaces_id")
                )
            )
        }
    }

    package init(_ proto: ProtoExtendRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .extend(
                Extend(
                    reservation: reader.identifier(proto.reservationID, "reservation_id"),
                    ttl: Milliseconds(proto.ttlMs)
                )
            )
        }
    }

    package init(_ proto: ProtoConfirmRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .confirm(
                Confirm(
                    reservation: reader.identifier(proto.reservationID, "reservation_id"),
                    order: reader.optionalIdentifier(proto.orderReference, "order_reference")
                )
            )
        }
    }

    package init(_ proto: ProtoFulfillRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .fulfill(
                Fulfill(
                    reservation: reader.identifier(proto.reservationID, "reservation_id"),
                    lines: reader.lines(proto.lines)
                )
            )
        }
    }

    package init(_ proto: ProtoReleaseRequest) throws(InvalidRequest) {
        try self.init(id: proto.requestID, actor: proto.actor) { reader in
            .release(
                Release(
                    reservation: reader.identifier(proto.reservationID, "reservation_id"),
                    lines: reader.lines(proto.lines),
                    reason: reader.optionalIdentifier(proto.reason, "reason")
                )
            )
        }
    }
}
