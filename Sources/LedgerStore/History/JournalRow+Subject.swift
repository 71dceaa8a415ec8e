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
        case .request(let id):
            guard case .request(id, _, _, _) = cause else { return false }
            return true
        }
    }

    /// Why the row's request was refused.
    var refusal: Refusal? {
        if case .request(_, _, _, .refused(let refusal)) = cause { refusal } else { nil }
    }
}

extension Refusal {
    /// The reservation that it is about.
    var reservation: ReservationID? {
        switch self {
        case .reservationNotFound(let id), .reservationExists(let id),
            .reservationExpired(let id), .reservationClosed(let id, _),
            .maxTTLReached(let id, latest: _):
            id
        default: nil
        }
    }
}
