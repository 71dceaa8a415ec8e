import Ledger
import LedgerStore
import Raft
import RaftLog
import Replica

/// The exchange of a node's state for one that was brought to it, with production's code, and what a
/// start makes of one that a crash interrupted.
extension World {
    /// The log's writer is about to exchange the files: what follows the old state is let go.
    func beginExchange(_ batch: PersistBatch, _ node: SimulatedNode) {
        guard let install = batch.install else { return }
        node.exchange = PendingExchange(ticket: batch.ticket, last: install.last)
        node.unwritten = []
        remove(node.shelf.removeAll(), node)
    }

    /// What the log's writer does before it writes such a batch.
    func exchangeFiles(_ install: SnapshotInstall, _ node: SimulatedNode) throws(LogError) {
        guard let files = node.exchangeFiles else { return }
        try files.exchange(install)
        let point = StoredPoint(
            position: Position(install.last.index.rawValue),
            term: install.last.term.rawValue,
            membership: Membership.encode(install.configuration)
        )
        node.stored = [point]
        node.base = point.position
        trace.add(now, node.slot, .exchanged(install))
    }

    /// What it does after the batch is durable.
    func settleExchange(_ install: SnapshotInstall, _ node: SimulatedNode) throws(LogError) {
        guard let files = node.exchangeFiles else { return }
        try files.settle(install)
        guard let reopened = node.signals.take() else { return }
        statistics.snapshotsInstalled += 1
        let span = node.chance.span(in: 1...Span.milliseconds(2))
        schedule(.stateExchanged(node.life, reopened.last), after: span)
    }

    /// The loop gets the new state; writes that became durable meanwhile are told only now.
    func stateExchanged(_ life: Life, _ last: LogPosition) throws(Violation) {
        guard let node = node(life), let exchange = node.exchange, exchange.last == last else {
            return
        }
        node.exchange = nil
        let position = Position(last.index.rawValue)
        node.core?.finishInstall(try checks.milestones.state(at: position, checks.committed))
        if let ticket = exchange.durableTicket { stepCore(node, .storageDone(ticket)) }
        scheduleTurn(node)
    }

    // MARK: - On start

    /// Completes what a crash interrupted; the log must be opened again then.
    ///
    /// - Returns: Whether something was completed.
    func completeExchange(_ node: SimulatedNode, _ log: LogStore) throws -> Bool {
        let completion = try StateExchange.complete(node.directory, node.disk, log) {
            [disk = node.disk] path throws(StoreError) in try StateFile.verify(disk, path)
        }
        switch completion {
        case .nothing: return false
        case .completed(let position):
            statistics.exchangesCompleted += 1
            try node.record.completeInstall(position, log.hardState, checks.committed)
            return true
        case .undone(let position):
            throw Violation(.snapshots, "\(node.id) undid the install of \(position), undamaged")
        }
    }

    /// Finds out whose file the database is, and makes one where there is none.
    func openState(_ node: SimulatedNode) throws {
        let path = node.directory.database
        if let found = try StateFile.read(node.disk, path) {
            if found.point.position != node.base {
                // The exchange had come so far before the crash that it is the new one's.
                node.base = found.point.position
                node.restartPoint = found.point
                // Nor does a power cut before this start has come to its end bring back the old one's.
                node.stored = [found.point]
            }
        } else {
            let empty = StateFile(point: StoredPoint(), digest: 0)
            try write(empty.encoded(byteCount: 0), to: path, node)
        }
        try checkCompanion(node)
    }

    /// SQLite's write-ahead log of one database beside another would ruin it.
    private func checkCompanion(_ node: SimulatedNode) throws {
        let path = node.directory.database + "-wal"
        let mine = Array("of \(node.base.rawValue)".utf8)
        if try node.disk.exists(path) {
            let found = try node.disk.open(path, create: false).read(at: 0, count: 64)
            guard found == mine || found.isEmpty else {
                throw Violation(
                    .snapshots,
                    "\(node.id) has '\(String(decoding: found, as: UTF8.self))' beside the state of "
                        + "\(node.base.rawValue)"
                )
            }
        }
        try write(mine, to: path, node)
    }

    /// A file that is whole or empty after a crash: it is written once and named durably before.
    private func write(_ bytes: [UInt8], to path: String, _ node: SimulatedNode) throws {
        let draft = DataDirectory.draft(of: path)
        let file = try node.disk.open(draft, create: true)
        try file.truncate(to: 0)
        try file.write(bytes.span.bytes, at: 0)
        try file.sync()
        try node.disk.rename(draft, to: path)
        try node.disk.syncDirectory(node.directory.path)
    }
}
