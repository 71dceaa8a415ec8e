import Raft
import Testing

/// What Raft promises, checked on a whole cluster after every command.
struct Invariants {
    /// No message was made up, so what nodes believe to be on a quorum must be there.
    var isEverythingReal = true
    private var leaders: [Term: NodeID] = [:]
    private var committed: [LogIndex: Entry] = [:]
    private var votes: [NodeID: [Term: NodeID]] = [:]
    private var appliedSeen: [NodeID: Int] = [:]
    private var termSeen: [NodeID: Term] = [:]

    /// Checks everything that may have changed when one node moved.
    mutating func check(_ cluster: Cluster, after id: NodeID) {
        let node = cluster[id]
        checkApplied(node, in: cluster)
        checkTermAndVote(node)
        checkLogMatches(node, in: cluster)
        if node.isRunning { checkLeader(node) }
    }

    /// State machine safety; and what is applied is durable on a quorum.
    private mutating func checkApplied(_ node: TestNode, in cluster: Cluster) {
        let seen = appliedSeen[node.id] ?? 0
        for entry in node.applied.dropFirst(seen) {
            if let other = committed[entry.index] {
                #expect(other == entry, "two nodes apply different entries at \(entry.index)")
                continue
            }
            committed[entry.index] = entry
            guard isEverythingReal, !cluster.hasSpares else { continue }
            let voters = node.configuration.configuration.voters
            let holders = voters.count { cluster[$0].disk.entry(at: entry.index) == entry }
            #expect(
                holders > voters.count / 2,
                "\(entry.position) was applied and is durable on \(holders) nodes only"
            )
        }
        appliedSeen[node.id] = node.applied.count
    }

    private mutating func checkTermAndVote(_ node: TestNode) {
        // Only a vote that was durable, or is spoken of to others, binds; the disk's is both.
        let durable = node.disk.hardState
        if let vote = durable.vote {
            let earlier = votes[node.id]?[durable.term]
            #expect(earlier == nil || earlier == vote, "\(node.id) votes twice in \(durable.term)")
            votes[node.id, default: [:]][durable.term] = vote
        }
        #expect(durable.term >= termSeen[node.id] ?? 0, "the durable term of \(node.id) fell")
        termSeen[node.id] = durable.term
        let status = node.status
        #expect(status.commitIndex >= status.appliedIndex)
        #expect(status.last.index >= status.commitIndex)
    }

    /// Election safety and leader completeness.
    private mutating func checkLeader(_ node: TestNode) {
        let status = node.status
        guard status.role == .leader else { return }
        let known = leaders[status.term]
        #expect(known == nil || known == node.id, "two leaders in term \(status.term)")
        guard known == nil else { return }
        leaders[status.term] = node.id
        for (index, entry) in committed {
            #expect(
                index < status.snapshot.index || node.core.term(at: index) == entry.term,
                "the leader of \(status.term) lacks the committed \(entry.position)"
            )
        }
    }

    /// Where two logs have the same term at an index, they are the same up to it.
    private func checkLogMatches(_ node: TestNode, in cluster: Cluster) {
        let log = node.disk
        for id in cluster.ids where id != node.id {
            let other = cluster[id].disk
            let low = max(log.snapshot.index, other.snapshot.index).next
            let high = min(log.lastIndex, other.lastIndex)
            guard low <= high,
                let last = (low...high).last(where: {
                    log.entry(at: $0)?.term == other.entry(at: $0)?.term
                })
            else { continue }
            // Only the newest stretch can have changed since the last check.
            let first = max(low, last.advanced(by: -min(8, low.distance(to: last))))
            for index in first...last {
                #expect(
                    log.entry(at: index) == other.entry(at: index),
                    "\(node.id) and \(id) agree at \(last) and differ at \(index)"
                )
            }
        }
    }
}
