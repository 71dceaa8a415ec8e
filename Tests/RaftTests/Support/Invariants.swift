import Raft
import Testing

/// What Raft promises, checked on a whole cluster after every command.
struct Invariants {
    private var leaders: [Term: NodeID] = [:]
    private var committed: [LogIndex: Entry] = [:]
    private var votes: [NodeID: [Term: NodeID]] = [:]
    private var appliedSeen: [NodeID: Int] = [:]
    private var termSeen: [NodeID: Term] = [:]

    mutating func check(_ cluster: Cluster) {
        for id in cluster.ids {
            let node = cluster[id]
            checkApplied(node, in: cluster)
            guard node.isRunning else { continue }
            checkTermAndVote(node)
            checkLeader(node, in: cluster)
        }
        checkLogsMatch(cluster)
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
            let holders = cluster.ids.count {
                cluster[$0].configuration.isVoter($0)
                    && cluster[$0].disk.entry(at: entry.index) == entry
            }
            #expect(
                holders > node.configuration.voters.count / 2,
                "\(entry.position) was applied and is durable on \(holders) nodes only"
            )
        }
        appliedSeen[node.id] = node.applied.count
    }

    private mutating func checkTermAndVote(_ node: TestNode) {
        let status = node.status
        // Only a vote that was durable, or is spoken of to others, binds; the disk's is both.
        let durable = node.disk.hardState
        if let vote = durable.vote {
            let earlier = votes[node.id]?[durable.term]
            #expect(earlier == nil || earlier == vote, "\(node.id) votes twice in \(durable.term)")
            votes[node.id, default: [:]][durable.term] = vote
        }
        #expect(durable.term >= termSeen[node.id] ?? 0, "the durable term of \(node.id) fell")
        termSeen[node.id] = durable.term
        #expect(status.commitIndex >= status.appliedIndex)
        #expect(status.last.index >= status.commitIndex)
    }

    /// Election safety and leader completeness.
    private mutating func checkLeader(_ node: TestNode, in cluster: Cluster) {
        let status = node.status
        guard status.role == .leader else { return }
        let known = leaders[status.term]
        #expect(known == nil || known == node.id, "two leaders in term \(status.term)")
        guard known == nil else { return }
        leaders[status.term] = node.id
        for (index, entry) in committed {
            #expect(
                node.core.term(at: index) == entry.term,
                "the leader of \(status.term) lacks the committed \(entry.position)"
            )
        }
    }

    /// Where two logs have the same term at an index, they are the same up to it.
    private func checkLogsMatch(_ cluster: Cluster) {
        let logs = cluster.ids.map { cluster[$0].disk.entries }
        for left in logs.indices {
            for right in logs.indices where right > left {
                let shared = min(logs[left].count, logs[right].count)
                guard
                    let last = (0..<shared).last(where: {
                        logs[left][$0].term == logs[right][$0].term
                    })
                else { continue }
                // Only the newest stretch can have changed since the last check.
                let first = max(0, last - 8)
                #expect(
                    logs[left][first...last] == logs[right][first...last],
                    "logs agree at \(last + 1) and differ before it"
                )
            }
        }
    }
}
