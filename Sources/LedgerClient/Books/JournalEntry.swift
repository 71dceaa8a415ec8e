public import Ledger
public import LedgerAPI

/// One row of the journal: who changed what, when, why, and by which request.
public struct JournalEntry: Equatable, Sendable {
    /// What came of it.
    public enum Result: Equatable, Sendable {
        case done(Outcome)
        case refused(Problem)
        /// A hold ran out; the reservation as it was afterwards.
        case expired(Reservation)
        /// A hold was released, since this fact had taken what it promised; the reservation as it was
        /// afterwards.
        case cured(Reservation, by: FactMark)
        /// This version doesn't know what.
        case unknown
    }

    /// The change of one level.
    public struct Movement: Equatable, Sendable {
        /// The item.
        public var sku: SKU
        /// Where.
        public var location: LocationID
        /// The change of each bucket.
        public var change: Buckets
        /// Each bucket afterwards.
        public var balance: Buckets
    }

    /// The buckets of a level.
    public struct Buckets: Equatable, Sendable {
        /// Physically there.
        public var onHand: Quantity
        /// Promised to customers and orders.
        public var reserved: Quantity
        /// Granted to the store's agent.
        public var allotted: Quantity
        /// Damaged or on hold.
        public var unavailable: Quantity
        /// On its way.
        public var incoming: Quantity
    }

    /// 1, 2, 3 and so on: the order in which rows were appended.
    public var sequence: UInt64
    /// The entry of the log that caused it.
    public var position: Position
    /// The time of that.
    public var logTime: LogTime
    /// In capitals, such as RECEIVE.
    public var kind: String
    /// Nil for an expiry, a fact and a cure.
    public var request: RequestID?
    /// Of a command of an atomic batch.
    public var batchIndex: Int?
    /// Who asked; nil for an expiry and a cure.
    public var actor: Ledger.Actor?
    /// Why, as a code.
    public var reason: Reference?
    /// A document elsewhere.
    public var document: Reference?
    /// The sale that it made.
    public var sale: SaleID?
    /// Of a fact of a store: which one, and what became of it.
    public var fact: FactTrace?
    /// What moved; empty for a refusal and for edits of the catalogue.
    public var movements: [Movement]
    /// What came of it.
    public var result: Result
}

extension JournalEntry {
    /// Nil when it makes no sense here.
    init?(_ proto: ProtoJournalEntry) {
        let movements = proto.movements.compactMap(Movement.init)
        guard movements.count == proto.movements.count else { return nil }
        let fact = proto.hasFact ? FactTrace(proto.fact) : nil
        guard fact != nil || !proto.hasFact else { return nil }
        let result: Result
        switch proto.result {
        case .answer(let answer):
            guard let answer = Answer(answer) else { return nil }
            result = .done(answer.outcome)
        case .refused(let problem): result = .refused(Problem(problem))
        case .expired(let reservation):
            guard let reservation = Reservation(reservation) else { return nil }
            result = .expired(reservation)
        case .cured(let reservation):
            guard let reservation = Reservation(reservation), let mark = FactMark(proto.curedBy)
            else { return nil }
            result = .cured(reservation, by: mark)
        case nil: result = .unknown
        }
        self.init(
            sequence: proto.sequence,
            position: Position(proto.position),
            logTime: LogTime(microseconds: proto.logTimeUs),
            kind: proto.kind,
            request: RequestID(proto.requestID),
            batchIndex: proto.hasBatchIndex ? Int(proto.batchIndex) : nil,
            actor: Ledger.Actor(proto.actor),
            reason: Reference(proto.reason),
            document: Reference(proto.document),
            sale: SaleID(proto.saleID),
            fact: fact,
            movements: movements,
            result: result
        )
    }
}

extension JournalEntry.Movement {
    /// Nil when it names no level.
    init?(_ proto: ProtoMovement) {
        guard let sku = SKU(proto.sku), let location = LocationID(proto.locationID) else {
            return nil
        }
        self.init(
            sku: sku,
            location: location,
            change: JournalEntry.Buckets(proto.change),
            balance: JournalEntry.Buckets(proto.balance)
        )
    }
}

extension JournalEntry.Buckets {
    init(_ proto: ProtoBuckets) {
        self.init(
            onHand: proto.onHand,
            reserved: proto.reserved,
            allotted: proto.allotted,
            unavailable: proto.unavailable,
            incoming: proto.incoming
        )
    }
}
