import Ledger
import Raft
import RaftLog
import Replica

/// A machine with its disk, its clocks, and the process of a node that runs on it, or doesn't.
///
/// What the process would lose with its death is in `core`, `log` and the queues; what outlives it
/// is in `disk` and `restartPoint`.
final class SimulatedNode {
    enum Phase: Sendable {
        case running
        /// The process stands still until it is told to go on.
        case paused
        case down
        /// Its log was damaged and refused: it never comes back under this name.
        case lost
    }

    let slot: Int
    let id: NodeID
    let disk = FaultyFileSystem()
    var clock: SimulatedClock
    var chance: Chance
    var phase = Phase.down
    /// Counts the starts of its process.
    var starts: Int32 = 0

    var core: ReplicaCore<SimulatedLedgerState>?
    var effects = ReplicaEffects()
    var isTurnScheduled = false
    /// What happened to it while it was paused.
    var heldBack: [WorldEvent] = []

    // The log's writer.
    var log: LogStore?
    var commands: [LogCommand] = []
    /// The first command that is not written.
    var nextCommand = 0
    /// The first command of the group that is at the disk.
    var groupStart = 0
    var isWriting = false
    var isShortOfSpace = false
    var idleSince = WorldTime.zero
    /// Syncs take this much longer.
    var syncDelay: Nanoseconds = 0

    // The state machine's disk.
    var unwritten: [StoredPoint] = []
    /// What was written; the first is what survives any crash.
    var stored: [StoredPoint] = [StoredPoint()]
    var isStateWriting = false
    var isApplyPaused = false
    var lastSeal = NodeInstant(nanoseconds: 0)
    /// Transactions take this much longer.
    var stateDelay: Nanoseconds = 0
    /// Where the state machine stands when the process starts again.
    var restartPoint = StoredPoint()

    // States on their way.
    let directory: DataDirectory
    var shelf = SnapshotShelf()
    var incoming: IncomingSnapshot?
    /// When the last of what is to be done to the incoming state will have been done.
    var incomingUntil = WorldTime.zero
    var exchangeFiles: StateExchange?
    let signals = ExchangeSignals()
    /// The exchange that is under way, as the loop knows it.
    var exchange: PendingExchange?
    /// The position that the database began with: zero, or that of a state brought here.
    var base = Position(0)

    // Clients that wait.
    var submitted: [SubmitToken: ClientCall] = [:]
    var lastToken: UInt64 = 0
    var readers: [ReadTicket: ClientCall] = [:]
    var lastTicket: UInt64 = 0

    /// What is known of it from outside.
    var record = NodeRecord()
    /// It began without members, and waits to be added.
    var isSpare = false
    /// So many ticks were handed over.
    var ticks: UInt64 = 0
    /// A byte of its log was damaged.
    var isRotten = false
    /// The machine was without power since its log was last opened.
    var hasLostPower = false

    init(slot: Int, id: NodeID, clock: SimulatedClock, chance: Chance) {
        self.slot = slot
        self.id = id
        directory = DataDirectory(path: "/\(id)")
        self.clock = clock
        self.chance = chance
    }

    var life: Life { Life(slot: Int32(slot), number: starts) }

    /// Whether an event of that life is still for it.
    func lives(_ life: Life) -> Bool { core != nil && life.number == starts }

    /// The attempts of clients that wait for this process, in the order in which they came.
    var waitingAttempts: [Attempt] {
        submitted.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value.attempt)
            + readers.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value.attempt)
    }

    /// Forgets everything that dies with the process.
    func loseMemory() {
        core = nil
        log = nil
        isTurnScheduled = false
        heldBack = []
        commands = []
        nextCommand = 0
        groupStart = 0
        isWriting = false
        isShortOfSpace = false
        shelf = SnapshotShelf()
        incoming = nil
        incomingUntil = .zero
        exchangeFiles = nil
        exchange = nil
        unwritten = []
        isStateWriting = false
        isApplyPaused = false
        submitted = [:]
        readers = [:]
    }
}

/// An attempt that has reached a node.
struct ClientCall: Sendable {
    let attempt: Attempt
    let wish: ClientWish
    let arrivedAt: WorldTime
}
