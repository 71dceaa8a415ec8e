import Ledger

extension JournalRow {
    /// Whether the row is about something; `movements` are its own, with names.
    func concerns(_ subject: HistoryQuery.Subject, _ movements: [NamedMovement]) -> Bool {
        switch subject {
        case .all: return true
        // Found by their keys, not by hashes.
        case .item, .location, .level: return true
        case .reservation(let id):
            return reservation?.id == id || refusal?.reservation == id
                || kind == .reserve && document?.text == id.text
        case .document(let reference): return document == reference
        case .sale(let id): return saleID == id || changedSale?.id == id || refusal?.sale == id
        case .transfer(let id): return transfer?.id == id || refusal?.transfer == id
        case .request(let id):
            switch cause {
            case .request(id, _, _, _), .part(of: id, _, _, _): return true
            case .request, .part, .expiry: return false
            }
        }
    }

    /// Why the row's request was refused.
    var refusal: Refusal? {
        guard case .refused(let refusal)? = outcome else { return nil }
        if case .batchRefused(index: _, let refusal) = refusal { return refusal }
        return refusal
    }
}

extension Refusal {
    /// The sale that it is about.
    var sale: SaleID? {
        switch self {
        case .saleNotFound(let id), .saleExists(let id): id
        case .batchRefused(index: _, let refusal): refusal.sale
        default: nil
        }
    }

    /// The transfer that it is about.
    var transfer: TransferID? {
        switch self {
        case .transferNotFound(let id), .transferExists(let id), .transferClosed(let id, _): id
        case .batchRefused(index: _, let refusal): refusal.transfer
        default: nil
        }
    }

    /// The reservation that it is about.
    var reservation: ReservationID? {
        switch self {
        case .reservationNotFound(let id), .reservationExists(let id),
            .reservationExpired(let id), .reservationClosed(let id, _),
            .maxTTLReached(let id, latest: _):
            id
        case .batchRefused(index: _, let refusal): refusal.reservation
        default: nil
        }
    }
}
