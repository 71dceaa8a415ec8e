import Ledger

/// What each row of the journal concerns, noted as it is appended: on the hot path, so of a simple row
/// only its levels are noted, 16 bytes each. Identities are noted anyway.
extension SQLiteLedgerState {
    @inline(__always)
    mutating func trace(_ row: borrowing JournalRow) {
        let sequence = row.sequence
        for movement in row.movements {
            open.traces.append(TraceEntry(term: TraceTerm(movement.key), sequence: sequence))
        }
        // A reservation's first row is its identity's, too.
        if row.kind != .reserve, let reservation = row.reservation {
            note(TraceTerm(hash: hasher.hash(reservation.id)), sequence)
        }
        var isRefused = false
        switch row.cause {
        case .request(_, _, _, .refused(let refusal)):
            isRefused = true
            trace(refusal, sequence)
        // The others are their request's identity.
        case .part(of: let id, _, _, _): note(TraceTerm(hash: hasher.hash(id)), sequence)
        case .request, .expiry, .fact, .cure: break
        }
        traceStore(of: row)
        switch row.kind {
        case .returnGoods:
            if let sale = row.changedSale { note(TraceTerm(hash: hasher.hash(sale.id)), sequence) }
        case .shipTransfer, .receiveTransfer, .cancelTransfer:
            guard let transfer = row.transfer else { break }
            note(TraceTerm(hash: hasher.hash(transfer.id)), sequence)
        case .setOffer, .resolveConflict: traceOffer(row.offer, sequence)
        default: break
        }
        if let document = row.document { trace(document, row.kind, isRefused, sequence) }
    }

    /// What a row's `document` names depends on its kind.
    private mutating func trace(
        _ document: Reference,
        _ kind: JournalRow.Kind,
        _ isRefused: Bool,
        _ sequence: UInt64
    ) {
        switch kind {
        case .upsertItem:
            // What was refused may name an item that isn't there; what was not was written just now.
            guard !isRefused, let key = itemKeys.find(SKU(unchecked: document.text))
            else { return }
            note(TraceTerm(key), sequence)
        case .upsertLocation:
            guard !isRefused, let key = locationKeys.find(LocationID(unchecked: document.text))
            else { return }
            note(TraceTerm(key), sequence)
        case .reserve:
            let replaced = ReservationID(unchecked: document.text)
            note(TraceTerm(hash: hasher.hash(replaced)), sequence)
        case _ where kind.isOfStore: break
        default:
            note(TraceTerm(hash: hasher.hash(document)), sequence)
        }
    }

    /// What a store's agent told or was told belongs to its location, also when nothing moved there.
    private mutating func traceStore(of row: borrowing JournalRow) {
        if let key = row.conflictedStore { note(TraceTerm(key), row.sequence) }
        guard let id = row.store, let key = tracedKey(id) else { return }
        note(TraceTerm(key), row.sequence)
    }

    /// The key of what the row's command has read or written.
    ///
    /// What a batch has driven out of memory since is in SQLite. A disk that fails here fails at the next read that matters, too.
    private mutating func tracedKey(_ id: LocationID) -> LocationKey? {
        let known = locationKeys.find(id)
        return known ?? (try? reader.locationKey(id)) ?? nil
    }

    private mutating func tracedKey(_ sku: SKU) -> ItemKey? {
        let known = itemKeys.find(sku)
        return known ?? (try? reader.itemKey(sku)) ?? nil
    }

    /// An offer is of a level, though it doesn't move it.
    private mutating func traceOffer(_ offer: Offer?, _ sequence: UInt64) {
        guard let offer, let item = tracedKey(offer.sku),
            let location = tracedKey(offer.location)
        else { return }
        note(TraceTerm(LevelKey(location: location, item: item)), sequence)
    }

    /// A refusal belongs to the history of the reservation, sale or transfer that it is about.
    private mutating func trace(_ refusal: Refusal, _ sequence: UInt64) {
        if let id = refusal.reservation { note(TraceTerm(hash: hasher.hash(id)), sequence) }
        if let id = refusal.sale { note(TraceTerm(hash: hasher.hash(id)), sequence) }
        if let id = refusal.transfer { note(TraceTerm(hash: hasher.hash(id)), sequence) }
    }

    private mutating func note(_ term: TraceTerm, _ sequence: UInt64) {
        open.traces.append(TraceEntry(term: term, sequence: sequence))
    }
}
