import Foundation
import Ledger
import LedgerStore
package import Logging
package import NIOCore
import NIOPosix
import Raft
import RaftLog
import RaftTransport

extension ReplicaNode {
    /// Opens a node's data directory, brings it to where it was, and joins its cluster.
    ///
    /// The data directory is made when it isn't there. Everything of the node runs on `eventLoop`
    /// but its disks. `onHalt` is called once, on the loop, when the node must end its process
    /// because going on could break a promise.
    package static func start(
        _ settings: NodeSettings,
        on eventLoop: any EventLoop,
        logger: Logger,
        onHalt: @escaping @Sendable (ReplicaHalt) -> Void
    ) async throws(NodeStartError) -> ReplicaNode {
        guard settings.isJoining || settings.members.contains(where: { $0.id == settings.id })
        else {
            throw .notAMember(settings.id)
        }
        let files = try await onThread { () throws(NodeStartError) in
            try NodeFiles.open(settings, logger: logger)
        }
        do {
            return try await eventLoop.submit {
                try assemble(settings, files, on: eventLoop, logger: logger, onHalt: onHalt)
            }.flatMap { (loop: NIOLoopBound<ReplicaLoop>, node: ReplicaNode) in
                loop.value.listen(settings).map { node }
            }.get()
        } catch let error as NodeStartError {
            throw error
        } catch {
            throw .listen(address: "\(settings.peerListen)", reason: "\(error)")
        }
    }

    private static func assemble(
        _ settings: NodeSettings,
        _ files: NodeFiles,
        on eventLoop: any EventLoop,
        logger: Logger,
        onHalt: @escaping @Sendable (ReplicaHalt) -> Void
    ) throws -> (NIOLoopBound<ReplicaLoop>, ReplicaNode) {
        let limits = settings.limits
        var raft = RaftConfiguration(
            id: settings.id,
            electionTicks: limits.electionTicks,
            heartbeatTicks: limits.heartbeatTicks
        )
        raft.limits.uncommittedBytesMax = 64 << 20
        let state: SQLiteLedgerState
        let peers = try PeerDirectory(
            directory: files.found.directory,
            node: settings.id,
            settings: settings.members
        )
        do throws(StoreError) {
            state = try files.found.storeFile.openState()
        } catch {
            throw NodeStartError.store(error)
        }
        var replica = ReplicaSettings(raft: raft)
        replica.snapshotChunkBytes = limits.snapshots.pieceBytes
        replica.snapshotBytesPerSecond = limits.snapshots.bytesPerSecond
        let core: ReplicaLoop.Core
        do throws(RestoreError) {
            core = try ReplicaLoop.Core(
                settings: replica,
                restoring: files.found.restored,
                appliedIn: Term(files.found.header.term),
                seed: .random(in: .min ... .max),
                state: state
            )
        } catch {
            throw NodeStartError.restore("\(error)")
        }
        var configuration = PeerNetworkConfiguration(
            node: settings.id,
            cluster: files.found.clusterID.transport,
            incarnation: Incarnation(rawValue: files.found.incarnation),
            listen: settings.peerListen
        )
        configuration.flushesAutomatically = false
        let network = PeerNetwork(
            configuration: configuration,
            eventLoop: eventLoop,
            logger: logger
        )
        let shared = SharedNodeState(
            status: NodeStatus(
                id: settings.id,
                role: .follower,
                term: 0,
                leader: nil,
                commit: Position(0),
                applied: Position(0),
                stored: Position(0),
                logFirst: Position(0),
                logLast: Position(0),
                staleness: nil,
                isReady: false,
                writeRefusal: nil,
                members: []
            ),
            limits: limits,
            tail: ChangeTail(
                bytesKept: limits.changeBytesKept,
                waitersMax: limits.changeWaitersMax
            )
        )
        shared.tail.reset(to: core.state.header)
        let loop = ReplicaLoop(
            eventLoop: eventLoop,
            limits: limits,
            logger: logger,
            shared: shared,
            network: network,
            log: files.log,
            store: files.store,
            snapshots: files.snapshots,
            peers: peers,
            core: core,
            cluster: files.found.clusterID.description,
            onHalt: onHalt
        )
        let bound = NIOLoopBound(loop, eventLoop: eventLoop)
        files.reports.connect(bound, on: eventLoop)
        let node = ReplicaNode(
            eventLoop: eventLoop,
            loop: loop,
            shared: shared,
            store: files.store
        )
        return (bound, node)
    }

    /// Opening files blocks; it gets a thread of its own.
    private static func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(NodeStartError) -> Value
    ) async throws(NodeStartError) -> Value {
        let result: Result<Value, NodeStartError> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                do throws(NodeStartError) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}

extension ReplicaLoop {
    /// Binds the peers' port, dials the others, and begins to tick.
    fileprivate func listen(_ settings: NodeSettings) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return network.start(delegate: self).map { _ in
            let loop = bound.value
            loop.dialPeers()
            loop.start()
        }
    }
}
