import Ledger
import Raft
import RaftLog
import Replica

/// A state machine's disk: transactions that follow behind apply, checkpoints, and what of the log
/// they make needless.
extension World {
    func sealIfDue(_ node: SimulatedNode) throws(Violation) {
        guard let entries = node.core?.unsealedEntries, node.exchange == nil else { return }
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

    /// Lets go of log that neither this node nor a live peer needs, and of more at the bound of bytes.
    private func compactLog(_ node: SimulatedNode) {
        guard let compaction = plan.compaction, let log = node.log, node.exchange == nil,
            let checkpoint = node.stored.first, checkpoint.position > Position(0),
            let extents = try? log.reader.extents()
        else { return }
        let allowed = LogIndex(checkpoint.position.rawValue)
        let needed = [allowed, node.core?.neededByPeers, node.shelf.floor].compactMap { $0 }
        let wanted = LogCompaction(
            wanted: needed.min() ?? allowed,
            allowed: allowed,
            keptBytes: compaction.keptBytes,
            bytesMax: compaction.bytesMax
        )
        guard let index = wanted.index(for: extents) else { return }
        node.commands.append(.compact(through: index))
        writeLog(node)
    }
}
