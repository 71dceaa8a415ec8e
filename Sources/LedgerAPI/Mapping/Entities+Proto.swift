package import Ledger

/// From what a node answers to the ledger's values. Nil stands for an answer that makes no sense
/// here: a broken server, or one that is newer and knows more states.
extension Item {
    package init?(_ proto: ProtoItem) {
        guard let sku = SKU(proto.sku), let state = State(number: proto.state.rawValue) else {
            return nil
        }
        self.init(
            sku: sku,
            title: proto.title,
            attributes: [Attribute](map: proto.attributes),
            price: proto.price,
            currency: proto.currency,
            state: state,
            version: proto.version
        )
    }
}

extension Location {
    package init?(_ proto: ProtoLocation) {
        guard let id = LocationID(proto.locationID),
            let kind = Kind(number: proto.kind.rawValue),
            let state = State(number: proto.state.rawValue)
        else { return nil }
        self.init(
            id: id,
            name: proto.name,
            kind: kind,
            priority: proto.priority,
            sellsOnline: proto.sellsOnline,
            state: state,
            version: proto.version
        )
    }
}

extension LevelView {
    package init?(_ proto: ProtoStockLevel) {
        guard let sku = SKU(proto.sku), let location = LocationID(proto.locationID) else {
            return nil
        }
        var level = StockLevel()
        level.onHand = proto.onHand
        level.reserved = proto.reserved
        level.allotted = proto.allotted
        level.unavailable = proto.unavailable
        level.incoming = proto.incoming
        level.safetyStock = proto.safetyStock
        level.backorderLimit = proto.backorderLimit
        level.version = proto.version
        self.init(sku: sku, location: location, level: level)
    }
}

extension Owner {
    package init?(_ proto: ProtoOwner) {
        guard let kind = Kind(number: proto.kind.rawValue),
            let reference = Reference(proto.reference)
        else { return nil }
        self.init(kind: kind, reference: reference)
    }
}

extension Reservation {
    package init?(_ proto: ProtoReservation) {
        guard let id = ReservationID(proto.reservationID),
            let owner = Owner(proto.owner),
            let state = State(number: proto.state.rawValue)
        else { return nil }
        var lines: [ReservationLine] = []
        lines.reserveCapacity(proto.lines.count)
        for line in proto.lines {
            guard let line = ReservationLine(line) else { return nil }
            lines.append(line)
        }
        let order = Reference(proto.orderReference)
        guard order != nil || proto.orderReference.isEmpty else { return nil }
        self.init(
            id: id,
            owner: owner,
            state: state,
            lines: lines,
            expireTime: LogTime(microseconds: proto.expireTimeUs),
            maxExpireTime: LogTime(microseconds: proto.maxExpireTimeUs),
            orderReference: order,
            version: proto.version
        )
    }
}

extension ReservationLine {
    package init?(_ proto: ProtoReservationLine) {
        guard let sku = SKU(proto.sku), let location = LocationID(proto.locationID) else {
            return nil
        }
        self.init(sku: sku, location: location, requested: proto.requested)
        fulfilled = proto.fulfilled
        released = proto.released
        returned = proto.returned
    }
}

extension Offer {
    package init?(_ proto: ProtoOffer) {
        guard let sku = SKU(proto.sku), let location = LocationID(proto.locationID) else {
            return nil
        }
        self.init(
            sku: sku,
            location: location,
            price: proto.hasPrice
                ? Money(amount: proto.price.amount, currency: proto.price.currency) : nil,
            attributes: [Attribute](map: proto.attributes),
            version: proto.version
        )
    }
}

extension Sale {
    package init?(_ proto: ProtoSale) {
        guard let id = SaleID(proto.saleID) else { return nil }
        var lines: [SaleLine] = []
        lines.reserveCapacity(proto.lines.count)
        for line in proto.lines {
            guard let sku = SKU(line.sku), let location = LocationID(line.locationID) else {
                return nil
            }
            lines.append(
                SaleLine(
                    sku: sku,
                    location: location,
                    sold: line.sold,
                    returned: line.returned
                )
            )
        }
        self.init(id: id, lines: lines, version: proto.version)
    }
}

extension Transfer {
    package init?(_ proto: ProtoTransfer) {
        let document = Reference(proto.document)
        guard let id = TransferID(proto.transferID),
            let from = LocationID(proto.fromLocationID),
            let to = LocationID(proto.toLocationID),
            let state = State(number: proto.state.rawValue),
            document != nil || proto.document.isEmpty
        else { return nil }
        var lines: [TransferLine] = []
        lines.reserveCapacity(proto.lines.count)
        for line in proto.lines {
            guard let sku = SKU(line.sku) else { return nil }
            var read = TransferLine(sku: sku, requested: line.requested)
            read.shipped = line.shipped
            read.received = line.received
            read.rejected = line.rejected
            read.lost = line.lost
            lines.append(read)
        }
        self.init(
            id: id,
            from: from,
            to: to,
            lines: lines,
            state: state,
            document: document,
            version: proto.version
        )
    }
}

extension RawRepresentable<UInt8> {
    /// The ledger's enums have the numbers of the messages' enums.
    init?(number: Int) {
        guard let value = UInt8(exactly: number) else { return nil }
        self.init(rawValue: value)
    }
}

extension [Attribute] {
    /// Sorted by the bytes of their names, as the ledger keeps them: Swift's own order of strings
    /// is one of characters.
    init(map: [String: String]) {
        self = map.map(Attribute.init).sorted { left, right in
            left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
    }
}
