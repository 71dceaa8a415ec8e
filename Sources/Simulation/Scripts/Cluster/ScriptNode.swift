import Raft

/// A production core with a disk and a state machine in memory, moved by hand.
struct ScriptNode {
    /// Whether its process is there.
    enum Life: Hashable {
        case running
        case down
        /// Stopped by itself, for a proof was broken or its disk failed.
        case halted(FatalViolation)
    }

    /// So often may what follows by itself lead to more; only a broken core goes on for ever.
    private static let roundsMax = 1000

    let id: NodeID
    private let settings: RaftConfiguration
    /// Of a node that is down: what it would start from.
    private(set) var core: RaftCore
    private(set) var life = Life.running
    /// How many times it has started.
    private(set) var starts = 1
    private(set) var disk: ScriptDisk
    private(set) var machine: ScriptMachine
    var isPersistManual = false
    var isApplyManual = false

    /// Messages that wait for a write, in the order in which the core made them.
    private var deferred: [DeferredEnvelope] = []
    /// Committed, and not yet applied.
    private var unapplied: [Entry] = []
    /// States that came here with the offers of them.
    private var arrived: [LogPosition: ScriptMachine] = [:]
    /// States that this node offered.
    private var offered: [LogPosition: ScriptMachine] = [:]
    /// The state to which a crash falls back while an exchange is not durable.
    private var fallback: ScriptMachine?

    init(
        _ settings: RaftConfiguration,
        restoring state: RestoredState
    ) throws(RestoreError) {
        id = settings.id
        self.settings = settings
        core = try RaftCore(settings, restoring: state, seed: 0)
        disk = ScriptDisk(
            hardState: state.hardState,
            snapshot: state.snapshot,
            entries: state.tail
        )
        machine = ScriptMachine(base: state.snapshot, configuration: state.configuration)
        for entry in state.tail where entry.index <= state.appliedIndex { machine.apply(entry) }
    }

    var isRunning: Bool { life == .running }
    var status: Status { core.status }
    var isLeader: Bool { isRunning && core.status.role == .leader }
    /// Whether the state machine's contents are being exchanged.
    private var isInstalling: Bool { fallback != nil }

    /// An entry of the log in memory, durable or not.
    func entry(at index: LogIndex) -> Entry? { core.entry(at: index) ?? disk.entry(at: index) }

    // MARK: - Steps

    /// Steps inputs, and what follows from them by itself.
    mutating func run(_ inputs: [Input], _ report: inout ScriptNodeReport) {
        var queue = inputs
        var rounds = 0
        while !queue.isEmpty, isRunning {
            rounds += 1
            guard rounds <= Self.roundsMax else {
                report.fault = "does not come to rest"
                return
            }
            var effects = Effects()
            do {
                try core.run(queue, into: &effects)
            } catch {
                life = .halted(error)
                deferred = []
            }
            report.trace?.append(contentsOf: ScriptTrace.lines(id, queue, effects))
            queue = act(on: effects, &report)
        }
    }

    /// Takes a message, and the state that came with it.
    mutating func receive(_ packet: ScriptPacket, _ report: inout ScriptNodeReport) {
        if case .snapshot(let offer) = packet.envelope.message, let state = packet.state {
            arrived[offer.last] = state
        }
        run([.received(packet.envelope)], &report)
        arrived = [:]
    }

    /// Completes so many of the writes that wait now, one after the other.
    mutating func persist(_ limit: Int, _ report: inout ScriptNodeReport) {
        for _ in 0..<min(limit, disk.waiting.count) {
            guard isRunning, let ticket = completeWrite(&report) else { return }
            run([.storageDone(ticket)], &report)
        }
    }

    mutating func failPersist(_ report: inout ScriptNodeReport) {
        guard let oldest = disk.waiting.first else { return }
        run([.storageFailed(oldest.ticket)], &report)
    }

    /// Applies what waits, all of it or up to an index.
    ///
    /// An index that is applied already can only be meant as a number of entries.
    mutating func apply(_ through: LogIndex?, _ report: inout ScriptNodeReport) {
        var taken = unapplied
        if let through, through > machine.position.index {
            taken = taken.filter { $0.index <= through }
        } else if let through {
            taken = Array(taken.prefix(Int(clamping: through.rawValue)))
        }
        guard isRunning, let last = taken.last else { return }
        unapplied.removeFirst(taken.count)
        for entry in taken { machine.apply(entry) }
        run([.applied(through: last.index)], &report)
    }

    /// Drops the log up to an index that is applied, the state being durable there.
    mutating func compact(through index: LogIndex, _ report: inout ScriptNodeReport) {
        let through = min(index, machine.position.index)
        guard isRunning, !isInstalling, through > disk.snapshot.index else { return }
        disk.compact(through: through)
        run([.compacted(through: through)], &report)
    }

    // MARK: - Lives

    mutating func crash() {
        guard life != .down else { return }
        life = .down
        disk.loseWaiting()
        deferred = []
        unapplied = []
        offered = [:]
        machine = fallback ?? machine
        fallback = nil
        // What it would start from is there to be looked at; if it could not start, that is told
        // when it shall.
        try? restore()
    }

    /// Starts from what is durable, with the state machine where it is, or at an index.
    mutating func restart(applied index: LogIndex?) throws(ScriptFault) {
        crash()
        if let index {
            guard index >= disk.snapshot.index, let moved = machine(at: index) else {
                throw ScriptFault(
                    "\(id) cannot start at \(index): its log has \(disk.snapshot.index) to \(disk.lastIndex)"
                )
            }
            machine = moved
        }
        do throws(RestoreError) {
            try restore()
        } catch {
            throw ScriptFault("\(id) cannot start: \(error)")
        }
        life = .running
        starts += 1
    }

    private mutating func restore() throws(RestoreError) {
        let state = RestoredState(
            hardState: disk.hardState,
            snapshot: disk.snapshot,
            configuration: machine.configuration,
            laterConfigurations: [],
            termRuns: [],
            lastIndex: disk.lastIndex,
            tail: disk.entries,
            appliedIndex: machine.position.index
        )
        core = try RaftCore(settings, restoring: state, seed: 0)
    }

    private func machine(at index: LogIndex) -> ScriptMachine? {
        if let earlier = machine.rewound(to: index) { return earlier }
        guard index > machine.position.index, index <= disk.lastIndex else { return nil }
        var later = machine
        for next in machine.position.index.next...index {
            guard let entry = disk.entry(at: next) else { return nil }
            later.apply(entry)
        }
        return later
    }

    // MARK: - Effects

    private mutating func act(
        on effects: Effects,
        _ report: inout ScriptNodeReport
    ) -> [Input] {
        report.packets += effects.send.map(packet)
        report.written += effects.persist
        report.events += effects.events
        report.proposals += effects.proposalOutcomes
        report.reads += effects.readOutcomes
        report.transfers += effects.transferOutcomes
        report.memberships += effects.membershipOutcomes
        guard isRunning else { return [] }
        deferred += effects.sendAfter
        for batch in effects.persist { beginInstall(batch.install) }
        disk.enqueue(effects.persist)
        var following: [Input] = effects.load.map { .entriesLoaded(load($0)) }
        for peer in effects.takeSnapshots { following.append(takeSnapshot(for: peer)) }
        // All of what was asked for came with the offer, or it can't be had.
        following += effects.fetches.map { fetch in
            arrived[fetch.last] == nil
                ? .snapshotFetchFailed(fetch.last) : .snapshotFetched(fetch.last)
        }
        following += apply(effects.apply)
        if !isPersistManual {
            while let ticket = completeWrite(&report) { following.append(.storageDone(ticket)) }
        }
        return following
    }

    private mutating func apply(_ ranges: [CommittedRange]) -> [Input] {
        for range in ranges {
            unapplied += range.entries.isEmpty ? read(range.first, range.last) : range.entries
        }
        guard !isApplyManual, let last = unapplied.last else { return [] }
        for entry in unapplied { machine.apply(entry) }
        unapplied = []
        return [.applied(through: last.index)]
    }

    /// Makes the oldest write durable, and lets go what waited for it.
    private mutating func completeWrite(_ report: inout ScriptNodeReport) -> Ticket? {
        guard let batch = disk.completeOldest() else { return nil }
        if batch.install != nil { fallback = nil }
        report.packets += deferred.filter { $0.ticket <= batch.ticket }.map { packet($0.envelope) }
        deferred.removeAll { $0.ticket <= batch.ticket }
        return batch.ticket
    }

    /// From here on the state is the snapshot's, but a crash would still find the old one.
    private mutating func beginInstall(_ install: SnapshotInstall?) {
        guard let install, let state = arrived[install.last] else { return }
        fallback = fallback ?? machine
        machine = state
        unapplied = []
    }

    private mutating func takeSnapshot(for peer: NodeID) -> Input {
        offered[machine.position] = machine
        let taken = SnapshotTaken(
            peer: peer,
            last: machine.position,
            configuration: machine.configuration
        )
        return .snapshotTaken(taken)
    }

    private func packet(_ envelope: Envelope) -> ScriptPacket {
        guard case .snapshot(let offer) = envelope.message else {
            return ScriptPacket(envelope: envelope)
        }
        return ScriptPacket(envelope: envelope, state: offered[offer.last])
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
        low <= high ? (low...high).compactMap { disk.entry(at: $0) } : []
    }
}
