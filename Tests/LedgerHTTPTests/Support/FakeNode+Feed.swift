import Ledger
import LedgerStore
import NIOCore
import Replica

extension FakeNode {
    /// What a row of the journal changes.
    enum Change: Sendable {
        /// So many units are on hand there now.
        case stock(SKU, LocationID, onHand: Int64)
        case price(SKU, Int64)
        case location(LocationID, sellsOnline: Bool)
    }

    /// Applies changes as one entry, and tells those who follow; returns its position.
    @discardableResult
    func apply(_ changes: Change...) -> Position {
        let position = with { state in
            let position = Position(state.stamp.position.rawValue + 1)
            state.stamp.position = position
            for change in changes {
                let entry = state.apply(change, at: position)
                state.books.feed.entries.append(entry)
            }
            return position
        }
        wakeFollowers(now: .uptimeNanoseconds(0))
        return position
    }

    /// Something was applied that the journal has no row of.
    func skipPosition() {
        with { $0.stamp.position = Position($0.stamp.position.rawValue + 1) }
    }
}

extension FakeNode.State {
    fileprivate mutating func apply(
        _ change: FakeNode.Change,
        at position: Position
    )
        -> HistoryEntry
    {
        let sequence = UInt64(books.feed.entries.count) + 1
        switch change {
        case .stock(let sku, let location, let onHand):
            return move(sku, location, onHand, position, sequence)
        case .price(let sku, let price):
            items[sku]?.item.price = price
            items[sku]?.item.version += 1
            return row(.upsertItem, sku.text, position, sequence)
        case .location(let id, let sellsOnline):
            locations.insert(id)
            for sku in items.keys {
                guard let at = items[sku]?.levels.firstIndex(where: { $0.place.location == id })
                else { continue }
                items[sku]?.levels[at].place.sellsOnline = sellsOnline
                items[sku]?.levels[at].place.version += 1
            }
            return row(.upsertLocation, id.text, position, sequence)
        }
    }

    private mutating func move(
        _ sku: SKU,
        _ location: LocationID,
        _ onHand: Int64,
        _ position: Position,
        _ sequence: UInt64
    ) -> HistoryEntry {
        let key = LevelKey(location: LocationKey(1), item: ItemKey(1))
        var levels = items[sku]?.levels ?? []
        let index = levels.firstIndex { $0.place.location == location } ?? levels.count
        if index == levels.count { levels.append(level(location.text, onHand: 0)) }
        levels[index].level.onHand = onHand
        levels[index].level.version += 1
        let after = levels[index].level
        items[sku]?.levels = levels
        let movement = Movement(key: key, onHand: 1, after: after)
        var entry = row(.receive, "document", position, sequence)
        entry.row.movements = [movement]
        entry.movements = [NamedMovement(sku: sku, location: location, movement: movement)]
        return entry
    }

    private func row(
        _ kind: JournalRow.Kind,
        _ document: String,
        _ position: Position,
        _ sequence: UInt64
    ) -> HistoryEntry {
        let row = JournalRow(
            sequence: sequence,
            position: position,
            logTime: LogTime(microseconds: position.rawValue),
            kind: kind,
            cause: .request("request", digest: 0, actor: "till", outcome: .version(2)),
            movements: [],
            document: Reference(unchecked: document)
        )
        return HistoryEntry(row: row, movements: [])
    }
}
