import Ledger
import TestSupport

/// Random entries over few names, so that they meet each other: repeated requests, reservations that
/// exist, expire, are replaced and taken again, unknown items, closed locations.
struct RandomHistory {
    var generator: SplitMix
    private(set) var requestIDs: [RequestID] = []
    private(set) var reservationIDs: [ReservationID] = []
    private(set) var saleIDs: [SaleID] = []
    private(set) var transferIDs: [TransferID] = []
    /// What was last sold under a name, and last put on hold.
    private var sold: (sale: SaleID, line: StockLine)?
    private var onHold: StockLine?
    private var past: [Request] = []
    private var time: UInt64 = 1_700_000_000_000_000

    let skus = (1...6).map { SKU(unchecked: "sku-\($0)") }
    let locations = (1...4).map { LocationID(unchecked: "store-\($0)") }
    let owners = (1...4).map {
        Owner(
            kind: [.customer, .store, .order][$0 % 3],
            reference: Reference(unchecked: "own-\($0)")
        )
    }

    init(seed: UInt64) {
        generator = SplitMix(seed: seed)
    }

    /// The first entries: all names but the last of each kind, with some stock.
    mutating func opening() -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        for sku in skus.dropLast() {
            var command = item(sku)
            command.state = .active
            entries.append(entry(.upsertItem(command)))
        }
        for id in locations.dropLast() {
            var command = location(id)
            command.state = .active
            entries.append(entry(.upsertLocation(command)))
        }
        for sku in skus.dropLast() {
            let lines = locations.dropLast().map {
                StockLine(sku: sku, location: $0, quantity: 50)
            }
            entries.append(entry(.receive(Receive(lines: lines))))
        }
        let transfer = TransferID(unchecked: uuid())
        transferIDs.append(transfer)
        let line = ItemLine(sku: skus[0], quantity: 5)
        let arrived = ArrivalLine(sku: skus[0], ok: 1, rejected: 1, lost: 1)
        let create = CreateTransfer(
            transfer: transfer,
            from: locations[0],
            to: locations[1],
            lines: [line]
        )
        entries.append(entry(.createTransfer(create)))
        entries.append(entry(.shipTransfer(ShipTransfer(transfer: transfer))))
        let receive = ReceiveTransfer(transfer: transfer, lines: [arrived])
        entries.append(entry(.receiveTransfer(receive)))
        return entries
    }

    /// Lets time go by.
    mutating func pass(hours: UInt64) { time += hours * 3_600_000_000 }

    mutating func next() -> LedgerEntry {
        time += UInt64.random(in: 0...400_000, using: &generator)
        let stamp = LogTime(microseconds: time)
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<3: return LedgerEntry(stamp: stamp, content: .tick)
        case 3..<5: return LedgerEntry(stamp: stamp, content: .boundary(token: time))
        case 5..<12:
            guard let repeated = past.randomElement(using: &generator) else {
                return entry(command())
            }
            return .request(repeated, stamp: stamp)
        default: return entry(command())
        }
    }

    private mutating func entry(_ command: Command) -> LedgerEntry {
        let id = RequestID(unchecked: uuid())
        requestIDs.append(id)
        let request = Request(id: id, actor: Actor(unchecked: "till-1"), command: command)
        past.append(request)
        return .request(request, stamp: LogTime(microseconds: time))
    }

    private mutating func command() -> Command {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<4: return .upsertItem(item(sku()))
        case 4..<7: return .upsertLocation(location(place()))
        case 7..<13: return .receive(Receive(lines: lines(1...50)))
        case 13..<16: return .adjust(Adjust(lines: lines(-5...5), reason: reason))
        case 16..<22: return .sell(sell())
        case 22..<48: return .reserve(reserve())
        case 48..<53: return .extend(Extend(reservation: known(), ttl: Milliseconds(ttl())))
        case 53..<60:
            return .confirm(
                Confirm(reservation: known(), order: Reference(unchecked: "order-7"))
            )
        case 60..<68: return .fulfill(Fulfill(reservation: known()))
        case 68..<75: return .release(Release(reservation: known()))
        case 75..<94: return laterCommand()
        default:
            let count = Int.random(in: 1...4, using: &generator)
            return .batch(Batch(commands: (0..<count).map { _ in part() }))
        }
    }

    private mutating func part() -> Command {
        while true {
            let command = command()
            if case .batch = command { continue }
            return command
        }
    }

    private var reason: Reference { Reference(unchecked: "damaged") }

    private mutating func laterCommand() -> Command {
        switch Int.random(in: 0..<22, using: &generator) {
        case 0..<2:
            let lines = Array(lines(-1...4).prefix(1))
            onHold = lines.first
            return .markUnavailable(MarkUnavailable(lines: lines, reason: reason))
        case 2, 20:
            var lines = lines(1...1)
            if var onHold {
                onHold.quantity = 1
                lines = [onHold]
            }
            return .writeOff(WriteOff(lines: lines, reason: reason))
        case 3..<5:
            return .setStockPolicy(
                SetStockPolicy(
                    sku: sku(),
                    location: place(),
                    safetyStock: Quantity.random(in: 0...3, using: &generator),
                    backorderLimit: Quantity.random(in: 0...3, using: &generator)
                )
            )
        case 5..<9: return .returnGoods(returnGoods())
        case 9..<11:
            let lines = lines(0...60).map {
                CountLine(sku: $0.sku, location: $0.location, counted: $0.quantity, book: 30)
            }
            return .count(Count(lines: lines))
        case 11..<13: return .createTransfer(createTransfer())
        case 13..<15: return .shipTransfer(ShipTransfer(transfer: knownTransfer()))
        case 15..<17:
            let isWhole = Bool.random(using: &generator)
            let lines = [ArrivalLine(sku: sku(), ok: 1, rejected: 1, lost: 1)]
            if isWhole {
                return .receiveTransfer(ReceiveTransfer(transfer: knownTransfer()))
            }
            return .receiveTransfer(ReceiveTransfer(transfer: knownTransfer(), lines: lines))
        case 17, 19:
            return .cancelTransfer(CancelTransfer(transfer: knownTransfer(), reason: reason))
        default: return .setOffer(offer())
        }
    }

    private mutating func sell() -> Sell {
        var sell = Sell(lines: lines(1...4))
        if Bool.random(using: &generator) {
            let sale = SaleID(unchecked: uuid())
            saleIDs.append(sale)
            sell.sale = sale
            sold = sell.lines.first.map { (sale, $0) }
        } else if let request = requestIDs.last {
            // Not always its name: the next request's id isn't known here.
            saleIDs.append(SaleID(unchecked: request.text))
        }
        return sell
    }

    private mutating func returnGoods() -> ReturnGoods {
        if let sold, Bool.random(using: &generator) {
            let line = ReturnLine(sku: sold.line.sku, soldAt: sold.line.location, quantity: 1)
            return ReturnGoods(origin: .sale(sold.sale), lines: [line], disposition: .damaged)
        }
        let isOfSale = Int.random(in: 0..<4, using: &generator) > 0
        let sale = saleIDs.suffix(8).randomElement(using: &generator)
        let returned = ReturnLine(
            sku: sku(),
            soldAt: place(),
            quantity: 1,
            location: Bool.random(using: &generator) ? place() : nil
        )
        return ReturnGoods(
            origin: sale.map { isOfSale ? .sale($0) : .reservation(known()) }
                ?? .reservation(known()),
            lines: [returned],
            disposition: Bool.random(using: &generator) ? .restock : .damaged,
            reason: reason
        )
    }

    private mutating func createTransfer() -> CreateTransfer {
        let id = TransferID(unchecked: uuid())
        transferIDs.append(id)
        let lines = (0...Int.random(in: 0...1, using: &generator)).map {
            ItemLine(sku: skus[$0], quantity: 3)
        }
        let from = Int.random(in: 0..<4, using: &generator)
        return CreateTransfer(
            transfer: id,
            from: locations[from],
            to: locations[(from + 1) % 4],
            lines: lines
        )
    }

    private mutating func knownTransfer() -> TransferID {
        transferIDs.suffix(3).randomElement(using: &generator) ?? TransferID(unchecked: uuid())
    }

    private mutating func offer() -> SetOffer {
        let price = Bool.random(using: &generator) ? Money(amount: 5, currency: "EUR") : nil
        return SetOffer(
            sku: sku(),
            location: place(),
            price: price,
            attributes: [Attribute(name: "shelf", value: uuid())],
            fields: [.price, .attributes]
        )
    }

    private mutating func reserve() -> Reserve {
        let replaces: ReservationID? =
            Int.random(in: 0..<5, using: &generator) == 0 ? known() : nil
        let isRepeated = Int.random(in: 0..<20, using: &generator) == 0
        let id = isRepeated ? known() : ReservationID(unchecked: uuid())
        reservationIDs.append(id)
        var reserve = Reserve(
            reservation: id,
            owner: owners.randomElement(using: &generator) ?? owners[0],
            lines: lines(1...3),
            ttl: Milliseconds(ttl()),
            replaces: replaces
        )
        if Int.random(in: 0..<6, using: &generator) == 0 {
            reserve.unplaced = [ItemLine(sku: sku(), quantity: 2)]
            reserve.placement = Bool.random(using: &generator) ? .whole : .split
        }
        return reserve
    }

    private mutating func item(_ sku: SKU) -> UpsertItem {
        let attributes = ["colour", "size", "épaisseur"].prefix(
            Int.random(in: 0...3, using: &generator)
        ).map { Attribute(name: $0, value: "v\(UInt8.random(in: 0...9, using: &generator)) ü") }
        return UpsertItem(
            sku: sku,
            title: "Title of \(sku) ✓",
            attributes: attributes,
            price: Int64.random(in: 0...9_999, using: &generator),
            currency: "EUR",
            state: Int.random(in: 0..<8, using: &generator) == 0 ? .archived : .active
        )
    }

    private mutating func location(_ id: LocationID) -> UpsertLocation {
        UpsertLocation(
            id: id,
            name: "Name of \(id)",
            priority: Int32.random(in: -3...3, using: &generator),
            sellsOnline: Bool.random(using: &generator),
            state: Int.random(in: 0..<6, using: &generator) == 0 ? .closed : .active
        )
    }

    private mutating func lines(_ quantities: ClosedRange<Quantity>) -> [StockLine] {
        (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            StockLine(
                sku: sku(),
                location: place(),
                quantity: Quantity.random(in: quantities, using: &generator)
            )
        }
    }

    private mutating func ttl() -> UInt64 { UInt64.random(in: 1...30_000, using: &generator) }
    private mutating func sku() -> SKU { skus.randomElement(using: &generator) ?? skus[0] }
    private mutating func place() -> LocationID {
        locations.randomElement(using: &generator) ?? locations[0]
    }

    private mutating func known() -> ReservationID {
        // Recent ones, mostly, since those are still open.
        let recent = reservationIDs.suffix(Bool.random(using: &generator) ? 12 : .max)
        return recent.randomElement(using: &generator) ?? ReservationID(unchecked: uuid())
    }

    private mutating func uuid() -> String {
        let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.count) + digits
        return "\(padded.prefix(8))-0000-4000-8000-0000\(padded.suffix(8))"
    }
}
