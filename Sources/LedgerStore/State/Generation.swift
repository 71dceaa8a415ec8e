package import Ledger

/// Everything that changed between two positions, for one transaction; a value that is handed to
/// the writer's thread.
package struct Generation: Sendable {
    /// 1, 2, 3, … since the store was opened.
    package let number: UInt64
    /// What the store is at once the generation is committed.
    package let header: StoreHeader

    let journal: JournalArena
    let items: [ItemRow]
    let locations: [LocationRow]
    /// Levels that changed: changes that are appended, with numbers from `firstLevelNumber` on.
    let levels: [LevelRow]
    let firstLevelNumber: UInt64
    /// Levels that may have no row of their own yet, and get one at once.
    let newLevels: [LevelRow]
    /// Levels whose own rows are brought up to date.
    let settledLevels: [LevelRow]
    /// Appended changes up to this one are in the levels' own rows once this generation is written.
    let settledLevelNumber: UInt64
    let reservations: [ReservationRow]
    let documents: [DocumentRow]
    let offers: [OfferRow]
    let storeRecords: [StoreRecordRow]
    let holds: [HoldRow]
    let identities: [IdentityEntry]
    /// What the journal's rows concern beside the identities.
    let traces: [TraceEntry]
    /// The row of `identity_pending` that takes `identities`.
    let pendingRow: UInt64
    let merge: PendingIdentities.Slice?
    /// Answers in journal rows up to this one are forgotten.
    let forgottenRows: UInt64

    struct ItemRow: Sendable {
        var key: ItemKey
        var item: Item
    }

    struct LocationRow: Sendable {
        var key: LocationKey
        var location: Location
    }

    struct LevelRow: Sendable {
        var key: LevelKey
        var level: StockLevel
    }

    struct ReservationRow: Sendable {
        var key: UInt64
        var state: Reservation.State
        var place: ReservationPlace
    }

    /// Which journal row carries the newest state of a sale or a transfer.
    struct DocumentRow: Sendable {
        var key: UInt64
        var carrier: UInt64
    }

    struct OfferRow: Sendable {
        var key: LevelKey
        var offer: Offer
    }

    struct StoreRecordRow: Sendable {
        var key: StoreRecordKey
        /// Nil: it is forgotten.
        var record: StoreRecord?
    }

    struct HoldRow: Sendable {
        var chunk: UInt64
        /// Empty when no hold of the chunk is open any more.
        var bytes: [UInt8]
    }

    /// The last log entry whose effects are in it.
    package var position: Position { header.ledger.position }
}

/// How much a generation, or a backlog of them, holds.
package struct GenerationSize: Equatable, Sendable {
    /// Rows of the journal.
    package var entries = 0
    /// Rows of the other tables.
    package var rows = 0
    /// Bytes, roughly.
    package var bytes = 0

    package init() {}

    static func += (left: inout Self, right: Self) {
        left.entries += right.entries
        left.rows += right.rows
        left.bytes += right.bytes
    }

    static func -= (left: inout Self, right: Self) {
        left.entries -= right.entries
        left.rows -= right.rows
        left.bytes -= right.bytes
    }
}
