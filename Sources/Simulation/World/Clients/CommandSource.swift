import Histories
import Ledger

/// Random commands and questions over few names, so that clients get in each other's way.
struct CommandSource: Sendable {
    let skus: [SKU]
    let places: [LocationID]
    private let owners = (1...3).map {
        Owner(kind: .customer, reference: Reference(unchecked: "customer-\($0)"))
    }
    private let agent = Owner(kind: .store, reference: Reference(unchecked: "agent"))
    private let reason = Reference(unchecked: "damaged")

    init(_ plan: SwarmPlan.ClientPlan) {
        skus = (1...plan.skus).map { SKU(unchecked: "sku-\($0)") }
        places = (1...plan.locations).map { LocationID(unchecked: "place-\($0)") }
    }

    /// The catalogue, and some stock to begin with.
    var opening: [Command] {
        skus.map { .upsertItem(UpsertItem(sku: $0, title: $0.text)) }
            + places.map { .upsertLocation(UpsertLocation(id: $0, name: $0.text)) }
            + skus.map { sku in
                .receive(
                    Receive(lines: places.map { StockLine(sku: sku, location: $0, quantity: 20) })
                )
            }
    }

    func command(_ client: inout SimulatedClient, _ chance: inout Chance) -> Command {
        switch chance.below(40) {
        case 0:
            return .upsertItem(
                UpsertItem(
                    sku: chance.pick(skus),
                    title: "edition \(chance.below(100))",
                    price: Int64(chance.below(1_000)),
                    currency: "EUR",
                    expectedVersion: chance.once(in: 2) ? UInt64(chance.below(4)) : nil
                )
            )
        case 1:
            let place = chance.pick(places)
            return .upsertLocation(UpsertLocation(id: place, name: "\(chance.below(9))"))
        case 2..<10: return .receive(Receive(lines: lines(&chance)))
        case 10..<12: return .adjust(adjustment(&chance))
        case 12..<17: return .sell(Sell(lines: lines(&chance)))
        case 17..<28: return .reserve(reserve(&client, &chance))
        case 28..<30:
            return .extend(Extend(reservation: known(client, &chance), ttl: ttl(&chance)))
        case 30..<34: return .confirm(Confirm(reservation: known(client, &chance)))
        case 34..<37: return .fulfill(Fulfill(reservation: known(client, &chance)))
        default:
            return .release(Release(reservation: known(client, &chance), reason: reason))
        }
    }

    func question(_ client: SimulatedClient, _ chance: inout Chance) -> ClientWish.Content {
        let subject: ReadSubject =
            switch chance.below(10) {
            case 0..<6: .level(chance.pick(skus), chance.pick(places))
            case 6: .item(chance.pick(skus))
            case 7: .location(chance.pick(places))
            default: .reservation(known(client, &chance))
            }
        let promise: ReadPromise =
            switch chance.below(4) {
            case 0: .stale
            case 1: .bounded(maxAge: Span.milliseconds(chance.pick([1, 60, 300, 2_000])))
            case 2: .session(minPosition: client.seen)
            default: .linearizable
            }
        return .read(subject, promise)
    }

    private func reserve(_ client: inout SimulatedClient, _ chance: inout Chance) -> Reserve {
        let replaced = chance.once(in: 6) ? known(client, &chance) : nil
        let id = ReservationID(unchecked: "r-\(client.number)-\(client.lastRequest)")
        client.remember(id)
        return Reserve(
            reservation: id,
            owner: chance.once(in: 8) ? agent : chance.pick(owners),
            lines: lines(&chance),
            ttl: ttl(&chance),
            replaces: replaced
        )
    }

    private func adjustment(_ chance: inout Chance) -> Adjust {
        let lines = lines(&chance).map { line in
            StockLine(
                sku: line.sku,
                location: line.location,
                quantity: chance.once(in: 2) ? line.quantity : -line.quantity
            )
        }
        return Adjust(lines: lines, reason: chance.once(in: 8) ? nil : reason)
    }

    /// One of the client's own, at times one of somebody else's.
    private func known(_ client: SimulatedClient, _ chance: inout Chance) -> ReservationID {
        guard !client.reservations.isEmpty, !chance.once(in: 10) else {
            return ReservationID(unchecked: "r-\(chance.below(3))-\(chance.below(60))")
        }
        return chance.pick(client.reservations)
    }

    private func ttl(_ chance: inout Chance) -> Milliseconds {
        Milliseconds(UInt64(chance.pick([5, 200, 2_000, 60_000, 86_400_000])))
    }

    private func lines(_ chance: inout Chance) -> [StockLine] {
        (0..<chance.pick([1, 1, 1, 2, 3])).map { _ in
            StockLine(
                sku: chance.pick(skus),
                location: chance.pick(places),
                quantity: Quantity(chance.number(in: 1...4))
            )
        }
    }
}
