import Ledger
import TestSupport

extension Samples {
    /// Any command; a batch only on the outside.
    mutating func command(inBatch: Bool = false) -> Command {
        if !inBatch, random.once(in: 4) { return storeCommand() }
        switch Int.random(in: 0..<(inBatch ? 20 : 22), using: &random) {
        case 0:
            let item = item()
            return .upsertItem(
                UpsertItem(
                    sku: item.sku,
                    title: item.title,
                    attributes: item.attributes,
                    price: item.price,
                    currency: item.currency,
                    state: item.state,
                    expectedVersion: maybe { $0.number() },
                    fields: maybe { UpsertItem.Fields(rawValue: $0.mask(4)) } ?? []
                )
            )
        case 1:
            let place = location()
            return .upsertLocation(
                UpsertLocation(
                    id: place.id,
                    name: place.name,
                    kind: place.kind,
                    priority: place.priority,
                    sellsOnline: place.sellsOnline,
                    state: place.state,
                    expectedVersion: maybe { $0.number() },
                    fields: maybe { UpsertLocation.Fields(rawValue: $0.mask(5)) } ?? []
                )
            )
        case 2:
            return .receive(
                Receive(lines: many { $0.line() }, document: maybe { $0.identifier() })
            )
        case 3:
            return .adjust(
                Adjust(
                    lines: many { $0.line() },
                    reason: maybe { $0.identifier() },
                    document: maybe { $0.identifier() }
                )
            )
        case 4:
            return .sell(
                Sell(
                    lines: many { $0.line() },
                    document: maybe { $0.identifier() },
                    sale: maybe { $0.identifier() }
                )
            )
        case 5:
            return .reserve(
                Reserve(
                    reservation: identifier(),
                    owner: owner(),
                    lines: many { $0.line() },
                    ttl: Milliseconds(number()),
                    replaces: maybe { $0.identifier() },
                    unplaced: maybe { $0.many { $0.itemLine() } } ?? [],
                    placement: random.pick([.whole, .whole, .split]),
                    online: random.once(in: 3)
                )
            )
        case 6:
            return .extend(Extend(reservation: identifier(), ttl: Milliseconds(number())))
        case 7:
            return .confirm(
                Confirm(reservation: identifier(), order: maybe { $0.identifier() })
            )
        case 8: return .fulfill(Fulfill(reservation: identifier(), lines: many { $0.line() }))
        case 9:
            return .release(
                Release(
                    reservation: identifier(),
                    lines: many { $0.line() },
                    reason: maybe { $0.identifier() }
                )
            )
        default: return laterCommand(inBatch: inBatch)
        }
    }

    private mutating func laterCommand(inBatch: Bool) -> Command {
        switch Int.random(in: 0..<(inBatch ? 10 : 12), using: &random) {
        case 0:
            return .markUnavailable(
                MarkUnavailable(
                    lines: many { $0.line() },
                    reason: maybe { $0.identifier() },
                    document: maybe { $0.identifier() }
                )
            )
        case 1:
            return .writeOff(
                WriteOff(
                    lines: many { $0.line() },
                    reason: maybe { $0.identifier() },
                    document: maybe { $0.identifier() }
                )
            )
        case 2:
            return .setStockPolicy(
                SetStockPolicy(
                    sku: identifier(),
                    location: identifier(),
                    safetyStock: maybe { $0.quantity() },
                    backorderLimit: maybe { $0.quantity() },
                    expectedVersion: maybe { $0.number() }
                )
            )
        case 3: return .returnGoods(returnGoods())
        case 4:
            return .count(
                Count(lines: many { $0.countLine() }, document: maybe { $0.identifier() })
            )
        case 5:
            return .setOffer(
                SetOffer(
                    sku: identifier(),
                    location: identifier(),
                    price: maybe { Money(amount: $0.quantity(), currency: $0.text()) },
                    attributes: many { $0.attribute() },
                    fields: SetOffer.Fields(rawValue: mask(2)),
                    expectedVersion: maybe { $0.number() },
                    basePrice: maybe {
                        $0.maybe { Money(amount: $0.quantity(), currency: $0.text()) }
                            .map { .price($0) } ?? .nothing
                    }
                )
            )
        case 6, 7, 8, 9: return transferCommand()
        default: return .batch(Batch(commands: many { $0.command(inBatch: true) }))
        }
    }

    private mutating func transferCommand() -> Command {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            .createTransfer(
                CreateTransfer(
                    transfer: identifier(),
                    from: identifier(),
                    to: identifier(),
                    lines: many { $0.itemLine() },
                    document: maybe { $0.identifier() }
                )
            )
        case 1:
            .shipTransfer(
                ShipTransfer(
                    transfer: identifier(),
                    lines: many { $0.itemLine() },
                    document: maybe { $0.identifier() }
                )
            )
        case 2:
            .receiveTransfer(
                ReceiveTransfer(
                    transfer: identifier(),
                    lines: many {
                        ArrivalLine(
                            sku: $0.identifier(),
                            ok: $0.quantity(),
                            rejected: $0.quantity(),
                            lost: $0.quantity()
                        )
                    },
                    document: maybe { $0.identifier() }
                )
            )
        default:
            .cancelTransfer(
                CancelTransfer(transfer: identifier(), reason: maybe { $0.identifier() })
            )
        }
    }

    private mutating func returnGoods() -> ReturnGoods {
        ReturnGoods(
            origin: random.once(in: 2) ? .sale(identifier()) : .reservation(identifier()),
            lines: many {
                ReturnLine(
                    sku: $0.identifier(),
                    soldAt: $0.identifier(),
                    quantity: $0.quantity(),
                    location: $0.maybe { $0.identifier() }
                )
            },
            disposition: random.pick([.restock, .damaged]),
            reason: maybe { $0.identifier() },
            document: maybe { $0.identifier() }
        )
    }

    private mutating func countLine() -> CountLine {
        CountLine(
            sku: identifier(),
            location: identifier(),
            counted: quantity(),
            book: quantity(),
            bookVersion: maybe { $0.number() }
        )
    }

    private mutating func itemLine() -> ItemLine {
        ItemLine(sku: identifier(), quantity: quantity())
    }

    /// Some of so many bits, one at least.
    private mutating func mask(_ bits: UInt8) -> UInt8 {
        UInt8.random(in: 1..<(1 << bits), using: &random)
    }
}
