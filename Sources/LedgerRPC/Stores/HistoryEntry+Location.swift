import Ledger
import LedgerStore

extension HistoryEntry {
    /// Whether the agent of a store has to know of the row: it is about goods or promises at its
    /// location, about the location itself, its offers or its agent, or about an item, since those are
    /// everywhere.
    func concerns(_ location: LocationID) -> Bool {
        if movements.contains(where: { $0.location == location }) { return true }
        switch row.cause {
        case .fact(let trace, actor: _, outcome: _):
            if trace.mark.location == location { return true }
        case .cure(_, let mark):
            if mark.location == location { return true }
        case .request, .part, .expiry: break
        }
        if let reservation = row.reservation {
            return reservation.lines.contains { $0.location == location }
        }
        return row.isEdit(of: location)
    }
}

extension JournalRow {
    /// What nothing moved for; refusals have changed nothing.
    fileprivate func isEdit(of location: LocationID) -> Bool {
        switch outcome {
        case .version?:
            // An item, or the location by the name that the row has as its document.
            return kind == .upsertItem || document?.text == location.text
        case .offer(let offer)?: return offer.location == location
        case .levels(let views)?: return views.contains { $0.location == location }
        case .counted(let applied, let outdated)?:
            return (applied + outdated).contains { $0.location == location }
        case .transfer(let transfer)?:
            return transfer.from == location || transfer.to == location
        case .sale(let sale)?: return sale.lines.contains { $0.location == location }
        case .store(let agent)?: return agent.location == location
        case .facts(let receipt)?: return receipt.location == location
        case .allotments?: return document?.text == location.text
        case .refused(.forked(let store, sequence: _))?: return store == location
        case .reservation?, .done?, .batch?, .refused?, nil: return false
        }
    }
}
