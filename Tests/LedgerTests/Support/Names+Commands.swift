import Ledger

extension TransferID {
    static let haul = TransferID(unchecked: "haul")
    static let other = TransferID(unchecked: "other-haul")
}

extension SaleID {
    static let sale = SaleID(unchecked: "sale-1")
}

extension CountLine {
    static func counted(
        _ counted: Quantity,
        book: Quantity,
        _ sku: SKU = .apple,
        at location: LocationID = .north,
        version: UInt64? = nil
    ) -> CountLine {
        CountLine(
            sku: sku,
            location: location,
            counted: counted,
            book: book,
            bookVersion: version
        )
    }
}

extension ReturnLine {
    static func back(
        _ quantity: Quantity,
        _ sku: SKU = .apple,
        soldAt: LocationID = .north,
        to location: LocationID? = nil
    ) -> ReturnLine {
        ReturnLine(sku: sku, soldAt: soldAt, quantity: quantity, location: location)
    }
}

extension Command {
    static func mark(_ lines: StockLine..., reason: Reference? = .damaged) -> Command {
        .markUnavailable(MarkUnavailable(lines: lines, reason: reason))
    }

    static func writeOff(_ lines: StockLine..., reason: Reference? = .damaged) -> Command {
        .writeOff(WriteOff(lines: lines, reason: reason))
    }

    static func count(_ lines: CountLine...) -> Command { .count(Count(lines: lines)) }

    /// A sale with a name of its own.
    static func sell(as sale: SaleID, _ lines: StockLine...) -> Command {
        .sell(Sell(lines: lines, sale: sale))
    }

    static func back(
        of origin: ReturnGoods.Origin = .sale(.sale),
        _ lines: ReturnLine...,
        as disposition: ReturnGoods.Disposition = .restock
    ) -> Command {
        .returnGoods(ReturnGoods(origin: origin, lines: lines, disposition: disposition))
    }

    static func create(
        as id: TransferID = .haul,
        from: LocationID = .north,
        to: LocationID = .south,
        _ lines: ItemLine...
    ) -> Command {
        .createTransfer(CreateTransfer(transfer: id, from: from, to: to, lines: lines))
    }

    static func ship(_ id: TransferID = .haul, _ lines: ItemLine...) -> Command {
        .shipTransfer(ShipTransfer(transfer: id, lines: lines))
    }

    static func arrive(_ id: TransferID = .haul, _ lines: ArrivalLine...) -> Command {
        .receiveTransfer(ReceiveTransfer(transfer: id, lines: lines))
    }

    static func cancel(_ id: TransferID = .haul) -> Command {
        .cancelTransfer(CancelTransfer(transfer: id, reason: .damaged))
    }

    static func offer(
        _ amount: Int64? = 90,
        of sku: SKU = .apple,
        at location: LocationID = .north,
        attributes: [Attribute] = [],
        fields: SetOffer.Fields = [],
        expected: UInt64? = nil
    ) -> Command {
        .setOffer(
            SetOffer(
                sku: sku,
                location: location,
                price: amount.map { Money(amount: $0, currency: "EUR") },
                attributes: attributes,
                fields: fields,
                expectedVersion: expected
            )
        )
    }

    static func batch(_ commands: Command...) -> Command { .batch(Batch(commands: commands)) }

    /// A hold whose location the ledger chooses.
    static func place(
        _ id: ReservationID,
        _ lines: ItemLine...,
        placement: Placement = .whole,
        named: [StockLine] = [],
        online: Bool = false,
        replaces: ReservationID? = nil
    ) -> Command {
        .reserve(
            Reserve(
                reservation: id,
                owner: .ann,
                lines: named,
                ttl: Milliseconds(60_000),
                replaces: replaces,
                unplaced: lines,
                placement: placement,
                online: online
            )
        )
    }

    static func site(
        _ id: LocationID,
        priority: Int32 = 100,
        online: Bool = true,
        state: Location.State = .active
    ) -> Command {
        .upsertLocation(
            UpsertLocation(
                id: id,
                name: "The \(id)",
                priority: priority,
                sellsOnline: online,
                state: state
            )
        )
    }
}

extension ItemLine {
    static func of(_ quantity: Quantity, _ sku: SKU = .apple) -> ItemLine {
        ItemLine(sku: sku, quantity: quantity)
    }
}

extension ArrivalLine {
    static func of(
        _ ok: Quantity,
        rejected: Quantity = 0,
        lost: Quantity = 0,
        _ sku: SKU = .apple
    ) -> ArrivalLine {
        ArrivalLine(sku: sku, ok: ok, rejected: rejected, lost: lost)
    }
}

extension Outcome {
    var transfer: Transfer? {
        if case .transfer(let transfer) = self { transfer } else { nil }
    }

    var sale: Sale? {
        if case .sale(let sale) = self { sale } else { nil }
    }

    var parts: [Outcome]? {
        if case .batch(let outcomes) = self { outcomes } else { nil }
    }
}
