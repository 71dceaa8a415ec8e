import Ledger
import Raft
import RaftLog
import Replica

/// States on their way between nodes: copies, pieces, and the exchange.
extension World {
    func moveStates(_ node: SimulatedNode) {
        for peer in node.effects.takeSnapshots {
            let span = node.chance.span(in: Span.milliseconds(1)...Span.milliseconds(40))
            schedule(.copyTaken(node.life, peer: peer), after: span)
        }
        for (peer, position, offset) in node.effects.readChunks {
            schedule(
                .chunkRead(node.life, peer: peer, position, offset: offset),
                after: fileTime(node)
            )
        }
        if let fetch = node.effects.beginFetch {
            schedule(.fetchBegun(node.life, fetch), after: fileTime(node))
        }
        for (position, chunk) in node.effects.writeChunks {
            schedule(.chunkWritten(node.life, position, chunk), after: fileTime(node))
        }
    }

    private func fileTime(_ node: SimulatedNode) -> Nanoseconds {
        node.chance.span(in: Span.microseconds(20)...Span.milliseconds(3)) + node.syncDelay / 4
    }

    // MARK: - The side that has it

    /// A copy is taken at what is written, or one is used again that was taken before.
    func copyTaken(_ life: Life, for peer: NodeID) throws(Violation) {
        guard let node = node(life) else { return }
        let copy: StateCopy
        if let last = node.copies.last, node.chance.once(in: 2) {
            copy = last
        } else {
            let point = node.stored[node.stored.count - 1]
            guard point.position > Position(0),
                let configuration = Membership.decode(point.membership)
            else { return }
            let index = LogIndex(point.position.rawValue)
            let digest = try checks.digest(at: point.position)
            copy = StateCopy(
                position: LogPosition(index: index, term: Term(point.term)),
                configuration: configuration,
                content: StateContent(digest: digest, count: plan.snapshots.bytes)
            )
            node.copies.append(copy)
            if node.copies.count > 2 { node.copies.removeFirst() }
            statistics.snapshotsTaken += 1
        }
        stepCore(node, .snapshotTaken(peer: peer, copy.position, copy.configuration))
    }

    func chunkRead(_ life: Life, for peer: NodeID, _ position: LogPosition, _ offset: UInt64) {
        guard let node = node(life) else { return }
        let copy = node.copies.first { $0.position == position }
        let chunk = copy?.content.chunk(at: offset, count: plan.snapshots.chunkBytes)
        stepCore(node, .chunkRead(peer: peer, position, chunk))
    }

    // MARK: - The side that lacks it

    /// What is here already of that state is kept, even from before a crash.
    func fetchBegun(_ life: Life, _ fetch: SnapshotFetch) {
        guard let node = node(life) else { return }
        guard !node.chance.permille(plan.snapshots.refusalPermille) || stage != .breaking else {
            stepCore(node, .fetchFailed(fetch.last))
            return
        }
        if node.sideFile?.position != fetch.last {
            node.sideFile = SideFile(position: fetch.last)
        }
        let offset = UInt64(node.sideFile?.bytes.count ?? 0)
        if node.sideFile?.isComplete == true {
            stepCore(node, .fetchCompleted(fetch.last))
        } else {
            if offset > 0 { statistics.fetchesResumed += 1 }
            stepCore(node, .fetchBegun(fetch.last, offset: offset))
        }
    }

    func chunkWritten(
        _ life: Life,
        _ position: LogPosition,
        _ chunk: SnapshotChunk
    ) throws(Violation) {
        guard let node = node(life), var file = node.sideFile, file.position == position else {
            return
        }
        _ = file.take(chunk)
        node.sideFile = file
        guard file.isComplete else {
            stepCore(node, .chunkWritten(position, offset: UInt64(file.bytes.count)))
            return
        }
        guard file.isSound else {
            throw Violation(
                .snapshots,
                "\(node.id) has all pieces of \(position), and not the whole"
            )
        }
        stepCore(node, .fetchCompleted(position))
    }

    // MARK: - The exchange

    /// The writer has come to an exchange: the fetched state takes the place of the old one, and the
    /// log begins after it.
    func exchangeState(_ node: SimulatedNode, _ log: LogStore) throws(LogError) {
        guard let install = node.exchanges.first else { return }
        let point = StoredPoint(
            position: Position(install.last.index.rawValue),
            term: install.last.term.rawValue,
            membership: Membership.encode(install.configuration)
        )
        node.pendingExchange = point
        if !install.keepsSuffix { try log.reset(to: install.last) }
        node.exchanges.removeFirst()
        node.pendingExchange = nil
        node.record.installed()
        node.stored = [point]
        node.unwritten = []
        node.installed = install.last
        statistics.snapshotsInstalled += 1
        trace.add(now, node.slot, .exchanged(install))
        let span = node.chance.span(in: 1...Span.microseconds(300))
        schedule(.stateExchanged(node.life), after: span)
    }

    /// The loop gets the new state, before it hears that the write is durable.
    func finishExchange(_ node: SimulatedNode?) throws(Violation) {
        guard let node, let position = node.installed else { return }
        node.installed = nil
        let index = Position(position.index.rawValue)
        node.core?.finishInstall(try checks.milestones.state(at: index, checks.committed))
        scheduleTurn(node)
    }
}
