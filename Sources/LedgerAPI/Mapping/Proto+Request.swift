package import Ledger

/// From the ledger's requests to the messages that clients send.
extension ProtoCommand {
    package init(_ request: Request) {
        self.init()
        switch request.command {
        case .upsertItem(let item): upsertItem = .init(item, request)
        case .upsertLocation(let location): upsertLocation = .init(location, request)
        case .receive(let receipt): receive = .init(receipt, request)
        case .adjust(let adjustment): adjust = .init(adjustment, request)
        case .sell(let sale): sell = .init(sale, request)
        case .reserve(let hold): reserve = .init(hold, request)
        case .extend(let extension_): extend = .init(extension_, request)
        case .confirm(let confirmation): confirm = .init(confirmation, request)
        case .fulfill(let fulfilment): fulfill = .init(fulfilment, request)
        case .release(let release): self.release = .init(release, request)
        default: preconditionFailure("the API has no message for \(request.command.kind)")
        }
    }
}

extension ProtoUpsertItemRequest {
    package init(_ command: UpsertItem, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        sku = command.sku.text
        title = command.title
        attributes = [String: String](attributes: command.attributes)
        price = command.price
        currency = command.currency
        state = ProtoItem.State(command.state)
        if let version = command.expectedVersion { expectedVersion = version }
    }
}

extension ProtoUpsertLocationRequest {
    package init(_ command: UpsertLocation, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        locationID = command.id.text
        name = command.name
        kind = ProtoLocation.Kind(command.kind)
        priority = command.priority
        sellsOnline = command.sellsOnline
        state = ProtoLocation.State(command.state)
        if let version = command.expectedVersion { expectedVersion = version }
    }
}

extension ProtoReceiveRequest {
    package init(_ command: Receive, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        lines = command.lines.map(ProtoStockLine.init)
        document = command.document?.text ?? ""
    }
}

extension ProtoAdjustRequest {
    package init(_ command: Adjust, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        lines = command.lines.map(ProtoStockLine.init)
        reason = command.reason?.text ?? ""
        document = command.document?.text ?? ""
    }
}

extension ProtoSellRequest {
    package init(_ command: Sell, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        lines = command.lines.map(ProtoStockLine.init)
        document = command.document?.text ?? ""
    }
}

extension ProtoReserveRequest {
    package init(_ command: Reserve, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        reservationID = command.reservation.text
        owner = ProtoOwner(command.owner)
        lines = command.lines.map(ProtoStockLine.init)
        ttlMs = command.ttl.rawValue
        replacesID = command.replaces?.text ?? ""
    }
}

extension ProtoExtendRequest {
    package init(_ command: Extend, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        reservationID = command.reservation.text
        ttlMs = command.ttl.rawValue
    }
}

extension ProtoConfirmRequest {
    package init(_ command: Confirm, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        reservationID = command.reservation.text
        orderReference = command.order?.text ?? ""
    }
}

extension ProtoFulfillRequest {
    package init(_ command: Fulfill, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        reservationID = command.reservation.text
        lines = command.lines.map(ProtoStockLine.init)
    }
}

extension ProtoReleaseRequest {
    package init(_ command: Release, _ request: Request) {
        self.init()
        requestID = request.id.text
        actor = request.actor.text
        reservationID = command.reservation.text
        lines = command.lines.map(ProtoStockLine.init)
        reason = command.reason?.text ?? ""
    }
}

extension ProtoStockLine {
    package init(_ line: StockLine) {
        self.init()
        sku = line.sku.text
        locationID = line.location.text
        quantity = line.quantity
    }
}
