/// One appended row of the journal: an applied request with its answer, or an expiry.
///
/// It is the whole durable trace of a simple command: who, why, what moved, what was answered.
public struct JournalRow: Equatable, Sendable {
    /// What caused the row.
    public enum Cause: Equatable, Sendable {
        /// `digest` is of the request's payload, to notice an id used twice for different things.
        case request(RequestID, digest: UInt64, actor: Actor, outcome: Outcome)
        /// A hold ran out; the reservation as it is afterwards.
        case expiry(Reservation)
    }

    /// 1, 2, 3, …: the order in which rows were appended.
    public var sequence: UInt64
    /// The log entry that caused it.
    public var position: Position
    /// The time of that entry.
    public var logTime: LogTime
    /// What kind it is.
    public var kind: Kind
    /// Who or what caused it.
    public var cause: Cause
    /// Empty for a refusal and for edits of the catalogue.
    public var movements: [Movement]
    /// Why, as a code.
    public var reason: Reference?
    /// A document elsewhere that it belongs to.
    public var document: Reference?

    /// The command's name in the journal.
    public enum Kind: UInt8, Sendable {
        case upsertItem = 1
        case upsertLocation = 2
        case receive = 3
        case adjust = 4
        case sell = 5
        case reserve = 6
        case extend = 7
        case confirm = 8
        case fulfill = 9
        case release = 10
        case expire = 11
    }

    /// Puts the parts together.
    public init(
        sequence: UInt64,
        position: Position,
        logTime: LogTime,
        kind: Kind,
        cause: Cause,
        movements: [Movement],
        reason: Reference? = nil,
        document: Reference? = nil
    ) {
        self.sequence = sequence
        self.position = position
        self.logTime = logTime
        self.kind = kind
        self.cause = cause
        self.movements = movements
        self.reason = reason
        self.document = document
    }
}

/// The change of one level: the delta of each bucket, and what they were afterwards.
public struct Movement: Equatable, Sendable {
    /// The level that moved.
    public var key: LevelKey
    /// The change of what is on hand.
    public var onHand: Quantity
    /// The change of what is reserved.
    public var reserved: Quantity
    /// The change of what is allotted.
    public var allotted: Quantity
    /// The change of what is damaged or on hold.
    public var unavailable: Quantity
    /// The change of what is on its way.
    public var incoming: Quantity
    /// The level after the change.
    public var after: StockLevel
    /// Puts the parts together.
    public init(
        key: LevelKey,
        onHand: Quantity = 0,
        reserved: Quantity = 0,
        allotted: Quantity = 0,
        unavailable: Quantity = 0,
        incoming: Quantity = 0,
        after: StockLevel
    ) {
        self.key = key
        self.onHand = onHand
        self.reserved = reserved
        self.allotted = allotted
        self.unavailable = unavailable
        self.incoming = incoming
        self.after = after
    }
}
