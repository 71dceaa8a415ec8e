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
    public var position: Position
    public var logTime: LogTime
    public var kind: Kind
    public var cause: Cause
    /// Empty for a refusal and for edits of the catalogue.
    public var movements: [Movement]
    public var reason: Reference?
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
    public var key: LevelKey
    public var onHand: Quantity
    public var reserved: Quantity
    public var allotted: Quantity
    public var unavailable: Quantity
    public var incoming: Quantity
    /// The level after the change.
    public var after: StockLevel
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
