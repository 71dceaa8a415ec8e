import Ledger
import TestSupport

/// Random requests over few names, so that they get in each other's way; some are hostile.
struct CommandGenerator {
    var random: SplitMix
    private var requests: [Request] = []
    /// What may come back: sales and reservations that were asked for, whatever came of them.
    var origins: [(origin: ReturnGoods.Origin, lines: [StockLine])] = []
    private var asked: [ReservationID] = []
    var hauls: [(id: TransferID, lines: [ItemLine])] = []

    static let skus = ["apple", "pear", "plum", "fig", "ghost"].map { SKU(unchecked: $0) }
    static let places = ["north", "south", "depot", "nowhere"].map { LocationID(unchecked: $0) }
    static let owners = [Owner.ann, .bob, .agent]

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// The catalogue that most commands need; `ghost` and `nowhere` stay unknown.
    static let opening: [Command] =
        skus.dropLast().map { Command.item($0) } + places.dropLast().map { Command.location($0) }

    mutating func request() -> Request {
        if !requests.isEmpty, random.once(in: 12) { return replay() }
        let id = "id-\(requests.count)"
        let command = command(saleName: id)
        let request = Request(
            id: RequestID(unchecked: id),
            actor: Actor(unchecked: random.pick(["till", "app"])),
            command: command
        )
        requests.append(request)
        return request
    }

    /// How far the leader's clock moves on; mostly little, at times back.
    mutating func clockStep() -> Int64 {
        // Half a day now and then, so that answers grow old.
        random.once(in: 150)
            ? 43_200_000_000
            : random.pick([0, 1, 700, 1_000, 5_000, 20_000, -3_000, 100_000])
    }

    /// An old request again, or its id with another command.
    private mutating func replay() -> Request {
        var request = random.pick(requests)
        if random.once(in: 4) { request.command = command(saleName: request.id.text) }
        if random.once(in: 4) { request.actor = Actor(unchecked: "other") }
        return request
    }

    private mutating func command(saleName: String) -> Command {
        guard random.once(in: 12) else { return simple(saleName: saleName) }
        let count = random.pick([1, 2, 2, 3, 6])
        return .batch(
            Batch(commands: (0..<count).map { simple(saleName: "\(saleName)#\($0)") })
        )
    }

    private mutating func simple(saleName: String) -> Command {
        switch Int.random(in: 0..<70, using: &random) {
        case 0: item()
        case 1: place()
        case 2: offer()
        case 3, 4: policy()
        case 5..<12: .receive(Receive(lines: lines() + parts()))
        case 12..<14: .adjust(Adjust(lines: adjustments(), reason: reason()))
        case 14..<19: sell(saleName)
        case 19..<28: reserve()
        case 28..<31:
            .extend(Extend(reservation: reservation(), ttl: ttl()))
        case 31..<35:
            .confirm(Confirm(reservation: reservation(), order: random.pick([nil, .order])))
        case 35..<40: .fulfill(Fulfill(reservation: reservation(), lines: parts()))
        case 40..<44:
            .release(Release(reservation: reservation(), lines: parts(), reason: .damaged))
        case 44..<48: .markUnavailable(MarkUnavailable(lines: adjustments(), reason: reason()))
        case 48..<50: .writeOff(WriteOff(lines: parts(), reason: reason()))
        case 50..<54: count()
        case 54..<59: bringBack()
        case 59..<62: createTransfer()
        case 62..<66: shipTransfer()
        case 66..<69: receiveTransfer()
        default: .cancelTransfer(CancelTransfer(transfer: haul().id, reason: reason()))
        }
    }

    private mutating func sell(_ name: String) -> Command {
        let sale = random.once(in: 8) ? SaleID(unchecked: random.pick(["s-1", "s-2", name])) : nil
        let sell = Sell(lines: lines(), sale: sale)
        origins.append((.sale(sale ?? SaleID(unchecked: name)), sell.lines))
        return .sell(sell)
    }

    private mutating func reserve() -> Command {
        let hold = Reserve(
            reservation: reservation(fresh: true),
            owner: random.pick(Self.owners),
            lines: random.once(in: 3) ? parts() : lines(),
            ttl: ttl(),
            replaces: random.once(in: 8) ? reservation() : nil,
            unplaced: random.once(in: 3) ? itemLines() : [],
            placement: random.pick([.whole, .split]),
            online: random.once(in: 4)
        )
        origins.append((.reservation(hold.reservation), hold.lines))
        return .reserve(hold)
    }

    /// One that was asked for lately, for the most part; few ids of requests name a reservation.
    private mutating func reservation(fresh: Bool = false) -> ReservationID {
        let known = asked.suffix(8)
        if fresh, !random.once(in: 12) || known.isEmpty {
            let id = ReservationID(unchecked: "r-\(asked.count)")
            asked.append(id)
            return id
        }
        return known.isEmpty || random.once(in: 20)
            ? ReservationID(unchecked: "never") : random.pick(known)
    }

    private mutating func ttl() -> Milliseconds {
        Milliseconds(
            random.once(in: 25)
                ? random.pick([0, .max, LedgerLimits.ttlMax.rawValue + 1])
                : random.pick([1, 5, 20, 60, 200, LedgerLimits.ttlMax.rawValue])
        )
    }

    mutating func reason() -> Reference? { random.once(in: 6) ? nil : .damaged }

    mutating func lines() -> [StockLine] {
        guard !random.once(in: 40) else { return [] }
        return (0..<random.pick([1, 1, 1, 1, 2, 3, 20])).map { _ in line(Quantity(small())) }
    }

    mutating func parts() -> [StockLine] {
        (0..<random.pick([0, 0, 1, 1, 2])).map { _ in line(Quantity(small())) }
    }

    mutating func adjustments() -> [StockLine] {
        (0..<random.pick([1, 1, 2])).map { _ in
            line(Quantity(small()) * random.pick([1, -1, -1]))
        }
    }

    mutating func small() -> Int32 { Int32.random(in: 1...6, using: &random) }

    mutating func line(_ quantity: Quantity) -> StockLine {
        StockLine(sku: sku(), location: location(), quantity: hostile(quantity))
    }

    mutating func sku() -> SKU {
        random.once(in: 60) ? Self.skus[4] : random.pick(Self.skus.dropLast())
    }

    mutating func location() -> LocationID {
        random.once(in: 60) ? Self.places[3] : random.pick(Self.places.dropLast())
    }

    /// The quantity, or now and then one that nobody should send.
    mutating func hostile(_ quantity: Quantity) -> Quantity {
        random.once(in: 80)
            ? random.pick([0, -1, .max, .min, LedgerLimits.quantityMax + 1]) : quantity
    }
}

extension SplitMix {
    mutating func pick<Value>(_ values: ArraySlice<Value>) -> Value { pick(Array(values)) }
}
