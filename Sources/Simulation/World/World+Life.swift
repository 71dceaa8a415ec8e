import Ledger
import LedgerStore
import Raft
import RaftLog
import Replica

/// How a node's process ends without its will.
enum CrashKind: Sendable {
    /// The process died; what it had written is in the machine's memory still.
    case kill
    /// The machine lost power: of what was not synced, any part may be gone.
    case powerCut
}

/// The lives of a node: start, death, standstill.
extension World {
    // MARK: - Start

    /// What production does when a node starts, with the same code for log, exchange and recovery.
    func start(_ node: SimulatedNode) throws(Violation) {
        guard node.phase == .down else { return }
        node.starts += 1
        if node.starts > 1, faults.chance.once(in: 4) { tempt(node) }
        do {
            var log = try openLog(node)
            try checkRecovery(of: log, on: node)
            if try completeExchange(node, log) {
                try log.close()
                log = try openLog(node)
                try checkRecovery(of: log, on: node)
            }
            try removeCopies(node)
            try openState(node)
            try begin(node, log)
        } catch let violation as Violation {
            throw violation
        } catch {
            try startFailed(node, error)
        }
    }

    private func openLog(_ node: SimulatedNode) throws(LogError) -> LogStore {
        try LogStore.open(
            fileSystem: node.disk,
            directory: node.directory.log,
            cluster: LogIdentity.Cluster(high: options.seed, low: 1),
            node: node.id,
            newIncarnation: node.chance.bits(),
            limits: plan.disk.log
        )
    }

    private func removeCopies(_ node: SimulatedNode) throws(FileSystemError) {
        for name in try node.disk.list(node.directory.copies) {
            try node.disk.remove("\(node.directory.copies)/\(name)")
        }
    }

    private func begin(_ node: SimulatedNode, _ log: LogStore) throws(Violation) {
        node.log = log
        node.hasLostPower = false
        let point = node.restartPoint
        let restored = try restore(node, log, point)
        let state = try checks.milestones.state(at: point.position, checks.committed)
        do throws(RestoreError) {
            node.core = try ReplicaCore(
                settings: plan.replicaSettings(for: node.id),
                restoring: restored,
                appliedIn: Term(point.term),
                seed: node.chance.bits(),
                state: state
            )
        } catch {
            throw Violation(.recovery, "\(node.id) can't start from its own disk: \(error)")
        }
        node.phase = .running
        node.stored = [point]
        node.lastSeal = node.clock.reading(at: now)
        node.ticks = node.clock.ticks(of: plan.clock.tick, at: now)
        openIncoming(node)
        statistics.starts += 1
        trace.add(now, node.slot, .started(applied: point.position, last: log.lastIndex))
        schedule(.tick(node.life), after: node.chance.span(in: 0...plan.clock.tick))
        schedule(.checkpoint(node.life), after: node.chance.span(about: plan.state.checkpointEvery))
    }

    private func openIncoming(_ node: SimulatedNode) {
        let disk = node.disk
        node.incoming = IncomingSnapshot(
            fileSystem: disk,
            directory: node.directory,
            limits: plan.snapshots.limits,
            inspection: IncomingSnapshot.Inspection(
                verify: { path throws(StoreError) in try StateFile.verify(disk, path) },
                freeBytes: { disk.freeBytes }
            )
        )
        node.exchangeFiles = StateExchange(
            fileSystem: disk,
            directory: node.directory,
            close: {},
            reopen: { [signals = node.signals] in signals.reopen($0) }
        )
    }

    private func restore(
        _ node: SimulatedNode,
        _ log: LogStore,
        _ point: StoredPoint
    ) throws(Violation) -> RestoredState {
        do {
            return try RestoredState(
                log: log,
                applied: LogIndex(point.position.rawValue),
                membership: point.membership,
                founding: node.isSpare ? .empty : founding
            )
        } catch {
            throw Violation(.recovery, "\(node.id) can't join log and ledger: \(error)")
        }
    }

    private func checkRecovery(of log: LogStore, on node: SimulatedNode) throws(Violation) {
        if let torn = log.recovered.report.tornTail {
            statistics.tornWrites += 1
            trace.add(now, node.slot, .tornTail(bytes: torn.byteCount))
        }
        statistics.lostWrites += try checks.recovered(node, log)
    }

    private func startFailed(_ node: SimulatedNode, _ error: any Error) throws(Violation) {
        trace.add(now, node.slot, .startFailed("\(error)"))
        if node.disk.hasLostPower {
            node.disk.crash(.arbitrary(seed: node.chance.bits()))
            node.hasLostPower = true
            statistics.powerCuts += 1
        } else if let error = error as? LogError, isRefusal(error) {
            guard node.isRotten else {
                throw Violation(.recovery, "\(node.id) refuses its own log: \(error)")
            }
            try refuse(node, error)
            return
        } else if isFull(error) {
            statistics.fullDisks += 1
            node.disk.crash(.nothing)
        } else if faults.hasFailingDisk(node.slot) {
            node.disk.crash(.nothing)
        } else {
            throw Violation(.recovery, "\(node.id) can't start: \(error)")
        }
        schedule(.start(slot: node.slot), after: Span.milliseconds(200))
    }

    private func isRefusal(_ error: LogError) -> Bool {
        switch error {
        case .damaged, .unsupportedFormat: true
        default: false
        }
    }

    private func isFull(_ error: any Error) -> Bool {
        switch error {
        case LogError.noSpace: true
        case let error as FileSystemError: error.reason == .noSpace
        default: false
        }
    }

    private func refuse(_ node: SimulatedNode, _ error: LogError) throws(Violation) {
        if case .damaged = error, !error.description.contains(LogDamage.remedy) {
            throw Violation(.damage, "no remedy is named: \(error)")
        }
        statistics.rotRefusals += 1
        node.phase = .lost
    }

    // MARK: - Death

    func crash(_ node: SimulatedNode, _ kind: CrashKind) {
        guard node.phase == .running || node.phase == .paused else { return }
        let attempts = node.waitingAttempts
        switch kind {
        case .kill:
            node.disk.crash(.nothing)
            node.restartPoint = node.stored[node.stored.count - 1]
            statistics.kills += 1
        case .powerCut:
            node.disk.crash(.arbitrary(seed: node.chance.bits()))
            node.restartPoint = node.chance.pick(node.stored)
            node.hasLostPower = true
            statistics.powerCuts += 1
        }
        trace.add(now, node.slot, .crashed(kind))
        forgetOperator(of: node.life)
        fingerprint.add(node.restartPoint.position.rawValue)
        node.loseMemory()
        node.phase = .down
        for attempt in attempts { tellOfCrash(attempt, kind) }
        breakConnections(of: node.slot)
        let span =
            stage == .breaking ? node.chance.span(about: plan.downFor) : Span.milliseconds(100)
        schedule(.start(slot: node.slot), after: span)
    }

    /// A connection to a dead process is reset; one to a machine without power is just silent.
    private func tellOfCrash(_ attempt: Attempt, _ kind: CrashKind) {
        guard kind == .kill else { return }
        desk.reply(.connectionLost, to: attempt, at: now, &queue)
    }

    private func breakConnections(of slot: Int) {
        for other in nodes where other.slot != slot {
            network.breakConnection(from: slot, to: other.slot)
            network.breakConnection(from: other.slot, to: slot)
            guard other.core != nil, other.chance.once(in: 2) else { continue }
            let span = other.chance.span(in: Span.microseconds(100)...Span.milliseconds(300))
            schedule(.unreachable(other.life, peer: slot), after: span)
        }
    }

    /// A node stops for good reason or for none.
    func halted(_ node: SimulatedNode, _ halt: ReplicaHalt) throws(Violation) {
        trace.add(now, node.slot, .halted(halt))
        switch halt {
        case .consensus(.storageFailed): break
        case .state where node.isRotten: break
        default: throw Violation(.noHalt, "\(node.id) halts: \(halt)")
        }
        statistics.halts += 1
        crash(node, .kill)
    }

    // MARK: - Standstill

    func pause(_ node: SimulatedNode, for span: Nanoseconds) {
        guard node.phase == .running else { return }
        node.phase = .paused
        statistics.pauses += 1
        trace.add(now, node.slot, .paused)
        schedule(.resume(slot: node.slot), after: span)
    }

    func resume(_ node: SimulatedNode) {
        guard node.phase == .paused else { return }
        node.phase = .running
        trace.add(now, node.slot, .resumed)
        let heldBack = node.heldBack
        node.heldBack = []
        for event in heldBack { queue.schedule(event, at: now) }
    }

    /// What concerns a node that stands still waits until it goes on.
    func afterPause(_ event: WorldEvent) -> WorldEvent? {
        guard let slot = event.processSlot, nodes[slot].phase == .paused else { return event }
        nodes[slot].heldBack.append(event)
        return nil
    }
}
