package import AgentCore
package import Ledger
package import NIOCore
package import Raft
package import Replica
import ServiceLifecycle
import Synchronization

/// A store's agent in the place of a node, so that a till needn't know to whom it talks.
///
/// What happens at the store the agent answers itself, cut off or not. Everything else is the cluster's: it is
/// sent on, or refused while the cluster can't be reached. Reads show the agent's copy and its own book, and
/// promise nothing more than that.
package final class TillNode: LedgerNode, Service {
    /// Does in the cluster what only it can do.
    package typealias Forward = @Sendable (Request, Duration) async -> SubmitResult
    typealias Job = @Sendable () async -> Void

    package let eventLoop: any EventLoop
    let desk: any StoreDesk
    let forward: Forward
    let id: NodeID
    private let jobs: AsyncStream<Job>
    private let sink: AsyncStream<Job>.Continuation
    private let waiting = Atomic<Int>(0)
    private let shown = Mutex<AgentStatus?>(nil)

    /// Jobs under way at once; more are answered as OVERLOADED.
    private static let jobsMax = 4_096

    /// The agent behind a desk; answers on a loop.
    package init(
        desk: any StoreDesk,
        on eventLoop: any EventLoop,
        forward: @escaping Forward
    ) {
        self.desk = desk
        self.eventLoop = eventLoop
        self.forward = forward
        id = NodeID(desk.location.text) ?? "store"
        (jobs, sink) = AsyncStream.makeStream()
    }

    /// Does what is asked until the process stops.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await job in jobs {
                    group.addTask { await job() }
                }
            }
        } onGracefulShutdown: {
            self.sink.finish()
        }
    }

    /// Has something done; false when there is too much already, or nothing is done any more.
    func begin(_ job: @escaping Job) -> Bool {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.jobsMax else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        let result = sink.yield { [self] in
            await job()
            waiting.subtract(1, ordering: .relaxed)
        }
        guard case .enqueued = result else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// Remembers how it stands, for those who can't wait.
    func note(_ status: AgentStatus) { shown.withLock { $0 = status } }

    /// What the agent said last of itself.
    package var status: NodeStatus {
        let agent = shown.withLock { $0 }
        let position = agent?.head.copy?.position ?? Position(0)
        return NodeStatus(
            id: id,
            role: .follower,
            term: 0,
            leader: nil,
            commit: position,
            applied: position,
            stored: position,
            logFirst: Position(0),
            logLast: position,
            staleness: nil,
            isReady: agent?.head.copy != nil,
            writeRefusal: nil,
            members: []
        )
    }

    /// The agent's own numbers are told over HTTP.
    package var metrics: NodeMetrics { NodeMetrics(samples: [], histograms: []) }

    /// Why the cluster isn't asked.
    package var absence: String? {
        "the cluster can't be reached from this store now, and only it can answer that"
    }

    /// It is the only node that it knows.
    package func status(
        of node: NodeID,
        deadline: NIODeadline,
        completion: @escaping @Sendable (NodeStatus?) -> Void
    ) {
        eventLoop.execute { [self] in completion(node == id ? status : nil) }
    }
}
