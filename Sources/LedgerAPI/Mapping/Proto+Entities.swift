package import Ledger

/// From what the ledger holds to the messages that show it.
extension ProtoItem {
    package init(_ item: Item) {
        self.init()
        sku = item.sku.text
        title = item.title
        attributes = [String: String](attributes: item.attributes)
        price = item.price
        currency = item.currency
        state = State(item.state)
        version = item.version
    }
}

extension ProtoItem.State {
    package init(_ state: Item.State) {
        switch state {
        case .active: self = .active
        case .archived: self = .archived
        }
    }
}

extension [String: String] {
    init(attributes: [Attribute]) {
        self.init(attributes.map { ($0.name, $0.value) }) { _, last in last }
    }
}

extension ProtoLocation {
    package init(_ location: Location) {
        self.init()
        locationID = location.id.text
        name = location.name
        kind = Kind(location.kind)
        priority = location.priority
        sellsOnline = location.sellsOnline
        state = State(location.state)
        version = location.version
    }
}

extension ProtoLocation.Kind {
    package init(_ kind: Location.Kind) {
        switch kind {
        case .store: self = .store
        case .warehouse: self = .warehouse
        }
    }
}

extension ProtoLocation.State {
    package init(_ state: Location.State) {
        switch state {
        case .active: self = .active
        case .draining: self = .draining
        case .closed: self = .closed
        }
    }
}

extension ProtoStockLevel {
    package init(_ view: LevelView) {
        self.init(sku: view.sku, location: view.location, level: view.level)
    }

    package init(sku: SKU, location: LocationID, level: StockLevel) {
        self.init()
        self.sku = sku.text
        locationID = location.text
        onHand = level.onHand
        reserved = level.reserved
        allotted = level.allotted
        unavailable = level.unavailable
        incoming = level.incoming
        safetyStock = level.safetyStock
        backorderLimit = level.backorderLimit
        version = level.version
        available = level.available
        availableOnline = level.availableOnline
    }
}

extension ProtoOwner {
    package init(_ owner: Owner) {
        self.init()
        kind =
            switch owner.kind {
            case .customer: .customer
            case .store: .store
            case .order: .order
            }
        reference = owner.reference.text
    }
}

extension ProtoReservation {
    package init(_ reservation: Reservation) {
        self.init()
        reservationID = reservation.id.text
        owner = ProtoOwner(reservation.owner)
        state =
            switch reservation.state {
            case .held: .held
            case .confirmed: .confirmed
            case .fulfilled: .fulfilled
            case .released: .released
            case .expired: .expired
            }
        lines = reservation.lines.map(ProtoReservationLine.init)
        expireTimeUs = reservation.expireTime.microseconds
        maxExpireTimeUs = reservation.maxExpireTime.microseconds
        orderReference = reservation.orderReference?.text ?? ""
        version = reservation.version
    }
}

extension ProtoReservationLine {
    package init(_ line: ReservationLine) {
        self.init()
        sku = line.sku.text
        locationID = line.location.text
        requested = line.requested
        fulfilled = line.fulfilled
        released = line.released
        returned = line.returned
    }
}

extension ProtoMoney {
    package init(_ price: Money) {
        self.init()
        amount = price.amount
        currency = price.currency
    }
}

extension ProtoOffer {
    package init(_ offer: Offer) {
        self.init()
        sku = offer.sku.text
        locationID = offer.location.text
        if let price = offer.price { self.price = ProtoMoney(price) }
        attributes = [String: String](attributes: offer.attributes)
        version = offer.version
    }
}

extension ProtoSale {
    package init(_ sale: Sale) {
        self.init()
        saleID = sale.id.text
        lines = sale.lines.map { line in
            var proto = ProtoSaleLine()
            proto.sku = line.sku.text
            proto.locationID = line.location.text
            proto.sold = line.sold
            proto.returned = line.returned
            return proto
        }
        version = sale.version
    }
}

extension ProtoTransfer {
    package init(_ transfer: Transfer) {
        self.init()
        transferID = transfer.id.text
        fromLocationID = transfer.from.text
        toLocationID = transfer.to.text
        lines = transfer.lines.map { line in
            var proto = ProtoTransferLine()
            proto.sku = line.sku.text
            proto.requested = line.requested
            proto.shipped = line.shipped
            proto.received = line.received
            proto.rejected = line.rejected
            proto.lost = line.lost
            return proto
        }
        state =
            switch transfer.state {
            case .draft: .draft
            case .inTransit: .inTransit
            case .closed: .closed
            case .cancelled: .cancelled
            }
        document = transfer.document?.text ?? ""
        version = transfer.version
    }
}
