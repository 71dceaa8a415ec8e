import Ledger
import Raft
import RaftLog
import Replica

/// A state machine's disk: transactions that follow behind apply, checkpoints, and what of the log
/// they make needless.
extension World {
    func sealIfDue(_ node: SimulatedNode) throws(Violation) {
        guard let entries = node.core?.unsealedEntries, node.core?.isInstalling == false else {
            return
        }
        let reading = node.clock.reading(at: now)
        let isDue =
            entries >= plan.state.sealEntries
            || reading.nanoseconds(since: node.lastSeal) >= plan.state.sealAfter
        if entries > 0, isDue {
            node.lastSeal = reading
            node.core?.seal()
            try keepMilestone(node)
        }
        for sealed in node.core?.takeSealed() ?? [] { node.unwritten.append(sealed.transaction) }
        writeState(node)
        considerPause(node)
    }

    /// Some states are kept and looked through, whosever they are.
    private func keepMilestone(_ node: SimulatedNode) throws(Violation) {
        guard let position = node.core?.state.header.position,
            checks.milestones.isWanted(at: position), let state = node.core?.state
        else { return }
        checks.milestones.keep(state)
        try checks.audit(state, of: node)
    }

    private func writeState(_ node: SimulatedNode) {
        guard !node.isStateWriting, !node.unwritten.isEmpty else { return }
        node.isStateWriting = true
        let span = node.chance.span(in: plan.state.write) + node.stateDelay
        schedule(.stateWrite(node.life), after: span)
    }

    /// A transaction is in the state machine's files: a power cut may still take it.
    func stateWritten(_ life: Life) {
        guard let node = node(life) else { return }
        // Transactions that wait are written together, up to a few.
        let count = min(node.unwritten.count, node.chance.number(in: 1...4))
        node.stored.append(contentsOf: node.unwritten.prefix(count))
        node.unwritten.removeFirst(count)
        node.isStateWriting = false
        writeState(node)
        considerPause(node)
    }

    func checkpointed(_ life: Life) {
        guard let node = node(life) else { return }
        node.stored.removeFirst(node.stored.count - 1)
        compactLog(node)
        schedule(.checkpoint(life), after: node.chance.span(about: plan.state.checkpointEvery))
    }

    /// The state machine's disk may lag only so far behind the answers.
    private func considerPause(_ node: SimulatedNode) {
        guard let applied = node.core?.appliedIndex else { return }
        let stored = node.stored.last?.position.rawValue ?? 0
        let unstored = applied.rawValue - min(stored, applied.rawValue)
        let limit = UInt64(plan.state.unstoredEntriesMax)
        if node.isApplyPaused ? unstored <= limit / 2 : unstored >= limit {
            node.isApplyPaused.toggle()
            stepCore(node, .applyPaused(node.isApplyPaused))
        }
    }

    /// The log goes up to the checkpoint, as far as peers don't need it; a log that has grown too
    /// long goes even so (rule 24).
    private func compactLog(_ node: SimulatedNode) {
        guard let compaction = plan.compaction, let log = node.log, let core = node.core,
            !core.isInstalling, let checkpoint = node.stored.first
        else { return }
        var limit = LogIndex(checkpoint.position.rawValue)
        let length = log.base.index.distance(to: log.lastIndex)
        if length <= compaction.entriesMax {
            let kept = UInt64(compaction.entriesKept)
            limit = min(limit, LogIndex(log.lastIndex.rawValue - min(kept, log.lastIndex.rawValue)))
            if let needed = core.neededByPeers { limit = min(limit, needed) }
        }
        guard limit > log.base.index else { return }
        node.commands.append(.compact(through: limit))
        writeLog(node)
    }
}
