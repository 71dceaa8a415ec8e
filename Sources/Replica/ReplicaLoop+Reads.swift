import Ledger
import LedgerStore
import NIOCore
import Raft

/// Reads of the applied state on the loop, and the readers' view of it.
extension ReplicaLoop {
    typealias ReadResult<Value: Sendable> = Result<Stamped<Value>, ReadFailure>

    func readItems(_ skus: [SKU]) -> ReadResult<[ItemView?]> {
        stamped { () throws(SQLiteLedgerState.Failure) in
            var items: [ItemView?] = []
            items.reserveCapacity(skus.count)
            for sku in skus {
                let view = try itemView(sku)
                shared.view.insert(view, for: sku)
                items.append(view)
            }
            return items
        }
    }

    func readReservation(_ id: ReservationID) -> ReadResult<Reservation?> {
        stamped { () throws(SQLiteLedgerState.Failure) in try core.state.reservation(id) }
    }

    func readSale(_ id: SaleID) -> ReadResult<Sale?> {
        stamped { () throws(SQLiteLedgerState.Failure) in try core.state.sale(id) }
    }

    func readTransfer(_ id: TransferID) -> ReadResult<Transfer?> {
        stamped { () throws(SQLiteLedgerState.Failure) in try core.state.transfer(id) }
    }

    func readOffer(_ sku: SKU, at location: LocationID) -> ReadResult<Offer?> {
        stamped { () throws(SQLiteLedgerState.Failure) in
            guard let item = try core.state.itemKey(sku),
                let place = try core.state.locationKey(location)
            else { return nil }
            return try core.state.offer(LevelKey(location: place, item: item))
        }
    }

    /// Tries a request on rows over the state's, which are dropped.
    func validate(_ request: Request) -> Result<Answer, ReadFailure> {
        let read: ReadResult<Answer> = stamped { () throws(SQLiteLedgerState.Failure) in
            try LedgerRules.validate(request, on: &core.state)
        }
        return read.map(\.value)
    }

    func readLocation(_ id: LocationID) -> ReadResult<Location?> {
        stamped { () throws(SQLiteLedgerState.Failure) in
            guard let key = try core.state.locationKey(id) else { return nil }
            return try core.state.location(key)
        }
    }

    private func stamped<Value: Sendable>(
        _ read: () throws(SQLiteLedgerState.Failure) -> Value
    ) -> ReadResult<Value> {
        guard exchange == nil else { return .failure(.notReady) }
        do {
            let value = try read()
            let status = shared.status()
            return .success(
                Stamped(
                    value: value,
                    stamp: ReadStamp(
                        position: Position(core.appliedIndex.rawValue),
                        staleness: status.staleness,
                        node: status.id,
                        role: status.role
                    )
                )
            )
        } catch {
            stopAfter(.state("\(error)"))
            return .failure(.notReady)
        }
    }

    private func itemView(_ sku: SKU) throws(SQLiteLedgerState.Failure) -> ItemView? {
        guard let key = try core.state.itemKey(sku), let item = try core.state.item(key)
        else { return nil }
        var levels: [LocatedLevel] = []
        for (levelKey, level) in try core.state.levels(ofItem: key) {
            if let located = try locate(level, at: levelKey.location) { levels.append(located) }
        }
        levels.sort { $0.location < $1.location }
        return ItemView(item: item, levels: levels)
    }

    private func locate(
        _ level: StockLevel,
        at key: LocationKey
    ) throws(SQLiteLedgerState.Failure) -> LocatedLevel? {
        guard let location = try core.state.location(key) else { return nil }
        return LocatedLevel(
            location: location.id,
            sellsOnline: location.sellsOnline && location.state == .active,
            locationVersion: location.version,
            level: level
        )
    }

    /// Brings what changed since the last time into the readers' view, and lets them know how
    /// complete it is: in this order, never the other.
    func bringViewUpToDate() {
        guard exchange == nil else { return }
        let position = Position(core.appliedIndex.rawValue)
        let changes = core.changes
        do {
            if shared.view.count == 0 {
                // Nobody has read yet: nothing to keep current but the position.
                shared.view.advance(to: position) { _ in }
            } else if !changes.locations.isEmpty {
                // Rare, and it may concern any item.
                shared.view.removeAll(at: position)
            } else {
                try update(changes, to: position)
            }
        } catch {
            stopAfter(.state("\(error)"))
            return
        }
        counters.tally.add(core.changes.tally)
        core.changes.removeAll()
        shared.publish(
            completeAsOf: core.completeAsOf,
            isSoleAuthority: core.isSoleAuthority,
            isStored: storedPosition == position
        )
    }

    private func update(
        _ changes: LedgerChanges,
        to position: Position
    ) throws(SQLiteLedgerState.Failure) {
        var edits: [(sku: SKU, edit: (inout ItemView?) -> Void)] = []
        for key in Set(changes.items) {
            guard let item = try core.state.item(key), shared.view.contains(item.sku)
            else { continue }
            let view = try itemView(item.sku)
            edits.append((item.sku, { $0 = view }))
        }
        for key in Set(changes.levels) {
            guard let item = try core.state.item(key.item), shared.view.contains(item.sku),
                let located = try locate(core.state.level(key), at: key.location)
            else { continue }
            edits.append((item.sku, { $0?.set(located) }))
        }
        shared.view.advance(to: position) { edit in
            for (sku, change) in edits { edit(sku, change) }
        }
    }
}

extension ItemView {
    /// Replaces the level at its location, or adds it in order.
    mutating func set(_ located: LocatedLevel) {
        let index = levels.firstIndex { $0.location >= located.location } ?? levels.count
        if index < levels.count, levels[index].location == located.location {
            levels[index] = located
        } else {
            levels.insert(located, at: index)
        }
    }
}
