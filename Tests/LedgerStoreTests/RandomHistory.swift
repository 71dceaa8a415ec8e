import Ledger

/// A generator of pseudo-random numbers with a seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Random entries over few names, so that they meet each other: repeated requests, reservations that
/// exist, expire, are replaced and taken again, unknown items, closed locations.
struct RandomHistory {
    var generator: SeededGenerator
    private(set) var requestIDs: [RequestID] = []
    private(set) var reservationIDs: [ReservationID] = []
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
        generator = SeededGenerator(seed: seed)
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
        return entries
    }

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
        case 7..<15: return .receive(Receive(lines: lines(1...50)))
        case 15..<19:
            return .adjust(
                Adjust(lines: lines(-5...5), reason: Reference(unchecked: "damaged"))
            )
        case 19..<27: return .sell(Sell(lines: lines(1...4)))
        case 27..<62: return .reserve(reserve())
        case 62..<69:
            return .extend(Extend(reservation: known(), ttl: Milliseconds(ttl())))
        case 69..<78:
            return .confirm(
                Confirm(reservation: known(), order: Reference(unchecked: "order-7"))
            )
        case 78..<89: return .fulfill(Fulfill(reservation: known()))
        default: return .release(Release(reservation: known()))
        }
    }

    private mutating func reserve() -> Reserve {
        let replaces: ReservationID? =
            Int.random(in: 0..<5, using: &generator) == 0 ? known() : nil
        let isRepeated = Int.random(in: 0..<20, using: &generator) == 0
        let id = isRepeated ? known() : ReservationID(unchecked: uuid())
        reservationIDs.append(id)
        return Reserve(
            reservation: id,
            owner: owners.randomElement(using: &generator) ?? owners[0],
            lines: lines(1...3),
            ttl: Milliseconds(ttl()),
            replaces: replaces
        )
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
