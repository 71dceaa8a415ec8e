import Raft

/// One node of a test cluster: a core, its disk, and a state machine that remembers what it applied.
struct TestNode {
    let id: NodeID
    let settings: RaftConfiguration
    let configuration: Configuration
    private(set) var core: RaftCore
    var disk: TestDisk
    private(set) var applied: [Entry] = []
    private(set) var isRunning = true
    var isPersistManual = false
    /// Everything that effects reported since the start, restarts included.
    private(set) var events: [Event] = []
    private(set) var proposals: [ProposalOutcome] = []
    private(set) var reads: [ReadOutcome] = []
    private(set) var transfers: [TransferOutcome] = []
    private(set) var loads = 0
    private(set) var halt: FatalViolation?
    private var deferred: [DeferredEnvelope] = []
    private var outbox: [Envelope] = []
    private var seed: UInt64

    init(
        _ settings: RaftConfiguration,
        configuration: Configuration,
        hardState: HardState = HardState(),
        entries: [Entry] = [],
        seed: UInt64
    ) throws {
        id = settings.id
        self.settings = settings
        self.configuration = configuration
        self.seed = seed
        disk = TestDisk(hardState: hardState, snapshot: .zero, entries: entries)
        let restored = RestoredState(
            configuration: configuration,
            hardState: hardState,
            entries: entries
        )
        core = try RaftCore(settings, restoring: restored, seed: seed)
    }

    var status: Status { core.status }

    /// Terms of the log in memory.
    var terms: [UInt64] {
        var result: [UInt64] = []
        var index: LogIndex = 1
        while let term = core.term(at: index) {
            result.append(term.rawValue)
            index = index.next
        }
        return result
    }

    /// Steps inputs, then acts on the effects until nothing more follows by itself.
    mutating func run(_ inputs: [Input]) {
        guard isRunning else { return }
        var queue = inputs
        while !queue.isEmpty {
            var effects = Effects()
            do {
                try core.run(queue, into: &effects)
            } catch {
                isRunning = false
            }
            queue = act(on: effects)
        }
    }

    /// Completes so many waiting writes, one after the other.
    mutating func persist(_ count: Int = .max) {
        var left = count
        while left > 0, isRunning, let ticket = disk.completeOldest() {
            left -= 1
            for message in deferred where message.ticket <= ticket {
                outbox.append(message.envelope)
            }
            deferred.removeAll { $0.ticket <= ticket }
            run([.storageDone(ticket)])
        }
    }

    mutating func failPersist() {
        guard let batch = disk.waiting.first else { return }
        run([.storageFailed(batch.ticket)])
    }

    mutating func takeOutbox() -> [Envelope] {
        defer { outbox = [] }
        return outbox
    }

    mutating func crash() {
        isRunning = false
        disk.loseWaiting()
        deferred = []
        outbox = []
    }

    /// Starts from what is durable; the state machine keeps what it applied.
    mutating func restart() throws {
        crash()
        seed &+= 1
        let restored = RestoredState(
            configuration: configuration,
            hardState: disk.hardState,
            entries: disk.entries,
            appliedIndex: applied.last?.index ?? 0
        )
        core = try RaftCore(settings, restoring: restored, seed: seed)
        halt = nil
        isRunning = true
    }

    private mutating func act(on effects: Effects) -> [Input] {
        outbox += effects.send
        deferred += effects.sendAfter
        events += effects.events
        proposals += effects.proposalOutcomes
        reads += effects.readOutcomes
        transfers += effects.transferOutcomes
        loads += effects.load.count
        halt = effects.halt ?? halt
        disk.enqueue(effects.persist)
        var following: [Input] = effects.load.map { .entriesLoaded(load($0)) }
        for range in effects.apply {
            let entries = range.entries.isEmpty ? read(range.first, range.last) : range.entries
            precondition(entries.first?.index == range.first && entries.last?.index == range.last)
            applied += entries
            following.append(.applied(through: range.last))
        }
        if !isPersistManual {
            while let ticket = disk.completeOldest() { following.append(.storageDone(ticket)) }
            // Everything issued is durable now, so whatever waited may leave.
            outbox += deferred.map(\.envelope)
            deferred = []
        }
        return following
    }

    private func load(_ request: LoadRequest) -> LoadedEntries {
        var entries: [Entry] = []
        var bytes = 0
        for entry in read(request.from, request.through) {
            bytes += entry.payload.count
            if !entries.isEmpty, bytes > request.payloadBytesMax { break }
            entries.append(entry)
        }
        return LoadedEntries(peer: request.peer, from: request.from, entries: entries)
    }

    private func read(_ low: LogIndex, _ high: LogIndex) -> [Entry] {
        (low...high).compactMap { disk.entry(at: $0) }
    }
}
