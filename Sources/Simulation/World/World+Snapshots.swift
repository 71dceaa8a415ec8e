import Ledger
import LedgerStore
import Raft
import RaftLog
import Replica

/// States on their way between nodes, with production's code for copies and incoming files.
extension World {
    func moveStates(_ node: SimulatedNode) {
        for peer in node.effects.takeSnapshots { takeCopy(node, for: peer) }
        for (peer, position, offset) in node.effects.readChunks {
            schedule(
                .chunkRead(node.life, peer: peer, position, offset: offset),
                after: fileTime(node)
            )
        }
        if let fetch = node.effects.beginFetch {
            schedule(.fetchBegun(node.life, fetch), after: incomingTime(node))
        }
        for (position, chunk) in node.effects.writeChunks {
            schedule(.chunkWritten(node.life, position, chunk), after: incomingTime(node))
        }
    }

    /// What comes in is written by one thread, in the order in which it was asked for.
    private func incomingTime(_ node: SimulatedNode) -> Nanoseconds {
        let done = max(after(fileTime(node)), node.incomingUntil)
        node.incomingUntil = done
        return done.nanoseconds - now.nanoseconds
    }

    private func fileTime(_ node: SimulatedNode) -> Nanoseconds {
        node.chance.span(in: Span.microseconds(20)...Span.milliseconds(3)) + node.syncDelay / 4
    }

    // MARK: - The side that has it

    /// A copy is offered that is young enough, or one is made.
    private func takeCopy(_ node: SimulatedNode, for peer: NodeID) {
        guard let base = node.core?.raftStatus.snapshot.index else { return }
        let reading = node.clock.reading(at: now)
        if let copy = node.shelf.offer(after: base, now: reading, plan.snapshots.limits) {
            stepCore(node, .snapshotTaken(peer: peer, copy.description.last, copy.configuration))
            return
        }
        guard !node.shelf.join(peer), node.shelf.mayBegin(now: reading, plan.snapshots.limits)
        else { return }
        let floor = LogIndex(node.stored[node.stored.count - 1].position.rawValue)
        let path = node.shelf.begin(for: peer, floor: floor, in: node.directory.copies)
        let span = node.chance.span(in: Span.milliseconds(1)...Span.milliseconds(40))
        schedule(.copyTaken(node.life, path: path), after: span)
    }

    /// The copy is of what is written by now.
    func copyTaken(_ life: Life, at path: String) throws(Violation) {
        guard let node = node(life), node.shelf.making?.path == path else { return }
        let reading = node.clock.reading(at: now)
        let point = node.stored[node.stored.count - 1]
        guard point.position > Position(0),
            let configuration = Membership.decode(point.membership),
            let description = try write(point, to: path, node)
        else {
            _ = node.shelf.fail(now: reading)
            return
        }
        statistics.snapshotsTaken += 1
        let peers = node.shelf.end(
            SnapshotShelf.Copy(
                description: description,
                configuration: configuration,
                path: path,
                takenAt: reading,
                usedAt: reading
            )
        )
        for peer in peers {
            stepCore(node, .snapshotTaken(peer: peer, description.last, configuration))
        }
    }

    /// Writes a copy's file; nil if the disk can't take it.
    private func write(
        _ point: StoredPoint,
        to path: String,
        _ node: SimulatedNode
    ) throws(Violation) -> SnapshotDescription? {
        let state = StateFile(point: point, digest: try checks.digest(at: point.position))
        let bytes = state.encoded(byteCount: plan.snapshots.bytes)
        do throws(FileSystemError) {
            let file = try node.disk.open(path, create: true)
            try file.write(bytes.span.bytes, at: 0)
            return SnapshotDescription(
                last: LogPosition(
                    index: LogIndex(point.position.rawValue),
                    term: Term(point.term)
                ),
                byteCount: UInt64(bytes.count),
                checksum: try SnapshotDescription.checksum(
                    of: file,
                    byteCount: UInt64(bytes.count)
                )
            )
        } catch {
            if node.disk.hasLostPower { crash(node, .powerCut) }
            return nil
        }
    }

    func chunkRead(_ life: Life, for peer: NodeID, _ position: LogPosition, _ offset: UInt64) {
        guard let node = node(life) else { return }
        var chunk: SnapshotChunk?
        if let copy = node.shelf.use(at: position, now: node.clock.reading(at: now)),
            let file = try? node.disk.open(copy.path, create: false)
        {
            chunk = SnapshotChunk.read(
                file,
                of: copy.description,
                from: offset,
                bytesMax: UInt64(plan.snapshots.chunkBytes)
            )
        }
        stepCore(node, .chunkRead(peer: peer, position, chunk))
    }

    /// Drops copies that nobody uses any more.
    func tidyCopies(_ node: SimulatedNode) {
        guard node.core != nil else { return }
        let reading = node.clock.reading(at: now)
        remove(node.shelf.expire(now: reading, plan.snapshots.limits), node)
    }

    func remove(_ paths: [String], _ node: SimulatedNode) {
        for path in paths { try? node.disk.remove(path) }
    }

    // MARK: - The side that lacks it

    func fetchBegun(_ life: Life, _ fetch: SnapshotFetch) {
        guard let node = node(life), let incoming = node.incoming else { return }
        let outcome = incoming.begin(fetch)
        if case .wanted(let offset) = outcome, offset > 0 { statistics.fetchesResumed += 1 }
        fetchWent(fetch.last, outcome, node)
    }

    func chunkWritten(_ life: Life, _ position: LogPosition, _ chunk: SnapshotChunk) {
        guard let node = node(life), let incoming = node.incoming else { return }
        fetchWent(position, incoming.take(chunk, of: position), node)
    }

    private func fetchWent(
        _ position: LogPosition,
        _ outcome: IncomingSnapshot.Outcome,
        _ node: SimulatedNode
    ) {
        guard !node.disk.hasLostPower else { return crash(node, .powerCut) }
        switch outcome {
        case .wanted(let offset): stepCore(node, .chunkWritten(position, offset: offset))
        case .complete: stepCore(node, .fetchCompleted(position))
        case .failed(let reason):
            statistics.fetchesFailed += 1
            trace.add(now, node.slot, .fetchFailed(reason))
            stepCore(node, .fetchFailed(position))
        }
    }
}
