import DequeModule
import Ledger
package import Raft

/// The state on its way between nodes, piece by piece.
///
/// Whoever lacks it asks for the pieces, so it never gets more than it can write, and goes on where
/// it was cut off (rule 23). The other side sends at a bounded rate.
///
///     offer ─▶ beginFetch … fetchBegun ─▶ request ──▶ readChunks … chunkRead ─▶ chunk
///                                            ▲                                    │
///                                            └──── chunkWritten … writeChunks ◀───┘
///                                                  … fetchCompleted ─▶ install
struct SnapshotTraffic {
    /// A state that is being brought here.
    struct Fetch {
        var request: SnapshotFetch
        /// So much of it is here; nil until the disk has said how much.
        var offset: UInt64?
        /// A piece is at the disk, or the whole is being verified: nothing is asked for meanwhile.
        var isAtDisk = true
        var askedAt = NodeInstant(nanoseconds: 0)
        var retries = 0
    }

    var fetch: Fetch?
    /// Pieces that were asked of this node, waiting for their turn.
    var requests = Deque<(peer: NodeID, position: LogPosition, offset: UInt64)>()
    /// Bytes that may be sent now, and when that was counted.
    var allowance: UInt64 = 0
    var countedAt: NodeInstant?
    /// Copies that are wanted, pieces to be read and written: for the driver.
    var takes: [NodeID] = []
    var reads: [(peer: NodeID, position: LogPosition, offset: UInt64)] = []
    var begin: SnapshotFetch?
    var writes: [(position: LogPosition, chunk: SnapshotChunk)] = []

    static let requestsMax = 256
}

extension ReplicaCore {
    /// Whether the state machine's contents are being exchanged: nothing is applied meanwhile.
    package var isInstalling: Bool { installing != nil }

    /// Whether a state is being brought here.
    package var isFetching: Bool { snapshots.fetch != nil }

    /// Up to here the log may go as far as peers are concerned (rule 24); nil if nobody needs it.
    package var neededByPeers: LogIndex? { raft.neededByPeers }

    /// The longest piece of a state that is asked for at once.
    package var snapshotChunkBytes: UInt64 { settings.snapshotChunkBytes }

    /// What the driver must know to take a copy at the applied position.
    package var appliedPosition: LogPosition { LogPosition(index: applied, term: appliedTerm) }

    /// The configuration as of the applied position.
    package var appliedConfiguration: LoggedConfiguration { configuration }

    // MARK: - Bringing a state here

    mutating func takeFetches() {
        for fetch in raftEffects.fetches {
            if snapshots.fetch?.request.last == fetch.last {
                snapshots.fetch?.request = fetch
                continue
            }
            snapshots.fetch = SnapshotTraffic.Fetch(request: fetch)
            snapshots.begin = fetch
            snapshots.writes = []
        }
        raftEffects.fetches.removeAll(keepingCapacity: true)
        snapshots.takes += raftEffects.takeSnapshots
        raftEffects.takeSnapshots.removeAll(keepingCapacity: true)
    }

    mutating func fetchGoesOn(at position: LogPosition, offset: UInt64, now: NodeInstant) {
        guard snapshots.fetch?.request.last == position else { return }
        snapshots.fetch?.offset = offset
        snapshots.fetch?.isAtDisk = false
        snapshots.fetch?.retries = 0
        requestPiece(now: now)
    }

    private mutating func requestPiece(now: NodeInstant) {
        guard let fetch = snapshots.fetch, let offset = fetch.offset, !fetch.isAtDisk else {
            return
        }
        snapshots.fetch?.askedAt = now
        peerMessages.append(
            (fetch.request.leader, .snapshotRequest(fetch.request.last, offset: offset))
        )
    }

    mutating func receive(_ chunk: SnapshotChunk, of position: LogPosition, from peer: NodeID) {
        guard let fetch = snapshots.fetch, fetch.request.last == position,
            fetch.request.leader == peer, !fetch.isAtDisk, fetch.offset == chunk.offset
        else { return }
        snapshots.fetch?.isAtDisk = true
        snapshots.writes.append((position, chunk))
    }

    mutating func receiveGone(_ position: LogPosition, from peer: NodeID) {
        guard let fetch = snapshots.fetch, fetch.request.last == position,
            fetch.request.leader == peer, !fetch.isAtDisk
        else { return }
        endFetch(of: position, succeeded: false)
    }

    mutating func endFetch(of position: LogPosition, succeeded: Bool) {
        guard snapshots.fetch?.request.last == position else { return }
        snapshots.fetch = nil
        stepRaft(succeeded ? .snapshotFetched(position) : .snapshotFetchFailed(position))
    }

    /// What doesn't come is asked for again, and at last given up: then this node may campaign, and
    /// the leader offers again.
    mutating func watchFetch(now: NodeInstant) {
        guard let fetch = snapshots.fetch, !fetch.isAtDisk,
            now.nanoseconds(since: fetch.askedAt) >= settings.snapshotPatienceNanoseconds
        else { return }
        guard fetch.retries < settings.snapshotRetriesMax else {
            endFetch(of: fetch.request.last, succeeded: false)
            return
        }
        snapshots.fetch?.retries += 1
        requestPiece(now: now)
    }

    // MARK: - Sending one

    mutating func receiveRequest(
        for position: LogPosition,
        offset: UInt64,
        from peer: NodeID
    ) {
        stepRaft(.snapshotProgress(peer: peer))
        // Only the newest request of a peer counts: it repeats itself when it must wait.
        snapshots.requests.removeAll { $0.peer == peer }
        guard snapshots.requests.count < SnapshotTraffic.requestsMax else { return }
        snapshots.requests.append((peer, position, offset))
    }

    /// Lets pieces go as the rate allows, so that a state on its way never crowds out the log.
    mutating func serveSnapshots(now: NodeInstant) {
        guard !snapshots.requests.isEmpty else { return }
        let burst = max(settings.snapshotBytesPerSecond / 20, settings.snapshotChunkBytes)
        let elapsed = snapshots.countedAt.map { now.nanoseconds(since: $0) } ?? .max
        let (earned, overflow) = elapsed.multipliedReportingOverflow(
            by: settings.snapshotBytesPerSecond
        )
        snapshots.countedAt = now
        snapshots.allowance =
            overflow ? burst : min(burst, snapshots.allowance + earned / 1_000_000_000)
        while snapshots.allowance >= settings.snapshotChunkBytes,
            let request = snapshots.requests.popFirst()
        {
            snapshots.allowance -= settings.snapshotChunkBytes
            snapshots.reads.append(request)
        }
    }

    mutating func send(_ chunk: SnapshotChunk?, of position: LogPosition, to peer: NodeID) {
        if let chunk {
            peerMessages.append((peer, .snapshotChunk(position, chunk)))
        } else {
            peerMessages.append((peer, .snapshotGone(position)))
        }
    }

    // MARK: - The exchange

    /// The core has decided for the fetched state: from here on the old one is history.
    mutating func beginInstall() {
        for batch in raftEffects.persist {
            guard let install = batch.install else { continue }
            installing = install
            toApply.removeAll { $0.last <= install.last.index }
            isLoadingToApply = false
            sealed = []
            abandonPending()
        }
    }

    /// The exchange is done: this is the state now.
    ///
    /// Called before the write that the exchange was part of is reported as durable.
    package mutating func finishInstall(_ installed: State) {
        guard let install = installing else { return }
        installing = nil
        state = installed
        changes.removeAll()
        applied = install.last.index
        appliedTerm = install.last.term
        sealedIndex = applied
        configuration = install.configuration
        reads.applied(through: applied)
        freshness.applied(through: applied)
    }
}
