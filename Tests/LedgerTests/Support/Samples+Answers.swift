import Ledger
import TestSupport

extension Samples {
    /// Any refusal; that of a batch only on the outside.
    mutating func refusal(inBatch: Bool = false) -> Refusal {
        switch Int.random(in: 0..<(inBatch ? 26 : 28), using: &random) {
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
        default: laterRefusal(inBatch: inBatch)
        }
    }

    private mutating func laterRefusal(inBatch: Bool) -> Refusal {
        switch Int.random(in: 0..<(inBatch ? 12 : 15), using: &random) {
        case 0: .malformed(FieldViolation(field: text(), description: text()))
        case 1: .exceedsUnavailable(many { $0.shortage() })
        case 2: .saleNotFound(identifier())
        case 3: .saleExists(identifier())
        case 4: .exceedsSoldQuantity(many { $0.shortage() })
        case 5: .countOutdated(many { $0.view() })
        case 6: .transferNotFound(identifier())
        case 7: .transferExists(identifier())
        case 8: .transferClosed(identifier(), random.pick([.closed, .cancelled]))
        case 9: .exceedsRequested(many { $0.shortage() })
        case 10: .exceedsInTransit(many { $0.shortage() })
        case 11: storeRefusal()
        default:
            .batchRefused(
                index: Int.random(in: 0...200, using: &random),
                refusal(inBatch: true)
            )
        }
    }

    private mutating func shortage() -> Shortage {
        Shortage(
            sku: identifier(),
            location: maybe { $0.identifier() },
            requested: quantity(),
            available: quantity()
        )
    }

    private mutating func view() -> LevelView {
        LevelView(sku: identifier(), location: identifier(), level: level())
    }

    /// Any outcome; that of a batch only on the outside.
    mutating func outcome(inBatch: Bool = false) -> Outcome {
        switch Int.random(in: 0..<(inBatch ? 11 : 13), using: &random) {
        case 0: .version(number())
        case 1: .levels(many { $0.view() })
        case 2: .reservation(reservation())
        case 3: .counted(applied: many { $0.view() }, outdated: many { $0.view() })
        case 4: .sale(sale())
        case 5: .transfer(transfer())
        case 6: .offer(offer())
        case 7, 8: .refused(refusal())
        case 9, 10: storeOutcome()
        default: .batch(many { $0.outcome(inBatch: true) })
        }
    }

    mutating func answer() -> Answer {
        Answer(
            position: Position(number()),
            logTime: time(),
            outcome: outcome(),
            replayed: random.once(in: 2),
            validated: random.once(in: 2)
        )
    }

    mutating func row() -> JournalRow {
        let movements = many { $0.movement() }
        let moved = movements.map { movement in
            LevelView(sku: identifier(), location: identifier(), level: movement.after)
        }
        let outcome: Outcome = random.once(in: 3) ? .levels(moved) : outcome()
        let kind: JournalRow.Kind = random.pick([
            .expire, .upsertItem, .receive, .reserve, .sell, .release, .count, .shipTransfer,
            .batch, .submitFacts, .setAsideFact,
        ])
        return JournalRow(
            sequence: number(),
            position: Position(number()),
            logTime: time(),
            kind: kind,
            cause: cause(of: kind, outcome),
            movements: movements,
            reason: maybe { $0.identifier() },
            document: maybe { $0.identifier() },
            sale: kind == .sell ? maybe { $0.identifier() } : nil
        )
    }

    private mutating func cause(
        of kind: JournalRow.Kind,
        _ outcome: Outcome
    ) -> JournalRow.Cause {
        if kind == .expire { return .expiry(reservation()) }
        if kind == .release, random.once(in: 2) { return .cure(reservation(), mark()) }
        let canBeFact = kind == .setAsideFact || [.receive, .sell, .count].contains(kind)
        if kind == .setAsideFact || canBeFact && random.once(in: 3) {
            return .fact(trace(), actor: identifier(), outcome: outcome)
        }
        guard kind != .batch, random.once(in: 3) else {
            return .request(identifier(), digest: number(), actor: identifier(), outcome: outcome)
        }
        let index = Int.random(in: 0...200, using: &random)
        return .part(of: identifier(), index: index, actor: identifier(), outcome: outcome)
    }

    mutating func sale() -> Sale {
        Sale(
            id: identifier(),
            lines: many { samples in
                let sold = Quantity.random(in: 0...LedgerLimits.bucketMax, using: &samples.random)
                return SaleLine(
                    sku: samples.identifier(),
                    location: samples.identifier(),
                    sold: sold,
                    returned: Quantity.random(in: 0...sold, using: &samples.random)
                )
            },
            version: number()
        )
    }

    mutating func transfer() -> Transfer {
        Transfer(
            id: identifier(),
            from: identifier(),
            to: identifier(),
            lines: many { $0.transferLine() },
            state: random.pick([.draft, .inTransit, .closed, .cancelled]),
            document: maybe { $0.identifier() },
            version: number()
        )
    }

    private mutating func transferLine() -> TransferLine {
        var line = TransferLine(
            sku: identifier(),
            requested: Quantity.random(in: 0...LedgerLimits.bucketMax, using: &random)
        )
        line.shipped = Quantity.random(in: 0...line.requested, using: &random)
        line.received = Quantity.random(in: 0...line.inTransit, using: &random)
        line.rejected = Quantity.random(in: 0...line.inTransit, using: &random)
        line.lost = Quantity.random(in: 0...line.inTransit, using: &random)
        return line
    }

    mutating func offer() -> Offer {
        Offer(
            sku: identifier(),
            location: identifier(),
            price: maybe { Money(amount: $0.quantity(), currency: $0.text()) },
            attributes: many { $0.attribute() },
            version: number()
        )
    }
}
