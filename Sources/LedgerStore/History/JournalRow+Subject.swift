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
            case .request, .part, .expiry, .fact, .cure: return false
            }
        }
    }

    /// The store to whose history the row belongs, even if it has moved nothing there.
    ///
    /// Nil too for a refusal that may have come before the store was looked for.
    var store: LocationID? {
        switch cause {
        case .fact(let trace, actor: _, outcome: _): return trace.mark.location
        case .cure(_, let mark): return mark.location
        case .request, .part, .expiry: break
        }
        guard kind.isOfStore else { return nil }
        switch refusal {
        case .locationNotFound, .reasonRequired, .malformed, .idempotencyKeyReused: return nil
        default: return document.map { LocationID(unchecked: $0.text) }
        }
    }

    /// The same for a row that names a conflict, and by that its store.
    var conflictedStore: LocationKey? {
        guard kind == .resolveConflict, refusal == nil else { return nil }
        return document.flatMap { StoreRecordKey($0.text) }?.location
    }

    /// Why the row's request was refused.
    var refusal: Refusal? {
        guard case .refused(let refusal)? = outcome else { return nil }
        if case .batchRefused(index: _, let refusal) = refusal { return refusal }
        return refusal
    }
}

extension JournalRow.Kind {
    /// Whether it is a command about a store's agent: its document is the store.
    var isOfStore: Bool {
        switch self {
        case .registerStore, .submitFacts, .grantAllotment, .recallAllotment, .revokeAllotment,
            .replayFact, .setAsideFact:
            true
        case .upsertItem, .upsertLocation, .receive, .adjust, .sell, .reserve, .extend, .confirm,
            .fulfill, .release, .expire, .markUnavailable, .writeOff, .setStockPolicy,
            .returnGoods, .count, .createTransfer, .shipTransfer, .receiveTransfer,
            .cancelTransfer, .setOffer, .batch, .resolveConflict, .returnAllotment:
            false
        }
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
