/// One of the rows that the ledger keeps for store agents.
///
/// They are few kinds of small rows that are only ever found by their key, so a store of rows need
/// know one kind of row for all of them.
public enum StoreRecord: Equatable, Sendable {
    indirect case agent(StoreAgent)
    case closedEpoch(ClosedEpoch)
    case allotment(Allotment)
    /// Of one of the last facts: its link and its fate.
    case fact(hash: FactHash, fate: FactFate)
    indirect case conflict(Conflict)
    indirect case quarantined(QuarantinedFact)
}

/// Where a `StoreRecord` is kept: a kind and two numbers, in an order in which those of a store are
/// neighbours.
public struct StoreRecordKey: Hashable, Comparable, Sendable {
    /// The kinds; a number is never used again for something else.
    public enum Kind: UInt8, CaseIterable, Sendable {
        case agent = 1
        case closedEpoch = 2
        case allotment = 3
        case fact = 4
        case oversold = 5
        case negativeOnHand = 6
        case factConflict = 7
        case editConflict = 8
        case fork = 9
        case quarantined = 10
    }

    /// What is kept there.
    public let kind: Kind
    /// The location in the upper half; an item's key or an epoch in the lower.
    public let place: UInt64
    /// The sequence of a fact, or 0.
    public let sequence: UInt64
    /// The line of the fact, or 0.
    public let line: UInt16

    /// Puts the parts together, for a store that reads them.
    public init(kind: Kind, place: UInt64, sequence: UInt64, line: UInt16) {
        self.kind = kind
        self.place = place
        self.sequence = sequence
        self.line = line
    }

    private init(
        _ kind: Kind,
        _ location: LocationKey,
        _ low: UInt32,
        _ sequence: UInt64 = 0,
        line: Int = 0
    ) {
        self.kind = kind
        place = UInt64(location.rawValue) << 32 | UInt64(low)
        self.sequence = sequence
        self.line = UInt16(clamping: line)
    }

    /// Of the store's agent.
    public static func agent(_ location: LocationKey) -> Self { Self(.agent, location, 0) }
    /// Of an epoch that is over.
    public static func closedEpoch(_ location: LocationKey, _ epoch: UInt32) -> Self {
        Self(.closedEpoch, location, epoch)
    }
    /// Of the rights to an item.
    public static func allotment(_ level: LevelKey) -> Self {
        Self(.allotment, level.location, level.item.rawValue)
    }
    /// Of one of the last facts.
    public static func fact(_ location: LocationKey, _ epoch: UInt32, _ sequence: UInt64) -> Self {
        Self(.fact, location, epoch, sequence)
    }
    /// Of a level of which more is promised than there is.
    public static func oversold(_ level: LevelKey) -> Self {
        Self(.oversold, level.location, level.item.rawValue)
    }
    /// Of a level of which less than nothing is on hand.
    public static func negativeOnHand(_ level: LevelKey) -> Self {
        Self(.negativeOnHand, level.location, level.item.rawValue)
    }
    /// Of a conflict about a line of a fact.
    public static func factConflict(
        _ location: LocationKey,
        _ epoch: UInt32,
        _ sequence: UInt64,
        line: Int
    ) -> Self {
        Self(.factConflict, location, epoch, sequence, line: line)
    }
    /// Of a price that was changed on both sides.
    public static func editConflict(_ level: LevelKey) -> Self {
        Self(.editConflict, level.location, level.item.rawValue)
    }
    /// Of a store whose chain forked.
    public static func fork(_ location: LocationKey) -> Self { Self(.fork, location, 0) }
    /// Of a fact that was put aside.
    public static func quarantined(
        _ location: LocationKey,
        _ epoch: UInt32,
        _ sequence: UInt64
    ) -> Self {
        Self(.quarantined, location, epoch, sequence)
    }

    /// The store.
    public var location: LocationKey { LocationKey(UInt32(truncatingIfNeeded: place >> 32)) }

    /// Whether a conflict is kept there.
    public var isConflict: Bool {
        switch kind {
        case .oversold, .negativeOnHand, .factConflict, .editConflict, .fork: true
        case .agent, .closedEpoch, .allotment, .fact, .quarantined: false
        }
    }

    /// By kind, then store, then the rest.
    public static func < (left: Self, right: Self) -> Bool {
        (left.kind.rawValue, left.place, left.sequence, left.line)
            < (right.kind.rawValue, right.place, right.sequence, right.line)
    }
}

/// The name of a conflict for people and programs: `kind-place-sequence-line`, in hexadecimal.
extension StoreRecordKey: LosslessStringConvertible {
    /// The name.
    public var description: String {
        let rest = [UInt64(kind.rawValue), place, sequence, UInt64(line)]
        return rest.map { String($0, radix: 16) }.joined(separator: "-")
    }

    /// The key that has exactly this name; nil when none has.
    public init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt64($0, radix: 16) }
        guard parts.count == 4, numbers.count == 4,
            let kind = UInt8(exactly: numbers[0]).flatMap(Kind.init(rawValue:)),
            let line = UInt16(exactly: numbers[3])
        else { return nil }
        self.init(kind: kind, place: numbers[1], sequence: numbers[2], line: line)
        guard self.description == description else { return nil }
    }
}
