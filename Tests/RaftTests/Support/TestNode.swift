import Raft

/// One node of a test cluster: a core, its disk, and a state machine that remembers what it applied.
struct TestNode {
    let id: NodeID
    let settings: RaftConfiguration
    /// The one the cluster began with, or that of the state machine.
    private(set) var configuration: LoggedConfiguration
    private(set) var core: RaftCore
    var disk: TestDisk
    private(set) var applied: [Entry] = []
    private(set) var isRunning = true
    var isPersistManual = false
    /// What is committed waits to be applied.
    var isApplyHeld = false
    private var held: [CommittedRange] = []
    /// Everything that effects reported since the start, restarts included.
    private(set) var events: [Event] = []
    private(set) var proposals: [ProposalOutcome] = []
    private(set) var reads: [ReadOutcome] = []
    private(set) var transfers: [TransferOutcome] = []
    private(set) var memberships: [MembershipOutcome] = []
    private(set) var loads = 0
    /// States to be brought here from another node.
    private(set) var fetches: [SnapshotFetch] = []
    /// A state brought here, and the one that a crash in the middle of its installation falls back to.
    private var fetched: [LogPosition: [Entry]] = [:]
    private var fallback: (applied: [Entry], configuration: LoggedConfiguration)?
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
        self.configuration = LoggedConfiguration(index: 0, configuration: configuration)
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
        if status.snapshot.index > 0 { index = status.snapshot.index.next }
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
            if disk.installed.last?.index == applied.last?.index { fallback = nil }
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

    /// Drops the log up to an index that was applied.
    mutating func compact(through index: LogIndex) {
        guard isRunning else { return }
        let through = min(index, status.appliedIndex, status.durableIndex)
        guard through > disk.snapshot.index, disk.waiting.isEmpty else { return }
        disk.compact(through: through)
        run([.compacted(through: through)])
    }

    mutating func takeFetches() -> [SnapshotFetch] {
        defer { fetches = [] }
        return fetches
    }

    /// A state has arrived, whole.
    mutating func fetched(_ position: LogPosition, _ state: [Entry]) {
        fetched[position] = state
        run([.snapshotFetched(position)])
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
        fetches = []
        fetched = [:]
        held = []
        if let fallback { (applied, configuration) = fallback }
        fallback = nil
    }

    /// Starts from what is durable; the state machine keeps what it applied.
    mutating func restart() throws {
        crash()
        seed &+= 1
        let restored = RestoredState(
            hardState: disk.hardState,
            snapshot: disk.snapshot,
            configuration: configuration,
            laterConfigurations: [],
            termRuns: [],
            lastIndex: disk.lastIndex,
            tail: disk.entries,
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
        memberships += effects.membershipOutcomes
        loads += effects.load.count
        fetches += effects.fetches
        halt = effects.halt ?? halt
        for batch in effects.persist { beginInstall(batch.install) }
        disk.enqueue(effects.persist)
        var following: [Input] = effects.load.map { .entriesLoaded(load($0)) }
        for peer in effects.takeSnapshots {
            guard let last = applied.last else { continue }
            following.append(
                .snapshotTaken(
                    SnapshotTaken(peer: peer, last: last.position, configuration: configuration)
                )
            )
        }
        held += effects.apply
        for range in isApplyHeld ? [] : takeHeld() {
            let entries = range.entries.isEmpty ? read(range.first, range.last) : range.entries
            precondition(entries.first?.index == range.first && entries.last?.index == range.last)
            applied += entries
            for entry in entries where entry.kind == .configuration {
                guard let found = try? Configuration(payload: entry.payload) else { continue }
                configuration = LoggedConfiguration(index: entry.index, configuration: found)
            }
            following.append(.applied(through: range.last))
        }
        if !isPersistManual {
            while let ticket = disk.completeOldest() { following.append(.storageDone(ticket)) }
            fallback = nil
            // Everything issued is durable now, so whatever waited may leave.
            outbox += deferred.map(\.envelope)
            deferred = []
        }
        return following
    }

    private mutating func takeHeld() -> [CommittedRange] {
        defer { held = [] }
        return held
    }

    /// Applies what was held back, and no longer holds back.
    mutating func releaseApply() {
        isApplyHeld = false
        for range in takeHeld() {
            applied += range.entries
            run([.applied(through: range.last)])
        }
    }

    private mutating func beginInstall(_ install: SnapshotInstall?) {
        guard let install, let state = fetched[install.last] else { return }
        fallback = fallback ?? (applied, configuration)
        applied = state
        configuration = install.configuration
        fetched = [:]
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
