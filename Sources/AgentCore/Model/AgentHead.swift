package import Ledger

/// The row that says who the agent is and how far it has come; changed with every commit that moves
/// any of it.
///
/// Invariant: `firstKept − 1 ≤ acknowledged ≤ sequence`.
package struct AgentHead: Equatable, Sendable {
    /// Why the agent sells no more until somebody sets the store up anew.
    package enum Frozen: UInt8, Sendable {
        /// The ledger has facts of this name that aren't in this database: it is an old copy, or a clone.
        case oldCopy = 1
        /// The ledger has another fact in the place of one of this database's: one of two clones.
        case forked = 2
        /// Another agent has taken over the store.
        case taken = 3
        /// The ledger has frozen the store: two databases speak for it.
        case storeFrozen = 4
        /// The ledger lost more than is kept here.
        case ledgerLost = 5
    }

    /// The acknowledgement of facts at a time of the ledger.
    package struct Acknowledgement: Equatable, Sendable {
        package var sequence: UInt64
        package var time: LogTime
        package init(sequence: UInt64, time: LogTime) {
            self.sequence = sequence
            self.time = time
        }
    }

    /// The copy of the location, complete as of a position of the log.
    package struct Copy: Equatable, Sendable {
        /// Everything up to it is in the copy.
        package var position: Position
        /// The agent's own facts up to this one are in it too.
        package var known: UInt64
        package init(position: Position, known: UInt64) {
            self.position = position
            self.known = known
        }
    }

    /// The store.
    package var location: LocationID
    /// Minted with the database: at most 32 bytes.
    package var instance: Reference
    /// What the ledger gave; 0: none yet.
    package var epoch: UInt32 = 0
    /// The first one that this database had.
    package var firstEpoch: UInt32 = 0
    /// Nil: all is well.
    package var frozen: Frozen?
    /// The cluster that keeps the ledger, when it is known.
    package var cluster: Reference?
    /// The ledger was restored from a backup, and hasn't been told again yet what it lost.
    package var isRestored = false
    /// The last fact; 0: none yet.
    package var sequence: UInt64 = 0
    /// Its link.
    package var hash = FactHash.start
    /// The last fact that the ledger is known to have.
    package var acknowledged: UInt64 = 0
    /// Its link.
    package var acknowledgedHash = FactHash.start
    /// The first fact whose row is kept.
    package var firstKept: UInt64 = 1
    /// The latest time of the ledger that was heard of.
    package var heard = LogTime(microseconds: 0)
    /// Rising; about one an hour.
    package var acknowledgements: [Acknowledgement] = []
    /// Nil: there is none yet.
    package var copy: Copy?
    /// While a restored ledger is told again what it had been told: the last fact before that.
    ///
    /// Until it is told, nobody knows what rights there are.
    package var rightsUnknownThrough: UInt64?
    /// The number of the last edit of a price.
    package var lastEdit: UInt64 = 0
    /// The number of the last answer that is kept apart from facts.
    package var lastAnswer: UInt64 = 0

    /// Of a new database.
    package init(location: LocationID, instance: Reference) {
        self.location = location
        self.instance = instance
    }

    /// Facts that the ledger isn't known to have.
    package var outboxDepth: UInt64 { sequence - acknowledged }
}
