/// Why a request failed, in one word of capitals: the same in gRPC, HTTP and the command line.
///
/// Not an enum: a client meets reasons of servers that are newer than it is.
public struct Reason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The word, such as `INSUFFICIENT_STOCK`.
    public let rawValue: String
    /// Wraps a word that came from elsewhere.
    public init(rawValue: String) { self.rawValue = rawValue }
    private init(_ word: String) { rawValue = word }
    /// The word itself.
    public var description: String { rawValue }
}

/// Refusals: the ledger said no.
extension Reason {
    /// Not enough for all lines; the problem's detail lists the short ones.
    public static let insufficientStock = Reason("INSUFFICIENT_STOCK")
    /// The SKU names no item.
    public static let itemNotFound = Reason("ITEM_NOT_FOUND")
    /// The item is no longer sold.
    public static let itemArchived = Reason("ITEM_ARCHIVED")
    /// The id names no location.
    public static let locationNotFound = Reason("LOCATION_NOT_FOUND")
    /// The location takes no such command any more.
    public static let locationClosed = Reason("LOCATION_CLOSED")
    /// The id names no reservation.
    public static let reservationNotFound = Reason("RESERVATION_NOT_FOUND")
    /// The id names a reservation already.
    public static let reservationExists = Reason("RESERVATION_EXISTS")
    /// The hold ran out.
    public static let reservationExpired = Reason("RESERVATION_EXPIRED")
    /// The reservation is in a state that is final.
    public static let reservationClosed = Reason("RESERVATION_CLOSED")
    /// The hold can't be extended that far.
    public static let maxTTLReached = Reason("MAX_TTL_REACHED")
    /// The owner has too many open holds.
    public static let holdQuotaExceeded = Reason("HOLD_QUOTA_EXCEEDED")
    /// More than what is open; the problem's detail lists the lines.
    public static let exceedsOpenQuantity = Reason("EXCEEDS_OPEN_QUANTITY")
    /// An edit of another version; the problem's detail has the current one.
    public static let versionMismatch = Reason("VERSION_MISMATCH")
    /// More than is unavailable; the problem's detail lists the lines.
    public static let exceedsUnavailable = Reason("EXCEEDS_UNAVAILABLE")
    /// The id names no sale.
    public static let saleNotFound = Reason("SALE_NOT_FOUND")
    /// The id names a sale already.
    public static let saleExists = Reason("SALE_EXISTS")
    /// More would have come back than was sold; the problem's detail lists the lines.
    public static let exceedsSoldQuantity = Reason("EXCEEDS_SOLD_QUANTITY")
    /// Every line was counted against another version; the problem's detail has the levels.
    public static let countOutdated = Reason("COUNT_OUTDATED")
    /// The id names no transfer.
    public static let transferNotFound = Reason("TRANSFER_NOT_FOUND")
    /// The id names a transfer already.
    public static let transferExists = Reason("TRANSFER_EXISTS")
    /// The transfer is over.
    public static let transferClosed = Reason("TRANSFER_CLOSED")
    /// More than is still to be shipped; the problem's detail lists the lines.
    public static let exceedsRequested = Reason("EXCEEDS_REQUESTED")
    /// More than is on its way; the problem's detail lists the lines.
    public static let exceedsInTransit = Reason("EXCEEDS_IN_TRANSIT")
    /// A command of a batch was refused, and so all of it; the problem's detail says which and why.
    public static let batchRefused = Reason("BATCH_REFUSED")
    /// An adjustment without a reason.
    public static let reasonRequired = Reason("REASON_REQUIRED")
    /// More than can be counted.
    public static let quantityOverflow = Reason("QUANTITY_OVERFLOW")
    /// What is to be closed or archived still has stock.
    public static let stockRemains = Reason("STOCK_REMAINS")
    /// The request id was used for something else.
    public static let idempotencyKeyReused = Reason("IDEMPOTENCY_KEY_REUSED")
    /// No agent was ever registered at the location.
    public static let storeNotRegistered = Reason("STORE_NOT_REGISTERED")
    /// Another agent holds the store; the metadata say which.
    public static let storeTaken = Reason("STORE_TAKEN")
    /// The store's chain has forked; it takes an operator.
    public static let storeFrozen = Reason("STORE_FROZEN")
    /// The agent speaks in an epoch that is over; the metadata have the current one.
    public static let epochFenced = Reason("EPOCH_FENCED")
    /// Facts are missing; the metadata say which is expected.
    public static let sequenceGap = Reason("SEQUENCE_GAP")
    /// Another chain than the one that was taken in: the store is frozen.
    public static let forked = Reason("FORKED")
    /// Rights of another epoch; the metadata have the current one.
    public static let staleEpoch = Reason("STALE_EPOCH")
    /// No such conflict is open.
    public static let conflictNotFound = Reason("CONFLICT_NOT_FOUND")
    /// The conflict ends when what is wrong is put right.
    public static let conflictStands = Reason("CONFLICT_STANDS")
    /// No such fact was put aside.
    public static let factNotFound = Reason("FACT_NOT_FOUND")
}

/// What keeps an admin's change of the cluster from being begun.
extension Reason {
    /// Another change has not ended; one goes at a time.
    public static let changeInProgress = Reason("CHANGE_IN_PROGRESS")
    /// The members are others than those that the caller has seen; the metadata say where.
    public static let configurationMoved = Reason("CONFIGURATION_MOVED")
    /// The leader has only just been elected.
    public static let termNotOpen = Reason("TERM_NOT_OPEN")
    /// Leadership is on its way to another node.
    public static let leadershipMoving = Reason("LEADERSHIP_MOVING")
    /// Not a member of the cluster, or not of the kind that the change is about.
    public static let nodeNotFound = Reason("NODE_NOT_FOUND")
    /// The node is that already.
    public static let nodeAlreadySo = Reason("NODE_ALREADY_SO")
    /// The name was a member's once, and is never used again.
    public static let nodeIDRetired = Reason("NODE_ID_RETIRED")
    /// Nobody would have a vote.
    public static let lastVoter = Reason("LAST_VOTER")
    /// Too few of the voters-to-be live: the cluster could commit nothing any more.
    public static let quorumAtRisk = Reason("QUORUM_AT_RISK")
    /// The address is none.
    public static let badAddress = Reason("BAD_ADDRESS")
    /// More voters or members than a cluster may have.
    public static let tooManyMembers = Reason("TOO_MANY_MEMBERS")
    /// Only another voter can lead.
    public static let notAnotherVoter = Reason("NOT_ANOTHER_VOTER")
}

/// What a read says beyond the refusals.
extension Reason {
    /// A fact that was put aside is still none that the node can read.
    public static let factUnreadable = Reason("FACT_UNREADABLE")
    /// There is nothing different about the item at the location.
    public static let offerNotFound = Reason("OFFER_NOT_FOUND")
    /// The node's database could not be read.
    public static let storeFailed = Reason("STORE_FAILED")
}

/// Everything that kept a request from the ledger, or its answer from the client.
extension Reason {
    /// Malformed; the problem lists the fields.
    public static let malformed = Reason("MALFORMED")
    /// No leader is known, or it can't be reached.
    public static let notLeader = Reason("NOT_LEADER")
    /// No quorum answered in time.
    public static let noQuorum = Reason("NO_QUORUM")
    /// The node is starting or stopping.
    public static let notReady = Reason("NOT_READY")
    /// Too much is in flight.
    public static let overloaded = Reason("OVERLOADED")
    /// It may have been applied, or may still be: ask again with the same request id.
    public static let outcomeUnknown = Reason("OUTCOME_UNKNOWN")
    /// A bounded read found the node's state older than asked.
    public static let stale = Reason("STALE")
    /// A session read found that the node has not applied the position yet.
    public static let sessionAhead = Reason("SESSION_AHEAD")
    /// Another store's stock.
    public static let storeScope = Reason("STORE_SCOPE")
    /// The caller's role may not use this method.
    public static let role = Reason("ROLE")
}

/// What a client says on its own when a node says nothing.
extension Reason {
    /// The request never left: no connection, or it was not sent in time.
    public static let unreachable = Reason("UNREACHABLE")
    /// The connection broke while the answer was awaited.
    public static let connectionLost = Reason("CONNECTION_LOST")
    /// An answer came that this version can't read.
    public static let unreadableAnswer = Reason("UNREADABLE_ANSWER")
    /// The caller's task was cancelled.
    public static let cancelled = Reason("CANCELLED")
}
