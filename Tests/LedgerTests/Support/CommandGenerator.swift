import Ledger

/// Random requests over few names, so that they get in each other's way; some are hostile.
struct CommandGenerator {
    var random: SplitMix
    private var requests: [Request] = []

    static let skus = ["apple", "pear", "plum", "fig", "ghost"].map { SKU(unchecked: $0) }
    static let places = ["north", "south", "depot", "nowhere"].map { LocationID(unchecked: $0) }
    static let owners = [Owner.ann, .bob, .agent]

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// The catalogue that most commands need; `ghost` and `nowhere` stay unknown.
    static let opening: [Command] =
        skus.dropLast().map { Command.item($0) } + places.dropLast().map { Command.location($0) }

    mutating func request() -> Request {
        if !requests.isEmpty, random.once(in: 12) { return replay() }
        let request = Request(
            id: RequestID(unchecked: "id-\(requests.count)"),
            actor: Actor(unchecked: random.pick(["till", "app"])),
            command: command()
        )
        requests.append(request)
        return request
    }

    /// How far the leader's clock moves on; mostly little, at times back.
    mutating func clockStep() -> Int64 {
        random.pick([0, 1, 700, 1_000, 5_000, 20_000, -3_000, 100_000])
    }

    /// An old request again, or its id with another command.
    private mutating func replay() -> Request {
        var request = random.pick(requests)
        if random.once(in: 4) { request.command = command() }
        if random.once(in: 4) { request.actor = Actor(unchecked: "other") }
        return request
    }

    private mutating func command() -> Command {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: item()
        case 1: place()
        case 2..<9: .receive(Receive(lines: lines()))
        case 9..<11: .adjust(Adjust(lines: adjustments(), reason: reason()))
        case 11..<14: .sell(Sell(lines: lines()))
        case 14..<23: reserve()
        case 23..<26:
            .extend(Extend(reservation: reservation(), ttl: ttl()))
        case 26..<30:
            .confirm(Confirm(reservation: reservation(), order: random.pick([nil, .order])))
        case 30..<35: .fulfill(Fulfill(reservation: reservation(), lines: parts()))
        default: .release(Release(reservation: reservation(), lines: parts(), reason: .damaged))
        }
    }

    private mutating func item() -> Command {
        .item(
            random.pick(Self.skus.dropLast()),
            state: random.pick([.active, .active, .archived]),
            expected: random.pick([nil, nil, 0, 1, 2, .max])
        )
    }

    private mutating func place() -> Command {
        .location(
            random.pick(Self.places.dropLast()),
            state: random.pick([.active, .active, .draining, .closed]),
            expected: random.pick([nil, nil, 0, 1, 2])
        )
    }

    private mutating func reserve() -> Command {
        .reserve(
            Reserve(
                reservation: reservation(fresh: true),
                owner: random.pick(Self.owners),
                lines: lines(),
                ttl: ttl(),
                replaces: random.once(in: 4) ? reservation() : nil
            )
        )
    }

    private mutating func reservation(fresh: Bool = false) -> ReservationID {
        let newest = requests.count
        let number =
            fresh && !random.once(in: 10)
            ? newest : Int.random(in: max(0, newest - 60)...newest, using: &random)
        return ReservationID(unchecked: "r-\(number)")
    }

    private mutating func ttl() -> Milliseconds {
        Milliseconds(
            random.once(in: 25)
                ? random.pick([0, .max, LedgerLimits.ttlMax.rawValue + 1])
                : random.pick([1, 5, 20, 60, 200, LedgerLimits.ttlMax.rawValue])
        )
    }

    private mutating func reason() -> Reference? { random.once(in: 6) ? nil : .damaged }

    private mutating func lines() -> [StockLine] {
        guard !random.once(in: 40) else { return [] }
        return (0..<random.pick([1, 1, 1, 2, 3, 20])).map { _ in line(Quantity(small())) }
    }

    private mutating func parts() -> [StockLine] {
        (0..<random.pick([0, 0, 1, 1, 2])).map { _ in line(Quantity(small())) }
    }

    private mutating func adjustments() -> [StockLine] {
        (0..<random.pick([1, 1, 2])).map { _ in
            line(Quantity(small()) * random.pick([1, -1, -1]))
        }
    }

    private mutating func small() -> Int32 { Int32.random(in: 1...6, using: &random) }

    private mutating func line(_ quantity: Quantity) -> StockLine {
        let hostile: [Quantity] = [0, -1, .max, .min, LedgerLimits.quantityMax + 1]
        return StockLine(
            sku: random.once(in: 60) ? CommandGenerator.skus[4] : random.pick(Self.skus.dropLast()),
            location: random.once(in: 60)
                ? CommandGenerator.places[3] : random.pick(Self.places.dropLast()),
            quantity: random.once(in: 80) ? random.pick(hostile) : quantity
        )
    }
}

extension SplitMix {
    mutating func pick<Value>(_ values: ArraySlice<Value>) -> Value { pick(Array(values)) }
}
