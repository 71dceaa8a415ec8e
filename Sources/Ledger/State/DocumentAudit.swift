/// Follows what rows say of reservations, sales, transfers and offers, and holds it against what they
/// moved.
struct DocumentAudit {
    struct OfferName: Hashable {
        let sku: SKU
        let location: LocationID
    }

    private(set) var sales: [SaleID: Sale] = [:]
    private(set) var transfers: [TransferID: Transfer] = [:]
    private(set) var offers: [OfferName: Offer] = [:]
    private var reservations: [ReservationID: Reservation] = [:]
    private var replaced: Set<ReservationID> = []

    /// Notes a row that is no refusal, and gives what is wrong with it.
    mutating func follow(_ row: JournalRow) -> [LedgerViolation] {
        var faults: [LedgerViolation] = []
        if let reservation = row.reservation {
            let before = reservations.updateValue(reservation, forKey: reservation.id)
            replaced.remove(reservation.id)
            let handedOver = reservation.sum(\.fulfilled) - (before?.sum(\.fulfilled) ?? 0)
            let returned = reservation.sum(\.returned) - (before?.sum(\.returned) ?? 0)
            if row.sum(\.onHand) != returned - handedOver {
                faults.append(
                    LedgerViolation(invariant: 6, detail: "goods are not as its lines say")
                )
            }
        }
        if row.kind == .reserve, let document = row.document {
            replaced.insert(ReservationID(unchecked: document.text))
        }
        faults += followSale(row)
        faults += followTransfer(row)
        if let offer = row.offer {
            let name = OfferName(sku: offer.sku, location: offer.location)
            let before = offers.updateValue(offer, forKey: name)
            if offer.version != (before?.version ?? 0) + 1 {
                faults.append(LedgerViolation(invariant: 10, detail: "a version was skipped"))
            }
        }
        return faults
    }

    /// Whether the reservation is what the journal last said of it.
    func explains(_ reservation: Reservation) -> Bool {
        guard let known = reservations[reservation.id] else { return false }
        return known == reservation
            || replaced.contains(reservation.id) && known.releasedWhole() == reservation
    }

    private mutating func followSale(_ row: JournalRow) -> [LedgerViolation] {
        if row.kind == .sell {
            guard let sale = row.madeSale else {
                return [LedgerViolation(invariant: 10, detail: "its sale is unclear")]
            }
            guard sales.updateValue(sale, forKey: sale.id) != nil else { return [] }
            return [LedgerViolation(invariant: 10, detail: "\(sale.id) was sold twice")]
        }
        guard let sale = row.changedSale else { return [] }
        let before = sales.updateValue(sale, forKey: sale.id)
        let returned = sale.returned - (before?.returned ?? 0)
        guard let before, row.sum(\.onHand) == returned, before.version + 1 == sale.version
        else { return [LedgerViolation(invariant: 7, detail: "\(sale.id) is not what came back")] }
        return []
    }

    private mutating func followTransfer(_ row: JournalRow) -> [LedgerViolation] {
        guard let transfer = row.transfer else { return [] }
        let before = transfers.updateValue(transfer, forKey: transfer.id)
        func delta(_ part: KeyPath<TransferLine, Quantity>) -> Quantity {
            transfer.sum(part) - (before?.sum(part) ?? 0)
        }
        let arrived = delta(\.received) + delta(\.rejected)
        let isBooked =
            row.sum(\.incoming) == delta(\.inTransit)
            && row.sum(\.unavailable) == delta(\.rejected)
            && row.sum(\.onHand) == (row.kind == .receiveTransfer ? arrived : -delta(\.shipped))
            && (row.kind == .createTransfer) == (before == nil)
        var faults: [LedgerViolation] = []
        if !isBooked {
            faults.append(LedgerViolation(invariant: 5, detail: "\(transfer.id) is not what moved"))
        }
        if delta(\.lost) > 0, row.reason != .lostInTransit {
            faults.append(LedgerViolation(invariant: 10, detail: "a loss without its reason"))
        }
        if transfer.version != (before?.version ?? 0) + 1 {
            faults.append(LedgerViolation(invariant: 10, detail: "a version was skipped"))
        }
        return faults
    }
}

extension JournalRow {
    /// What all its movements together did to a bucket.
    fileprivate func sum(_ bucket: KeyPath<Movement, Quantity>) -> Quantity {
        movements.reduce(0) { $0 + $1[keyPath: bucket] }
    }
}

extension Reservation {
    fileprivate func sum(_ part: KeyPath<ReservationLine, Quantity>) -> Quantity {
        lines.reduce(0) { $0 + $1[keyPath: part] }
    }
}

extension Transfer {
    fileprivate func sum(_ part: KeyPath<TransferLine, Quantity>) -> Quantity {
        lines.reduce(0) { $0 + $1[keyPath: part] }
    }
}

extension Sale {
    fileprivate var returned: Quantity { lines.reduce(0) { $0 + $1.returned } }
}
