package import Ledger
import Threads

/// The ledger in SQLite, as a unit of work with write-behind.
///
/// A row is read once, changed in memory, and each row that changed is written once, with the
/// generation that `seal` closes. Whoever owns the state hands generations to a `GenerationWriter`
/// in order, and reports what was committed.
///
/// A value confined to one thread: it holds a connection to the database of its own. Copying it
/// would share that connection, so it is kept in one place and passed `inout`.
///
/// Where the newest of a row is (see ``RowCache`` for why no read goes back to an older one):
/// ```
///                     written by this or a sealed generation      else
/// item, location,     the cache, pinned until committed           the cache, or SQLite
/// reservation,
/// store record
/// level               the cache, pinned until its own row is      the cache, or SQLite
///                     brought up to date and committed
/// journal row         the generation's arena, by sequence         SQLite
/// identity            pending, or a sealed generation's slice     pending, or SQLite's index
/// open hold           memory, all of them                         memory
/// ```
package struct SQLiteLedgerState: LedgerState {
    package typealias Failure = StoreError

    package var header: LedgerHeader

    let limits: StoreLimits
    let reader: RowReader
    let identityIndex: IdentityIndex
    let hasher: IdentityHasher

    var itemKeys: RowCache<SKU, ItemKey>
    var items: RowCache<ItemKey, Item>
    var itemStates = StateBytes()
    var locationKeys: RowCache<LocationID, LocationKey>
    var locations: RowCache<LocationKey, Location>
    var locationStates = StateBytes()
    var levels: RowCache<LevelKey, StockLevel>
    var reservations: RowCache<UInt64, CachedReservation>

    /// Keys of the reservations that were read or changed since the last seal.
    var keysInUse: [ReservationID: UInt64] = [:]
    /// The reservation that was just created, until the journal row that carries it is appended.
    var created: CreatedReservation?
    var documents: RowCache<UInt64, CachedDocument>
    /// Keys of the sales and transfers that were read or changed since the last seal.
    var documentsInUse: [DocumentName: UInt64] = [:]
    /// Nil: there is no offer.
    var offers: RowCache<LevelKey, Offer?>
    /// Nil: there is none, or none any more.
    var storeRecords: RowCache<StoreRecordKey, StoreRecord?>
    /// Where lines may be placed, in the order in which it is tried.
    var online: [OnlineLocation]
    var answers: AnswerRetention
    var holds: OpenHolds
    var filter: IdentityFilter
    var pending: PendingIdentities
    /// Identities ever given to `pending` or found at start; it scales what may wait.
    var identityCount: Int
    /// The last row of `identity_pending`.
    var pendingRow: UInt64
    var pendingLevels = PendingLevels()
    /// The last row of `level_pending`.
    var lastLevelNumber: UInt64
    /// Levels that SQLite may not have yet, by item.
    var newLevels: [ItemKey: [LevelKey]] = [:]
    /// Offers that SQLite may not have yet, by item.
    var newOffers: [ItemKey: [LevelKey]] = [:]

    var open: OpenGeneration
    /// The journal's index; made at its first use, which is rare.
    var traceIndex: TraceIndex?
    /// In order, the oldest first.
    var sealed: [SealedGeneration] = []
    var backlogSize = GenerationSize()

    /// A reservation in memory.
    struct CachedReservation {
        var reservation: Reservation
        /// The journal row that carries it as it is; nil when none does.
        var carrier: UInt64?
    }

    struct CreatedReservation {
        var reservation: Reservation
        var key: UInt64
    }

    /// What was found on disk at start.
    init(loading loaded: LoadedStore, limits: StoreLimits) {
        header = loaded.header.ledger
        self.limits = limits
        reader = loaded.reader
        identityIndex = loaded.identityIndex
        hasher = IdentityHasher(bits: limits.identityHashBits)
        itemKeys = RowCache(countMax: limits.itemKeysMax)
        items = RowCache(countMax: limits.itemsMax)
        locationKeys = RowCache(countMax: limits.locationsMax)
        locations = RowCache(countMax: limits.locationsMax)
        levels = RowCache(countMax: limits.levelsMax)
        reservations = RowCache(countMax: limits.reservationsMax)
        documents = RowCache(countMax: limits.reservationsMax)
        offers = RowCache(countMax: limits.itemsMax)
        storeRecords = RowCache(countMax: limits.storeRecordsMax)
        online = loaded.online
        answers = AnswerRetention(forgottenRows: loaded.forgottenRows)
        holds = loaded.holds
        filter = loaded.filter
        pending = loaded.pending
        identityCount = loaded.identityCount
        pendingRow = loaded.lastPendingRow
        lastLevelNumber = loaded.changedLevels.last?.number ?? 0
        open = OpenGeneration(number: 1)
        for (number, row) in loaded.changedLevels {
            let written = levels.write(
                row.level,
                for: row.key,
                generation: 0,
                pinning: PendingLevels.pin
            )
            if case .first = written { pendingLevels.insert(row.key, number: number) }
        }
    }

    // MARK: Reads

    /// Until `endReads`, rows are read in one transaction: beginning and ending one costs as much as a read.
    ///
    /// It must be ended soon: the write-ahead log can't begin anew meanwhile.
    package mutating func beginReads() throws(StoreError) { try reader.beginReads() }

    /// Ends what `beginReads` began.
    package mutating func endReads() { reader.endReads() }

    // MARK: Journal

    package mutating func append(_ row: consuming JournalRow) {
        open.journal.append(row)
        trace(row)
        if case .request(let id, _, _, _) = row.cause {
            note(hasher.hash(id), row.sequence)
        }
        if let id = row.saleID { note(hasher.hash(id), row.sequence) }
        if row.kind == .createTransfer, let transfer = row.transfer {
            note(hasher.hash(transfer.id), row.sequence)
        }
        if let reservation = row.reservation { carry(reservation, row.sequence) }
    }

    package mutating func rememberedAnswer(
        _ id: RequestID
    ) throws(StoreError) -> RememberedAnswer? {
        let hash = hasher.hash(id)
        guard filter.mayContain(hash) else { return nil }
        for sequence in waitingSequences(hash) {
            if let answer = try answer(to: id, at: sequence) { return answer }
        }
        for sequence in try storedSequences(hash) {
            if let answer = try answer(to: id, at: sequence) { return answer }
        }
        return nil
    }

    private func answer(
        to id: RequestID,
        at sequence: UInt64
    ) throws(StoreError) -> RememberedAnswer? {
        guard let row = try journalRow(sequence),
            case .request(id, let digest, _, let outcome) = row.cause
        else { return nil }
        return RememberedAnswer(
            digest: digest,
            answer: Answer(position: row.position, logTime: row.logTime, outcome: outcome)
        )
    }

    /// The row with a sequence, wherever it is.
    func journalRow(_ sequence: UInt64) throws(StoreError) -> JournalRow? {
        guard let arena = arena(of: sequence) else { return try reader.journalRow(sequence) }
        return try arena.row(sequence)
    }

    /// The generation in memory that has appended a row, if it is not committed yet.
    func arena(of sequence: UInt64) -> JournalArena? {
        if open.journal.sequences.contains(sequence) { return open.journal }
        for sealed in sealed.reversed()
        where sealed.generation.journal.sequences.contains(sequence) {
            return sealed.generation.journal
        }
        return nil
    }

    // MARK: Identities

    /// Remembers that an identifier was seen.
    mutating func note(_ hash: UInt64, _ sequence: UInt64) {
        let entry = IdentityEntry(hash: hash, sequence: sequence)
        filter.insert(hash)
        pending.insert(entry)
        open.identities.append(entry)
        identityCount += 1
    }

    /// Sequences under a hash that are not in the index on disk yet, the newest first.
    func waitingSequences(_ hash: UInt64) -> [UInt64] {
        var sequences: [UInt64] = []
        pending.find(hash, into: &sequences)
        for sealed in sealed {
            guard let slice = sealed.generation.merge else { continue }
            PendingIdentities.find(hash, in: slice, into: &sequences)
        }
        return sequences.sorted(by: >)
    }

    /// Sequences under a hash in the index on disk, the newest first.
    ///
    /// All under a hash wait in one
    /// bin, which is merged whole: these are older than the ones that still wait.
    func storedSequences(_ hash: UInt64) throws(StoreError) -> [UInt64] {
        var sequences: [UInt64] = []
        try identityIndex.find(hash, into: &sequences)
        return sequences.reversed()
    }
}
