package import Ledger

/// What is known of stores and their agents, to be read page by page.
package enum StoreTable: Hashable, Sendable {
    /// All agents, or one store's.
    case stores(LocationID?)
    /// Everything that waits for a person, or what does at one store.
    case conflicts(LocationID?)
    case quarantined(LocationID?)
    case allotments(LocationID)
    case levels(LocationID)
    case offers(LocationID)
    /// Those that hold units of the location.
    case openReservations(LocationID)
    /// Those from or to the location.
    case openTransfers(LocationID)

    /// The location that it is about; nil: all.
    package var location: LocationID? {
        switch self {
        case .stores(let id), .conflicts(let id), .quarantined(let id): id
        case .allotments(let id), .levels(let id), .offers(let id), .openReservations(let id),
            .openTransfers(let id):
            id
        }
    }

    /// What a page token is bound to.
    var fingerprint: UInt64 {
        var hash = QuestionHash(kind: 5)
        hash.add(number)
        hash.add(location?.text ?? "")
        return hash.value
    }

    private var number: UInt64 {
        switch self {
        case .stores: 1
        case .conflicts: 2
        case .quarantined: 3
        case .allotments: 4
        case .levels: 5
        case .offers: 6
        case .openReservations: 7
        case .openTransfers: 8
        }
    }
}

/// Rows of one table about stores, in the order of their keys.
package enum StoreRows: Equatable, Sendable {
    case stores([StoreReport])
    case conflicts([ConflictRow])
    case quarantined([QuarantinedFact])
    case allotments([AllotmentView])
    case levels([LevelView])
    case offers([Offer])
    /// In the order of their creation.
    case reservations([Reservation])
    /// In the order of their creation.
    case transfers([Transfer])
}

/// A page of what is known of stores.
package struct StoreList: Equatable, Sendable {
    package var rows: StoreRows
    /// Nil when there is nothing behind this page.
    ///
    /// A page may have fewer rows than were asked for, or
    /// none, and still not be the last.
    package var nextPageToken: String?
    /// The ledger's time: ages are told by it.
    package var logTime: LogTime

    package init(
        rows: StoreRows,
        nextPageToken: String?,
        logTime: LogTime = LogTime(microseconds: 0)
    ) {
        self.rows = rows
        self.nextPageToken = nextPageToken
        self.logTime = logTime
    }
}

/// A store's agent, with what waits there for a person.
package struct StoreReport: Equatable, Sendable {
    /// Counts end here.
    package static let countMax = 1_000

    package var agent: StoreAgent
    /// Conflicts that are open, at most ``countMax``.
    package var openConflicts: Int
    /// Facts that are put aside, at most ``countMax``.
    package var quarantined: Int

    package init(agent: StoreAgent, openConflicts: Int, quarantined: Int) {
        self.agent = agent
        self.openConflicts = openConflicts
        self.quarantined = quarantined
    }
}

/// An open conflict with the key that names it.
package struct ConflictRow: Equatable, Sendable {
    package var key: StoreRecordKey
    package var conflict: Conflict

    package init(key: StoreRecordKey, conflict: Conflict) {
        self.key = key
        self.conflict = conflict
    }
}
