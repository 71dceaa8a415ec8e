package import Ledger

/// How far a verification has come.
package struct VerifyProgress: Equatable, Sendable {
    /// What is being looked at, for people.
    package var phase: String
    package var done: UInt64
    /// 0: not known.
    package var total: UInt64

    package init(phase: String, done: UInt64, total: UInt64) {
        self.phase = phase
        self.done = done
        self.total = total
    }
}

/// What a verification has found.
package struct VerifyReport: Equatable, Sendable {
    /// Where in the log the store was.
    package var position: Position
    /// Of everything there, to compare with other nodes at the same position.
    package var digest: LedgerDigest
    /// The first ones that were found, at most ``violationsMax``.
    package var violations: [LedgerViolation]
    /// All of them.
    package var violationCount: Int
    package var items: UInt64
    package var locations: UInt64
    package var levels: UInt64
    package var offers: UInt64
    package var reservations: UInt64
    package var transfers: UInt64
    package var journalRows: UInt64
    /// What was not looked at, for people.
    package var unchecked: [String]

    /// More are counted, not kept.
    package static let violationsMax = 1_000

    package init() {
        position = Position(0)
        digest = LedgerDigest()
        violations = []
        violationCount = 0
        items = 0
        locations = 0
        levels = 0
        offers = 0
        reservations = 0
        transfers = 0
        journalRows = 0
        // SQLite looks into its own index only on a connection that may write.
        unchecked = ["the full-text index of titles, which nothing but the search reads"]
    }

    mutating func add(_ invariant: Int, _ detail: String) {
        violationCount += 1
        guard violations.count < Self.violationsMax else { return }
        violations.append(LedgerViolation(invariant: invariant, detail: detail))
    }
}
