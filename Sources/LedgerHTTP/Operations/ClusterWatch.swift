import NIOCore
import Replica
import Synchronization

/// Asks the leader how the cluster is, once for everybody who looks at that moment.
///
/// Many may have the operations page open; the leader is asked by a node at most once an interval.
final class ClusterWatch: Sendable {
    private struct State {
        var status: NodeStatus?
        var askedAt: NIODeadline?
        /// Those who wait for an answer that is on its way.
        var waiting: [CheckedContinuation<NodeStatus?, Never>] = []
        var isAsking = false
    }

    private let node: any LedgerNode
    private let interval: TimeAmount
    private let state = Mutex(State())

    init(node: any LedgerNode, interval: TimeAmount) {
        self.node = node
        self.interval = interval
    }

    /// The leader's status, no older than the interval; nil when none answered.
    func leaderStatus() async -> NodeStatus? {
        await withCheckedContinuation { continuation in
            let now = NIODeadline.now()
            let (known, mustAsk) = state.withLock { state -> (NodeStatus??, Bool) in
                if state.isAsking {
                    state.waiting.append(continuation)
                    return (nil, false)
                }
                if let askedAt = state.askedAt, now - askedAt < interval {
                    return (.some(state.status), false)
                }
                state.waiting.append(continuation)
                state.isAsking = true
                state.askedAt = now
                return (nil, true)
            }
            if let known { continuation.resume(returning: known) }
            if mustAsk { ask(now + interval) }
        }
    }

    private func ask(_ deadline: NIODeadline) {
        node.leaderStatus(deadline: deadline) { [self] status in
            let waiting = state.withLock { state in
                state.status = status
                state.isAsking = false
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume(returning: status) }
        }
    }
}
