import NIOCore
import Raft
import Replica
import Synchronization

/// Asks the members how they are, once for everybody who looks at that moment.
///
/// Many may have the operations page open; a member is asked by a node at most once an interval, and only
/// while somebody looks.
final class ClusterWatch: Sendable {
    /// What the others said of themselves when they were last asked.
    struct Report: Sendable {
        /// No later than any of the questions was sent.
        var askedAt: NIODeadline
        /// Without those that did not answer in time.
        var answers: [NodeID: NodeStatus] = [:]
        /// Since when those have been asked in vain.
        var silentSince: [NodeID: NIODeadline] = [:]

        /// What a member said of itself, with the bound that its age has now; nil when it didn't answer.
        func status(of member: NodeID, at now: NIODeadline) -> NodeStatus? {
            answers[member]?.aged(since: askedAt, at: now)
        }
    }

    private struct State {
        /// The last one that is complete.
        var report: Report?
        /// The one that is being gathered, and how many answers it lacks.
        var gathering: Report?
        var missing = 0
        /// Those who wait for it.
        var waiting: [CheckedContinuation<Report, Never>] = []
    }

    private let node: any LedgerNode
    private let interval: TimeAmount
    private let membersMax: Int
    private let state = Mutex(State())

    /// So many intervals after the last look, what was silent then is forgotten: nobody has asked since.
    private static let intervalsKept: Int64 = 20

    init(node: any LedgerNode, limits: HTTPLimits) {
        self.node = node
        interval = limits.clusterInterval
        membersMax = limits.clusterMembersMax
    }

    /// What the others say, asked no longer than the interval ago.
    func report() async -> Report {
        await withCheckedContinuation { continuation in
            let now = NIODeadline.now()
            let (known, mustAsk) = state.withLock { state -> (Report?, Bool) in
                if state.gathering != nil {
                    state.waiting.append(continuation)
                    return (nil, false)
                }
                if let report = state.report, now - report.askedAt < interval {
                    return (report, false)
                }
                state.waiting.append(continuation)
                state.gathering = Report(askedAt: now)
                return (nil, true)
            }
            if let known { continuation.resume(returning: known) }
            if mustAsk { ask(at: now) }
        }
    }

    private func ask(at now: NIODeadline) {
        let own = node.status
        var others = own.members.map(\.id).filter { $0 != own.id }
        // One that has just left may lead for a moment more.
        if let leader = own.leader, leader != own.id, !others.contains(leader) {
            others.insert(leader, at: 0)
        }
        others = Array(others.prefix(membersMax))
        guard !others.isEmpty else { return finish() }
        state.withLock { $0.missing = others.count }
        for member in others {
            node.status(of: member, deadline: now + interval) { [self] status in
                take(status, of: member)
            }
        }
    }

    private func take(_ status: NodeStatus?, of member: NodeID) {
        let isLast = state.withLock { state in
            if let status {
                state.gathering?.answers[member] = status
            } else if let askedAt = state.gathering?.askedAt {
                let before = state.report.flatMap { report in
                    askedAt - report.askedAt < interval * Self.intervalsKept
                        ? report.silentSince[member] : nil
                }
                state.gathering?.silentSince[member] = before ?? askedAt
            }
            state.missing -= 1
            return state.missing == 0
        }
        if isLast { finish() }
    }

    private func finish() {
        let (report, waiting) = state.withLock { state in
            let report = state.gathering
            defer {
                state.report = report
                state.gathering = nil
                state.waiting = []
            }
            return (report, state.waiting)
        }
        guard let report else { preconditionFailure("only what was begun is finished") }
        for continuation in waiting { continuation.resume(returning: report) }
    }
}
