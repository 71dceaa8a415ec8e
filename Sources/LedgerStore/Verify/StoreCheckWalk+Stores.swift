import Ledger

/// What is kept for store agents.
extension StoreCheckWalk {
    func visitStoreRecords(_ visitor: inout some StoreCheckVisitor) throws(StoreError) {
        beginPhase()
        let statement = try connection.prepare(
            """
            SELECT \(StoreRecordColumns.names) FROM store_record
            ORDER BY kind, place, sequence, line
            """
        )
        while try statement.step() {
            try step("store records", of: 0)
            var name = "a store record"
            do throws(StoreError) {
                let key = try StoreRecordColumns.key(statement)
                name = describe(key)
                let record = try StoreRecordColumns.record(statement, 4, key)
                if case .conflict(let conflict) = record {
                    try check(conflict, key, name, &visitor)
                }
                let names = names(of: key, &visitor)
                visitor.visit(record, key: key, names: names, name: name)
            } catch {
                try survive(error, "\(name), which is kept for its agent,", &visitor)
            }
        }
    }

    /// Where more is promised than there is, or less than nothing is there, a conflict must say so.
    func checkConflicts(
        of level: StockLevel,
        _ key: LevelKey,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        if level.shortfall > 0, try !isThere(.oversold(key)) {
            visitor.fault(
                4,
                "\(describe(key)): \(level.shortfall) units too many are promised, no conflict says so"
            )
        }
        if level.onHand < 0, try !isThere(.negativeOnHand(key)) {
            visitor.fault(4, "\(describe(key)): on hand are \(level.onHand), no conflict says so")
        }
    }

    /// A conflict of a level must be as the level is.
    private func check(
        _ conflict: Conflict,
        _ key: StoreRecordKey,
        _ name: String,
        _ visitor: inout some StoreCheckVisitor
    ) throws(StoreError) {
        let level = LevelKey(rawValue: key.place)
        switch key.kind {
        case .oversold:
            let shortfall = try self.level(level)?.shortfall ?? 0
            guard shortfall != conflict.quantity else { return }
            visitor.fault(
                4,
                "\(name): \(shortfall) units too many are promised, its conflict says "
                    + "\(conflict.quantity)"
            )
        case .negativeOnHand:
            let onHand = try self.level(level)?.onHand ?? 0
            guard max(0, -onHand) != conflict.quantity else { return }
            visitor.fault(
                4,
                "\(name): on hand are \(onHand), its conflict says that \(conflict.quantity) are missing"
            )
        default: return
        }
    }

    private func isThere(_ key: StoreRecordKey) throws(StoreError) -> Bool {
        do throws(StoreError) {
            return try rows.storeRecord(key) != nil
        } catch {
            // Named where the records are looked through.
            guard error.code == .corrupt, error.sqliteCode == 0 else { throw error }
            return true
        }
    }

    private func describe(_ key: StoreRecordKey) -> String {
        if key.kind.isOfLevel { return describe(LevelKey(rawValue: key.place)) }
        let id = try? rows.location(key.location)?.id.text
        return id ?? "location \(key.location.rawValue)"
    }

    /// The hash of the names of a level, if that is where the record belongs; 0 otherwise.
    private func names(
        of key: StoreRecordKey,
        _ visitor: inout some StoreCheckVisitor
    ) -> UInt64 {
        let location = Int(key.location.rawValue)
        guard locationHashes.indices.contains(location), location > 0 else {
            visitor.fault(10, "the store record \(key) is of a location unknown")
            return 0
        }
        guard key.kind.isOfLevel else { return 0 }
        let item = Int(truncatingIfNeeded: key.place & 0xFFFF_FFFF)
        guard skuHashes.indices.contains(item), item > 0 else {
            visitor.fault(10, "the store record \(key) is of an item unknown")
            return 0
        }
        return Self.names(skuHashes[item], locationHashes[location])
    }
}

extension StoreRecordKey.Kind {
    /// Whether the place of its keys is a level.
    fileprivate var isOfLevel: Bool {
        switch self {
        case .allotment, .oversold, .negativeOnHand, .editConflict: true
        case .agent, .closedEpoch, .fact, .factConflict, .fork, .quarantined: false
        }
    }
}
