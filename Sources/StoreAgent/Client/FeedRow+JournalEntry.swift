import AgentCore
import Ledger
import LedgerClient

extension FeedRow {
    /// What an entry of the journal says of a location; nil when nothing.
    init?(_ entry: JournalEntry, at location: LocationID) {
        self.init(position: entry.position, logTime: entry.logTime)
        if let mark = entry.fact?.mark, mark.location == location { fact = mark }
        for movement in entry.movements where movement.location == location {
            levels.append(
                LevelView(
                    sku: movement.sku,
                    location: location,
                    level: StockLevel(movement.balance)
                )
            )
        }
        switch entry.result {
        case .done(let outcome): take(outcome, entry, at: location)
        case .expired(let found), .cured(let found, by: _): take(found, at: location)
        case .refused, .unknown: break
        }
        if isEmpty { return nil }
    }

    private mutating func take(
        _ outcome: Outcome,
        _ entry: JournalEntry,
        at location: LocationID
    ) {
        switch outcome {
        case .version where entry.kind == "UPSERT_ITEM":
            editedItem = entry.document.flatMap { SKU($0.text) }
        case .offer(let found) where found.location == location: offer = found
        case .reservation(let found): take(found, at: location)
        case .transfer(let found) where [found.from, found.to].contains(location):
            transfer = found
        case .allotments(let epoch, let views) where entry.document?.text == location.text:
            allotments = Allotments(
                epoch: epoch,
                views: views,
                isRecall: entry.kind == "RECALL_ALLOTMENT"
            )
        case .store(let agent) where agent.location == location: store = agent
        default: break
        }
    }

    private mutating func take(_ found: Reservation, at location: LocationID) {
        guard found.lines.contains(where: { $0.location == location }) else { return }
        reservation = found
    }
}

extension StockLevel {
    /// The buckets that move; the others are of no use to an agent.
    fileprivate init(_ buckets: JournalEntry.Buckets) {
        self.init()
        onHand = buckets.onHand
        reserved = buckets.reserved
        allotted = buckets.allotted
        unavailable = buckets.unavailable
        incoming = buckets.incoming
    }
}
