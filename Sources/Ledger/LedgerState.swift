/// The counters and clocks that belong to the state itself.
public struct LedgerHeader: Equatable, Sendable {
    /// The last applied log entry.
    public var position = Position(0)
    /// The time of the last applied entry; strictly rising.
    public var logTime = LogTime(microseconds: 0)
    /// The sequence of the last journal row.
    public var journalSequence: UInt64 = 0
    /// The last key given to an item, and to a location.
    public var lastItemKey: UInt32 = 0
    /// The last key given to a location.
    public var lastLocationKey: UInt32 = 0
    /// Before the first entry.
    public init() {}
}

/// An answer that is kept so that a repeated request gets it again.
public struct RememberedAnswer: Equatable, Sendable {
    /// The digest of the payload that was answered.
    public var digest: UInt64
    /// The answer of the first time.
    public var answer: Answer
    /// Puts the parts together.
    public init(digest: UInt64, answer: Answer) {
        self.digest = digest
        self.answer = answer
    }
}

/// A location at which the ledger may place lines that name none.
public struct OnlineLocation: Equatable, Sendable {
    /// Its key.
    public var key: LocationKey
    /// Its name.
    public var id: LocationID
    /// Lower is tried first; equal ones are tried in the order of their names.
    public var priority: Int32
    /// Puts the parts together.
    public init(key: LocationKey, id: LocationID, priority: Int32) {
        self.key = key
        self.id = id
        self.priority = priority
    }

    /// The location, if it is ACTIVE and sells online.
    public init?(_ location: Location, key: LocationKey) {
        guard location.state == .active, location.sellsOnline else { return nil }
        self.init(key: key, id: location.id, priority: location.priority)
    }

    /// The order in which the ledger tries them.
    public static func isTriedBefore(_ left: Self, _ right: Self) -> Bool {
        (left.priority, left.id) < (right.priority, right.id)
    }
}

/// A whole ledger, whatever keeps its rows: what commands read and write, and what applying an entry
/// needs besides.
public protocol LedgerState: LedgerRows {
    /// The HELD reservation with the least (expireTime, creation order), if it expires at or before `time`.
    mutating func nextExpired(at time: LogTime) throws(Failure) -> Reservation?
    /// The least expiry among HELD reservations.
    var earliestExpiry: LogTime? { get }

    /// What a request was answered, the last time that it was executed.
    ///
    /// One that was given at or before the horizon of `forgetAnswers` may come or not: the rules don't
    /// look at it.
    mutating func rememberedAnswer(_ id: RequestID) throws(Failure) -> RememberedAnswer?
    /// Answers given at or before `horizon` are needed no more; the state may drop some of them.
    ///
    /// Whether it does shows nowhere, so it may do so when it likes. Called with every entry, with
    /// horizons that never fall.
    mutating func forgetAnswers(through horizon: LogTime)
}

extension LedgerState {
    /// Keeps them all.
    public mutating func forgetAnswers(through horizon: LogTime) {}
}
