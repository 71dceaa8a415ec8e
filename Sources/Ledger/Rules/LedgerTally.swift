/// How many commands entries have done or refused, and what became of holds.
///
/// Counted where the rules decide, so that every node which applies the same entries counts the same.
public struct LedgerTally: Equatable, Sendable {
    /// Commands that were done, by the raw value of their kind; the parts of a batch, and the batch.
    public private(set) var done = [UInt64](repeating: 0, count: Self.kinds)
    /// Commands that were refused, by reason; of a refused batch the batch alone.
    public private(set) var refused = [UInt64](repeating: 0, count: Refusal.Reason.allCases.count)
    /// Those of them that asked for a hold.
    public private(set) var holdsRefused = [UInt64](
        repeating: 0,
        count: Refusal.Reason.allCases.count
    )
    /// Holds whose time was over.
    public private(set) var expired: UInt64 = 0
    /// Facts that were sent again, and had been taken in before.
    public private(set) var repeatedFacts: UInt64 = 0

    private static let kinds = JournalRow.Kind.allCases.count + 1

    /// Nothing yet.
    public init() {}

    /// Commands of a kind that were done.
    public subscript(kind: JournalRow.Kind) -> UInt64 { done[Int(kind.rawValue)] }

    /// A command had its outcome.
    mutating func count(_ kind: JournalRow.Kind, _ outcome: Outcome) {
        guard case .refused(let refusal) = outcome else {
            done[Int(kind.rawValue)] += 1
            return
        }
        let reason = refusal.reason.rawValue
        refused[reason] += 1
        if kind == .reserve { holdsRefused[reason] += 1 }
    }

    mutating func countExpiry() { expired += 1 }

    mutating func countRepeatedFact() { repeatedFacts += 1 }

    /// Adds what was counted elsewhere.
    public mutating func add(_ other: LedgerTally) {
        for index in done.indices { done[index] += other.done[index] }
        for index in refused.indices { refused[index] += other.refused[index] }
        for index in holdsRefused.indices { holdsRefused[index] += other.holdsRefused[index] }
        expired += other.expired
        repeatedFacts += other.repeatedFacts
    }

    /// Counts from zero again, in the same room.
    public mutating func clear() {
        for index in done.indices { done[index] = 0 }
        for index in refused.indices { refused[index] = 0 }
        for index in holdsRefused.indices { holdsRefused[index] = 0 }
        expired = 0
        repeatedFacts = 0
    }
}

extension Refusal {
    /// A refusal without its details.
    public enum Reason: Int, CaseIterable, Sendable {
        case insufficientStock
        case itemNotFound
        case itemArchived
        case locationNotFound
        case locationClosed
        case reservationNotFound
        case reservationExists
        case reservationExpired
        case reservationClosed
        case maxTTLReached
        case holdQuotaExceeded
        case exceedsOpenQuantity
        case versionMismatch
        case reasonRequired
        case quantityOverflow
        case stockRemains
        case idempotencyKeyReused
        case exceedsUnavailable
        case saleNotFound
        case saleExists
        case exceedsSoldQuantity
        case countOutdated
        case transferNotFound
        case transferExists
        case transferClosed
        case exceedsRequested
        case exceedsInTransit
        case batchRefused
        case malformed
        case storeNotRegistered
        case storeTaken
        case storeFrozen
        case epochFenced
        case sequenceGap
        case forked
        case staleEpoch
        case conflictNotFound
        case conflictStands
        case factNotFound
    }

    /// Why, without the details.
    public var reason: Reason {
        switch self {
        case .insufficientStock: .insufficientStock
        case .itemNotFound: .itemNotFound
        case .itemArchived: .itemArchived
        case .locationNotFound: .locationNotFound
        case .locationClosed: .locationClosed
        case .reservationNotFound: .reservationNotFound
        case .reservationExists: .reservationExists
        case .reservationExpired: .reservationExpired
        case .reservationClosed: .reservationClosed
        case .maxTTLReached: .maxTTLReached
        case .holdQuotaExceeded: .holdQuotaExceeded
        case .exceedsOpenQuantity: .exceedsOpenQuantity
        case .versionMismatch: .versionMismatch
        case .reasonRequired: .reasonRequired
        case .quantityOverflow: .quantityOverflow
        case .stockRemains: .stockRemains
        case .idempotencyKeyReused: .idempotencyKeyReused
        case .exceedsUnavailable: .exceedsUnavailable
        case .saleNotFound: .saleNotFound
        case .saleExists: .saleExists
        case .exceedsSoldQuantity: .exceedsSoldQuantity
        case .countOutdated: .countOutdated
        case .transferNotFound: .transferNotFound
        case .transferExists: .transferExists
        case .transferClosed: .transferClosed
        case .exceedsRequested: .exceedsRequested
        case .exceedsInTransit: .exceedsInTransit
        case .batchRefused: .batchRefused
        case .malformed: .malformed
        case .storeNotRegistered: .storeNotRegistered
        case .storeTaken: .storeTaken
        case .storeFrozen: .storeFrozen
        case .epochFenced: .epochFenced
        case .sequenceGap: .sequenceGap
        case .forked: .forked
        case .staleEpoch: .staleEpoch
        case .conflictNotFound: .conflictNotFound
        case .conflictStands: .conflictStands
        case .factNotFound: .factNotFound
        }
    }
}

extension Refusal.Reason {
    /// A word for metrics, like `insufficient_stock`.
    public var label: String {
        self == .maxTTLReached ? "max_ttl_reached" : snakeCase("\(self)")
    }
}

extension JournalRow.Kind {
    /// A word for metrics, like `ship_transfer`.
    public var label: String {
        snakeCase("\(self)")
    }
}

private func snakeCase(_ text: String) -> String {
    text.reduce(into: "") { label, character in
        if character.isUppercase { label += "_" }
        label += character.lowercased()
    }
}
