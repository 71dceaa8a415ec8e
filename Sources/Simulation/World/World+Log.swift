import Ledger
import Raft
import RaftLog
import Replica

/// What the writer of a node's log does: groups, syncs, compaction, and a new beginning after a
/// state from elsewhere.
extension World {
    /// Begins with what is queued, unless the writer is at work.
    func writeLog(_ node: SimulatedNode) {
        guard !node.isWriting, node.nextCommand < node.commands.count else { return }
        node.isWriting = true
        schedule(.logWrite(node.life), after: node.chance.span(in: plan.disk.write))
    }

    /// Writes one group into the page cache, or does one other command.
    func logWrite(_ life: Life) throws(Violation) {
        guard let node = node(life), let log = node.log else { return }
        do throws(LogError) {
            try perform(node, log)
            node.isShortOfSpace = false
        } catch {
            if case .noSpace = error, log.failure == nil {
                if !node.isShortOfSpace { statistics.fullDisks += 1 }
                node.isShortOfSpace = true
                schedule(.logWrite(life), after: Span.milliseconds(200))
                return
            }
            try logBroke(node, error)
        }
    }

    private func perform(_ node: SimulatedNode, _ log: LogStore) throws(LogError) {
        node.groupStart = node.nextCommand
        guard node.nextCommand < node.commands.count else {
            // Only a log that has failed is called without work: it says so again.
            return try log.settle()
        }
        switch node.commands[node.nextCommand] {
        case .persist(let batch):
            if let install = batch.install {
                tempt(node)
                try exchangeFiles(install, node)
            }
            node.nextCommand = try log.appendGroup(
                of: node.commands,
                startingAt: node.nextCommand
            )
            schedule(.logSync(node.life), after: syncTime(node))
            return
        case .compact(let index):
            tempt(node)
            if let base = try log.compact(through: index) {
                statistics.compactions += 1
                let span = node.chance.span(in: 1...Span.microseconds(60))
                schedule(.logCompacted(node.life, through: base.index), after: span)
            }
        case .reset(let base): try log.reset(to: base)
        }
        node.nextCommand += 1
        finishedCommands(node)
    }

    private func syncTime(_ node: SimulatedNode) -> Nanoseconds {
        let isSlow = node.chance.permille(plan.disk.slowPermille) && stage == .breaking
        return node.chance.span(in: isSlow ? plan.disk.slowSync : plan.disk.sync) + node.syncDelay
    }

    func logSync(_ life: Life) throws(Violation) {
        guard let node = node(life), let log = node.log else { return }
        do throws(LogError) {
            try log.sync()
            checks.durable(through: log.durableTicket, on: node)
            if case .persist(let batch) = node.commands[node.groupStart],
                let install = batch.install
            {
                try settleExchange(install, node)
            }
        } catch {
            try logBroke(node, error)
            return
        }
        trace.add(now, node.slot, .durable(log.durableTicket))
        let span = node.chance.span(in: Span.microseconds(1)...Span.microseconds(60))
        schedule(.logDurable(life, log.durableTicket), after: span)
        finishedCommands(node)
    }

    private func finishedCommands(_ node: SimulatedNode) {
        if node.nextCommand == node.commands.count {
            node.commands.removeAll(keepingCapacity: true)
            node.nextCommand = 0
            node.groupStart = 0
        }
        node.isWriting = false
        node.idleSince = now
        writeLog(node)
    }

    func logDurable(_ life: Life, _ ticket: Ticket) {
        guard let node = node(life) else { return }
        if let exchange = node.exchange, ticket >= exchange.ticket {
            node.exchange?.durableTicket = ticket
            return
        }
        stepCore(node, .storageDone(ticket))
    }

    func logFailed(_ life: Life, _ ticket: Ticket) {
        guard let node = node(life) else { return }
        stepCore(node, .storageFailed(ticket))
    }

    func logCompacted(_ life: Life, through index: LogIndex) {
        guard let node = node(life) else { return }
        stepCore(node, .compacted(through: index))
    }

    /// An error that ended all writing: the power went, or the disk failed and the node must halt.
    private func logBroke(_ node: SimulatedNode, _ error: LogError) throws(Violation) {
        trace.add(now, node.slot, .logError(error))
        if node.disk.hasLostPower {
            crash(node, .powerCut)
            return
        }
        guard faults.hasFailingDisk(node.slot) else {
            throw Violation(.noHalt, "\(node.id)'s log failed on a sound disk: \(error)")
        }
        statistics.failedWrites += 1
        let tickets = node.commands.dropFirst(node.groupStart).lazy.compactMap {
            command -> Ticket? in
            if case .persist(let batch) = command { batch.ticket } else { nil }
        }
        schedule(.logFailed(node.life, tickets.first ?? 0), after: Span.microseconds(10))
    }

    /// Idle for a while: time to make the synced mark durable.
    func settleLogIfIdle(_ node: SimulatedNode) {
        guard let log = node.log, !node.isWriting, log.isUnsettled, log.failure == nil,
            now >= node.idleSince.advanced(by: Span.milliseconds(100))
        else { return }
        do throws(LogError) {
            try log.settle()
        } catch {
            node.isWriting = true
            schedule(.logWrite(node.life), after: Span.microseconds(10))
        }
    }
}
