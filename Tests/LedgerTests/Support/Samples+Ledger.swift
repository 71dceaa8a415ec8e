import Ledger
import TestSupport

extension Samples {
    mutating func item() -> Item {
        Item(
            sku: identifier(),
            title: text(),
            attributes: many { $0.attribute() },
            price: quantity(),
            currency: text(),
            state: random.pick([.active, .archived]),
            version: number()
        )
    }

    mutating func location() -> Location {
        Location(
            id: identifier(),
            name: text(),
            kind: random.pick([.store, .warehouse]),
            priority: Int32(truncatingIfNeeded: quantity()),
            sellsOnline: random.once(in: 2),
            state: random.pick([.active, .draining, .closed]),
            version: number()
        )
    }

    mutating func entry() -> LedgerEntry {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return LedgerEntry(stamp: time(), content: .tick)
        case 1: return LedgerEntry(stamp: time(), content: .boundary(token: number()))
        default:
            let request = Request(id: identifier(), actor: identifier(), command: command())
            return .request(request, stamp: time())
        }
    }
}
