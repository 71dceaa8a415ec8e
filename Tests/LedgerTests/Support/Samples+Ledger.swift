import Ledger

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

    mutating func command() -> Command {
        switch Int.random(in: 0..<10, using: &random) {
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
                    expectedVersion: maybe { $0.number() }
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
                    expectedVersion: maybe { $0.number() }
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
        case 4: return .sell(Sell(lines: many { $0.line() }, document: maybe { $0.identifier() }))
        case 5:
            return .reserve(
                Reserve(
                    reservation: identifier(),
                    owner: owner(),
                    lines: many { $0.line() },
                    ttl: Milliseconds(number()),
                    replaces: maybe { $0.identifier() }
                )
            )
        case 6:
            return .extend(Extend(reservation: identifier(), ttl: Milliseconds(number())))
        case 7:
            return .confirm(
                Confirm(reservation: identifier(), order: maybe { $0.identifier() })
            )
        case 8: return .fulfill(Fulfill(reservation: identifier(), lines: many { $0.line() }))
        default:
            return .release(
                Release(
                    reservation: identifier(),
                    lines: many { $0.line() },
                    reason: maybe { $0.identifier() }
                )
            )
        }
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

    mutating func refusal() -> Refusal {
        switch Int.random(in: 0..<18, using: &random) {
        case 0: .insufficientStock(many { $0.shortage() })
        case 1: .itemNotFound(identifier())
        case 2: .itemArchived(identifier())
        case 3: .locationNotFound(identifier())
        case 4: .locationClosed(identifier())
        case 5: .reservationNotFound(identifier())
        case 6: .reservationExists(identifier())
        case 7: .reservationExpired(identifier())
        case 8: .reservationClosed(identifier(), random.pick([.confirmed, .released]))
        case 9: .maxTTLReached(identifier(), latest: time())
        case 10: .holdQuotaExceeded(owner(), limit: Int(quantity()))
        case 11: .exceedsOpenQuantity(many { $0.shortage() })
        case 12: .versionMismatch(current: number())
        case 13: .reasonRequired
        case 14: .quantityOverflow(identifier(), identifier())
        case 15: .stockRemains(maybe { $0.identifier() }, maybe { $0.identifier() })
        case 16: .idempotencyKeyReused(identifier())
        default: .malformed(FieldViolation(field: text(), description: text()))
        }
    }

    private mutating func shortage() -> Shortage {
        Shortage(
            sku: identifier(),
            location: identifier(),
            requested: quantity(),
            available: quantity()
        )
    }

    mutating func outcome() -> Outcome {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return .version(number())
        case 1:
            return .levels(
                many {
                    LevelView(sku: $0.identifier(), location: $0.identifier(), level: $0.level())
                }
            )
        case 2: return .reservation(reservation())
        default: return .refused(refusal())
        }
    }

    mutating func answer() -> Answer {
        Answer(
            position: Position(number()),
            logTime: time(),
            outcome: outcome(),
            replayed: random.once(in: 2)
        )
    }

    mutating func row() -> JournalRow {
        let movements = many { $0.movement() }
        let expires = random.once(in: 4)
        let moved = movements.map { movement in
            LevelView(sku: identifier(), location: identifier(), level: movement.after)
        }
        let outcome: Outcome = random.once(in: 3) ? .levels(moved) : outcome()
        return JournalRow(
            sequence: number(),
            position: Position(number()),
            logTime: time(),
            kind: expires ? .expire : random.pick([.upsertItem, .receive, .reserve, .release]),
            cause: expires
                ? .expiry(reservation())
                : .request(identifier(), digest: number(), actor: identifier(), outcome: outcome),
            movements: movements,
            reason: maybe { $0.identifier() },
            document: maybe { $0.identifier() }
        )
    }
}
