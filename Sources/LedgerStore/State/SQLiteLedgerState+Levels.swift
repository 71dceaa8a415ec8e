package import Ledger

/// Stock levels: one by one, and all of an item or a location.
extension SQLiteLedgerState {
    package mutating func level(_ key: LevelKey) throws(StoreError) -> StockLevel {
        if let level = levels.find(key) { return level }
        let level = try reader.level(key) ?? StockLevel()
        levels.insert(level, for: key)
        return level
    }

    package mutating func setLevel(_ level: StockLevel, key: LevelKey) {
        let written = levels.write(
            level,
            for: key,
            generation: open.number,
            pinning: PendingLevels.pin
        )
        guard case .first(let previous) = written else { return }
        if previous?.value.version ?? 0 == 0 {
            open.newLevels.append(key)
            newLevels[key.item, default: []].append(key)
            // Version 0 was never stored: all there is to write is the level's own row. Of a level that
            // nobody read first, nothing is known: changes of it may wait.
            guard previous == nil else {
                levels.pin(key, until: open.number)
                return
            }
        }
        open.levels.append(key)
        if previous?.pinned != PendingLevels.pin {
            let number = lastLevelNumber + UInt64(open.levels.count)
            pendingLevels.insert(key, number: number)
        }
    }

    /// Every level that an item has, by key, as of the last applied entry.
    package func levels(
        ofItem item: ItemKey
    ) throws(StoreError) -> [(key: LevelKey, level: StockLevel)] {
        var found = try reader.levels(ofItem: item)
        for index in found.indices {
            if let newest = levels.peek(found[index].key) { found[index].level = newest }
        }
        let stored = found.count
        for key in newLevels[item] ?? [] {
            // It may be in SQLite since a moment ago, or twice in the list.
            guard !found.contains(where: { $0.key == key }), let level = levels.peek(key)
            else { continue }
            found.append((key, level))
        }
        if found.count > stored { found.sort { $0.key < $1.key } }
        return found
    }

    package mutating func holdsStock(
        item: ItemKey,
        besides ignored: Set<LevelKey>
    ) throws(StoreError) -> Bool {
        try levels(ofItem: item).contains { $0.level.holdsStock && !ignored.contains($0.key) }
    }

    package mutating func holdsStock(
        location: LocationKey,
        besides ignored: Set<LevelKey>
    ) throws(StoreError) -> Bool {
        // What the levels' own rows have not got yet decides first; of the rest SQLite knows most.
        if holdsStock(location, among: pendingLevels.keys, besides: ignored)
            || holdsStock(location, among: open.newLevels, besides: ignored)
        {
            return true
        }
        for sealed in sealed
        where holdsStock(location, among: sealed.generation.levelKeys, besides: ignored) {
            return true
        }
        let levels = levels
        return try reader.firstStocked(at: location) { key in
            !ignored.contains(key) && levels.peek(key)?.holdsStock ?? true
        } != nil
    }

    private func holdsStock(
        _ location: LocationKey,
        among keys: some Sequence<LevelKey>,
        besides ignored: Set<LevelKey>
    ) -> Bool {
        keys.contains { key in
            key.location == location && !ignored.contains(key)
                && levels.peek(key)?.holdsStock == true
        }
    }
}

extension Generation {
    /// The keys of the levels whose own rows it writes.
    var levelKeys: some Sequence<LevelKey> { (newLevels + settledLevels).lazy.map(\.key) }
}
