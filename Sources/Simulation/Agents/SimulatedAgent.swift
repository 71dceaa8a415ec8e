import AgentCore
import Ledger

/// A machine at a store with an agent's database, and the agent that runs on it, if it does.
final class SimulatedAgent {
    typealias Core = AgentCore<InMemoryAgentRows, EntryFactCodec>

    /// A fact that a till was told of.
    struct Told {
        /// What moved on hand, by item.
        var changes: [SKU: Quantity]
        /// Whether the database that had it was lost before the ledger had it.
        var isLost = false
    }

    let index: Int
    let location: LocationID
    /// What was durable when the agent was last seen.
    var rows: InMemoryAgentRows
    var core: Core?
    /// Rises with every start: what was meant for an earlier life is lost.
    var life: UInt64 = 0
    let takesOver: Bool
    /// Whether it was started beside another one that holds the store.
    let isSecond: Bool
    /// No message comes through.
    var isCutOff = false
    /// Whether the core was told that it is connected.
    var isReachable = false
    /// Added to the true time for its wall clock, in microseconds.
    var wallError: Int64
    var startedAt = WorldTime.zero
    var wake: WorldTime?
    /// Where its feed is; nil: none is followed.
    var feedAfter: Position?
    var isFeeding = false
    /// Copies of its database, to be restored.
    var backups: [InMemoryAgentRows] = []
    /// Whether its database was ever copied and both copies used.
    var isDuplicated = false
    /// Whether it was noticed that it is frozen.
    var isFrozenSeen = false
    /// Whether the ledger went back to an old state in its time.
    var isCentreRestored = false
    /// It is never started again.
    var isGone = false
    /// What tills were told, by the sequence of the fact.
    var told: [UInt64: Told] = [:]
    /// Tills that wait, by ticket: the request, to be repeated after a crash.
    var open: [UInt64: TillRequest] = [:]
    var lastTicket: UInt64 = 0
    /// Sales made here, that something may be brought back of.
    var sales: [(id: SaleID, sku: SKU, quantity: Quantity)] = []

    init(
        index: Int,
        location: LocationID,
        rows: InMemoryAgentRows,
        takesOver: Bool,
        isSecond: Bool,
        wallError: Int64
    ) {
        self.index = index
        self.location = location
        self.rows = rows
        self.takesOver = takesOver
        self.isSecond = isSecond
        self.wallError = wallError
    }

    func lives(_ life: UInt64) -> Bool { core != nil && self.life == life }

    /// The name of its database.
    var instance: Reference? {
        guard case .head(let head)? = rows.record(.head) else { return nil }
        return head.instance
    }

    var head: AgentHead? {
        guard case .head(let head)? = rows.record(.head) else { return nil }
        return head
    }
}
