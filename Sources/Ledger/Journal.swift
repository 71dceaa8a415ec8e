/// One appended row of the journal: an applied request with its answer, or an expiry.
///
/// It is the whole durable trace of a simple command: who, why, what moved, what was answered.
public struct JournalRow: Equatable, Sendable {
    /// What caused the row.
    public enum Cause: Equatable, Sendable {
        /// `digest` is of the request's payload, to notice an id used twice for different things.
        case request(RequestID, digest: UInt64, actor: Actor, outcome: Outcome)
        /// A command of a batch that went through, by its index; the batch's own row follows.
        case part(of: RequestID, index: Int, actor: Actor, outcome: Outcome)
        /// A hold ran out; the reservation as it is afterwards.
        case expiry(Reservation)
        /// A store told that it has happened; the row of the submission follows, or of the replay.
        indirect case fact(FactTrace, actor: Actor, outcome: Outcome)
        /// A hold was released, since this fact had taken what it promised; as it is afterwards.
        indirect case cure(Reservation, FactMark)
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
    /// The name of the sale that the row made, when it was given one of its own; see `saleID`.
    public var sale: SaleID?

    /// The command's name in the journal.
    public enum Kind: UInt8, CaseIterable, Sendable {
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
        case markUnavailable = 12
        case writeOff = 13
        case setStockPolicy = 14
        case returnGoods = 15
        case count = 16
        case createTransfer = 17
        case shipTransfer = 18
        case receiveTransfer = 19
        case cancelTransfer = 20
        case setOffer = 21
        case batch = 22
        case registerStore = 23
        case submitFacts = 24
        case grantAllotment = 25
        case recallAllotment = 26
        case revokeAllotment = 27
        case resolveConflict = 28
        case replayFact = 29
        case returnAllotment = 30
        /// A fact that is kept as it is: nothing of it could be booked.
        case setAsideFact = 31
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
        document: Reference? = nil,
        sale: SaleID? = nil
    ) {
        self.sequence = sequence
        self.position = position
        self.logTime = logTime
        self.kind = kind
        self.cause = cause
        self.movements = movements
        self.reason = reason
        self.document = document
        self.sale = sale
    }
}
