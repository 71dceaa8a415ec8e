import Ledger
import Threads

/// Closing generations, and hearing of what was committed.
extension SQLiteLedgerState {
    /// What the generation being filled holds so far.
    package var openSize: GenerationSize { open.size }
    /// What was sealed and is not committed yet.
    package var backlog: GenerationSize { backlogSize }
    /// How many generations that is.
    package var backlogCount: Int { sealed.count }
    /// Whether the backlog is at its bound: the caller seals nothing more until some is committed.
    package var isBacklogFull: Bool {
        sealed.count >= limits.generationsMax || backlogSize.bytes >= limits.backlogBytesMax
    }

    /// Closes the generation being filled, at the header's position, for the writer.
    ///
    /// `term` is that of the log entry at the position, `membership` the configuration as of it.
    /// Everything in it stays readable here. Generations are written in the order of their numbers;
    /// the caller reports each with `committed(through:)`.
    package mutating func seal(term: UInt64, membership: [UInt8]) -> Generation {
        settleCreated()
        // A disk that fails here fails at the next read that matters, too.
        try? advanceForgottenRows()
        let size = open.size
        let firstLevelNumber = lastLevelNumber + 1
        lastLevelNumber += UInt64(open.levels.count)
        let settled = pendingLevels.take(
            after: open.levels.count,
            sweepChanges: levelSweepChanges,
            lastNumber: lastLevelNumber
        )
        if !open.identities.isEmpty { pendingRow += 1 }
        let generation = Generation(
            number: open.number,
            header: StoreHeader(ledger: header, term: term, membership: membership),
            journal: open.journal,
            items: open.items.map { Generation.ItemRow(key: $0, item: written($0, items)) },
            locations: open.locations.map {
                Generation.LocationRow(key: $0, location: written($0, locations))
            },
            levels: open.levels.map {
                Generation.LevelRow(key: $0, level: written($0, levels))
            },
            firstLevelNumber: firstLevelNumber,
            newLevels: open.newLevels.map {
                Generation.LevelRow(key: $0, level: written($0, levels))
            },
            settledLevels: settled.keys.map { settle($0) },
            settledLevelNumber: settled.supersedes,
            reservations: open.reservations.map {
                Generation.ReservationRow(key: $0, written($0, reservations))
            },
            documents: open.documents.map {
                Generation.DocumentRow(key: $0, carrier: written($0, documents).carrier)
            },
            offers: open.offers.compactMap { key in
                written(key, offers).map { Generation.OfferRow(key: key, offer: $0) }
            },
            storeRecords: open.storeRecords.map {
                Generation.StoreRecordRow(key: $0, record: written($0, storeRecords))
            },
            holds: holds.takeChanges(),
            identities: open.identities,
            traces: open.traces,
            pendingRow: pendingRow,
            merge: pending.take(
                keeping: max(
                    limits.identitiesPendingMin,
                    identityCount / limits.identitiesPendingFraction
                ),
                limit: max(limits.identitiesMergedMin, 2 * open.identities.count),
                pendingRow: pendingRow
            ),
            forgottenRows: answers.forgottenRows
        )
        sealed.append(
            SealedGeneration(
                generation: generation,
                newLevels: open.newLevels,
                newOffers: open.newOffers,
                size: size
            )
        )
        backlogSize += size
        open = OpenGeneration(number: open.number + 1)
        keysInUse.removeAll(keepingCapacity: true)
        documentsInUse.removeAll(keepingCapacity: true)
        return generation
    }

    private var levelSweepChanges: Int {
        let levels = Int(header.lastItemKey) * Int(header.lastLocationKey)
        let wanted = levels / limits.levelSweepFraction
        return min(
            max(wanted, limits.levelSweepChanges.lowerBound),
            limits.levelSweepChanges.upperBound
        )
    }

    /// A level that has waited, as it is now: in its own row once this generation is committed.
    private mutating func settle(_ key: LevelKey) -> Generation.LevelRow {
        levels.pin(key, until: open.number)
        return Generation.LevelRow(key: key, level: written(key, levels))
    }

    private func written<Key, Value>(_ key: Key, _ cache: RowCache<Key, Value>) -> Value {
        guard let value = cache.peek(key) else {
            preconditionFailure("a row stays in memory until its generation is committed")
        }
        return value
    }

    /// Takes note that the generations up to a number are committed: their rows are clean now.
    package mutating func committed(through number: UInt64) {
        precondition(number < open.number, "only what was sealed can be committed")
        // From here on rows are evicted that the transaction would not see.
        reader.endReads()
        itemKeys.committed = number
        items.committed = number
        locationKeys.committed = number
        locations.committed = number
        levels.committed = number
        reservations.committed = number
        documents.committed = number
        offers.committed = number
        storeRecords.committed = number
        let done = sealed.prefix { $0.generation.number <= number }
        for sealed in done {
            backlogSize -= sealed.size
            for key in sealed.newLevels { Self.forget(key, in: &newLevels) }
            for key in sealed.newOffers { Self.forget(key, in: &newOffers) }
        }
        sealed.removeFirst(done.count)
    }

    private static func forget(_ key: LevelKey, in new: inout [ItemKey: [LevelKey]]) {
        guard var keys = new.removeValue(forKey: key.item) else { return }
        if let index = keys.firstIndex(of: key) { keys.remove(at: index) }
        if !keys.isEmpty { new[key.item] = keys }
    }
}

extension Generation.ReservationRow {
    init(key: UInt64, _ cached: SQLiteLedgerState.CachedReservation) {
        self.init(
            key: key,
            state: cached.reservation.state,
            place: cached.carrier.map { .journal($0) } ?? .body(cached.reservation)
        )
    }
}
