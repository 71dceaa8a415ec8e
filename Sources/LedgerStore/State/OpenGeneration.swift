import Ledger

/// The generation that is being filled: which rows it has written (their newest values are in the
/// caches), and what it appends.
struct OpenGeneration {
    let number: UInt64
    var journal = JournalArena()
    /// Each key once, in the order of its first write.
    var items: [ItemKey] = []
    var locations: [LocationKey] = []
    /// Levels that have rows of their own.
    var levels: [LevelKey] = []
    var reservations: [UInt64] = []
    var documents: [UInt64] = []
    var offers: [LevelKey] = []
    var storeRecords: [StoreRecordKey] = []
    /// What those take that are not small.
    var storeRecordBytes = 0
    var identities: [IdentityEntry] = []
    var traces: [TraceEntry] = []
    /// Levels that SQLite may not have yet.
    var newLevels: [LevelKey] = []
    /// The offers among `offers` that SQLite may not have yet.
    var newOffers: [LevelKey] = []

    init(number: UInt64) {
        self.number = number
    }

    /// What it would cost to write it now; the bytes are of the journal, and a guess for the rest.
    var size: GenerationSize {
        var size = GenerationSize()
        size.entries = journal.rows.count
        size.rows =
            items.count + locations.count + levels.count + newLevels.count
            + reservations.count + documents.count + offers.count + storeRecords.count
        size.bytes =
            journal.bytes.count + size.rows * 96 + storeRecordBytes
            + identities.count * (IdentityLeaf.entryBytes + TraceBlock.entryBytes)
            + traces.count * TraceBlock.entryBytes
        return size
    }
}

/// A generation that was handed to the writer and is not committed yet: it stays readable.
struct SealedGeneration {
    let generation: Generation
    let newLevels: [LevelKey]
    let newOffers: [LevelKey]
    let size: GenerationSize
}
