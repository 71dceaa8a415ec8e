import Ledger
import LedgerStore
import Raft

/// What the loop tells those who follow the ledger, and those who read it from the database.
extension ReplicaLoop {
    /// Names that the database may not know yet.
    struct ChangedNames {
        var skus: [ItemKey: SKU] = [:]
        var locations: [LocationKey: LocationID] = [:]
    }

    /// The names of items and locations that the turn has created or changed.
    func changedNames() -> ChangedNames {
        var names = ChangedNames()
        let changes = core.changes
        guard exchange == nil, !changes.items.isEmpty || !changes.locations.isEmpty
        else { return names }
        do {
            for key in changes.items { names.skus[key] = try core.state.item(key)?.sku }
            for key in changes.locations {
                names.locations[key] = try core.state.location(key)?.id
            }
        } catch {
            stopAfter(.state("\(error)"))
        }
        return names
    }

    /// Lets followers have the turn's rows, once the readers' view shows them too.
    func publishChanges(_ names: ChangedNames) {
        guard exchange == nil else { return }
        let rows = core.state.appendedRows(after: shared.tail.last)
        shared.tail.publish(
            rows,
            skus: names.skus,
            locations: names.locations,
            applied: Position(core.appliedIndex.rawValue),
            stored: storedPosition
        )
    }

    /// A transaction was closed; only at the end of what is applied is it as complete as that.
    func noteSealed(_ position: Position) {
        var completeAsOf = marks.lastSealed
        if position.rawValue == core.appliedIndex.rawValue {
            completeAsOf = core.isSoleAuthority ? SystemClock.monotonic() : core.completeAsOf
        }
        marks.sealed(at: position, completeAsOf: completeAsOf)
    }

    func noteStored() {
        marks.stored(through: storedPosition)
        shared.publish(
            storedCompleteAsOf: marks.completeAsOf,
            isStored: storedPosition.rawValue == core.appliedIndex.rawValue
        )
    }
}
