import Histories
import Ledger
import Raft
import RaftLog
import Replica

/// Everything that must hold after every step, and what is known from the steps before.
///
/// Only what a step changed is looked at: a whole comparison of all nodes each time would be as
/// sharp, and a thousand times slower.
struct Checks {
    private(set) var registry = LogRegistry()
    private(set) var committed: CommittedLog
    private(set) var leaders: [Term: NodeID] = [:]
    var milestones = Milestones()
    private var digests = DigestTable()
    var answers = AnswerBook()
    var acknowledged = AckTimeline()

    init(founding: Configuration) { committed = CommittedLog(founding: founding) }

    // MARK: - What a node writes

    mutating func issued(_ batch: PersistBatch, by node: SimulatedNode) throws(Violation) {
        try checkConfigurations(in: batch, of: node)
        try node.record.issue(batch, &registry, committed)
    }

    /// A leader changes members only when the last change has committed (rule 8).
    private func checkConfigurations(
        in batch: PersistBatch,
        of node: SimulatedNode
    ) throws(Violation) {
        guard let status = node.core?.raftStatus, status.role == .leader else { return }
        var last = node.record.issued.configurations.last?.index ?? 0
        for entry in batch.entries where entry.kind == .configuration && entry.term == status.term {
            guard last <= status.commitIndex else {
                throw Violation(
                    .oneChange,
                    "\(node.id) changes members at \(entry.index) before \(last) has committed"
                )
            }
            last = entry.index
        }
    }

    func digest(at position: Position) throws(Violation) -> UInt64 {
        guard let digest = digests.digest(at: position) else {
            throw Violation(
                .snapshots,
                "a state of \(position.rawValue) is offered that nobody had"
            )
        }
        return digest
    }

    func durable(through ticket: Ticket, on node: SimulatedNode) {
        node.record.becameDurable(through: ticket)
    }

    /// A node found its log again.
    ///
    /// - Returns: How many writes were lost that had been issued and never reported as durable.
    mutating func recovered(_ node: SimulatedNode, _ log: LogStore) throws(Violation) -> Int {
        let found = log.recovered
        var hash = committed.trail.hash(at: found.base.index)
        do {
            let entries = try log.reader.entries(
                from: found.base.index.next,
                through: found.lastIndex,
                payloadBytesMax: .max
            )
            for entry in entries {
                hash = try registry.note(entry, after: hash ?? LogTrail.origin)
            }
        } catch let violation as Violation {
            throw violation
        } catch {
            throw Violation(.recovery, "\(node.id) can't read its own log: \(error)")
        }
        let last = LogPosition(
            index: found.lastIndex,
            term: log.reader.term(at: found.lastIndex) ?? 0
        )
        return try node.record.recover(
            hardState: found.hardState,
            last: last,
            hash: hash ?? LogTrail.origin,
            committed
        )
    }

    // MARK: - What a node says

    /// Votes and acknowledgements leave only when what they promise is durable.
    func sends(_ envelope: Envelope, _ node: SimulatedNode) throws(Violation) {
        switch envelope.message {
        case .voteReply(let reply) where reply.isGranted:
            try vote(of: node, for: envelope.to, in: envelope.term)
        case .voteRequest:
            try vote(of: node, for: node.id, in: envelope.term)
        case .appendReply(.accepted(let match, _, _))
        where envelope.term == node.record.issued.hardState.term:
            guard match <= node.record.durable.log.lastIndex else {
                throw Violation(
                    .durableQuorum,
                    "\(node.id) acknowledges \(match), durable is "
                        + "\(node.record.durable.log.lastIndex)"
                )
            }
        default: break
        }
    }

    private func vote(
        of node: SimulatedNode,
        for candidate: NodeID,
        in term: Term
    ) throws(Violation) {
        let durable = node.record.durable.hardState
        let isDurable =
            durable.term > term || (durable.term == term && durable.vote == candidate)
        guard isDurable else {
            throw Violation(
                .oneVote,
                "\(node.id) tells of a vote in term \(term) before it is durable"
            )
        }
        try node.record.voted(for: candidate, in: term)
    }

    // MARK: - Where a node stands

    mutating func turnEnded(
        _ node: SimulatedNode,
        _ status: Status,
        nodes: [SimulatedNode],
        marks: [DigestMark]
    ) throws(Violation) {
        try checkProgress(node, status)
        guard status.last.index == node.record.issued.log.lastIndex,
            status.last.term == node.record.issued.log.lastTerm
        else {
            throw Violation(.logsMatch, "\(node.id) keeps another log in memory than on disk")
        }
        let active = node.record.issued.configurations.last?.index ?? 0
        guard status.configuration.index == active else {
            throw Violation(
                .activeConfiguration,
                "\(node.id) goes by the one at \(status.configuration.index), the last is at \(active)"
            )
        }
        let isNews = try committed.extend(
            through: status.commitIndex,
            of: node.record.issued.log,
            in: status.term,
            registry
        )
        if isNews { try checkQuorum(node, status, nodes) }
        node.record.configuration = status.configuration.configuration
        for mark in marks {
            guard mark.position.rawValue <= committed.lastIndex.rawValue else {
                throw Violation(.oneHistory, "\(node.id) applies what is not committed")
            }
            try digests.check(mark)
        }
    }

    private func checkProgress(_ node: SimulatedNode, _ status: Status) throws(Violation) {
        guard status.term >= node.record.term, status.commitIndex >= node.record.commit,
            status.appliedIndex >= node.record.applied
        else {
            throw Violation(
                .noWayBack,
                "\(node.id) went back to term \(status.term), commit \(status.commitIndex), "
                    + "applied \(status.appliedIndex)"
            )
        }
        node.record.term = status.term
        node.record.commit = status.commitIndex
        node.record.applied = status.appliedIndex
    }

    /// The first to know of a commit is a leader, and then it is on the disks of a quorum already.
    private func checkQuorum(
        _ node: SimulatedNode,
        _ status: Status,
        _ nodes: [SimulatedNode]
    ) throws(Violation) {
        // One that is removed may have stepped down in the very step.
        guard status.role == .leader || leaders[status.term] == node.id else {
            throw Violation(.durableQuorum, "\(node.id) commits first and does not lead")
        }
        let index = committed.lastIndex
        guard committed.trail.term(at: index) == status.term else {
            throw Violation(
                .ownTerm,
                "\(node.id) commits \(index) of term \(committed.trail.term(at: index) ?? 0) in term "
                    + "\(status.term)"
            )
        }
        let hash = committed.trail.hash(at: index)
        let holders = nodes.filter { $0.record.durable.log.hash(at: index) == hash }.map(\.id)
        var deciders = [status.configuration.configuration]
        // One that the leader appended later in the same turn had no say yet.
        if status.configuration.index > index, let before = node.record.configuration {
            deciders.append(before)
        }
        guard deciders.contains(where: { Self.decide(holders, in: $0) }) else {
            throw Violation(
                .durableQuorum,
                "\(index) is committed and durable on \(holders) of \(deciders[0])"
            )
        }
    }

    private static func decide(_ holders: [NodeID], in configuration: Configuration) -> Bool {
        [configuration.voters, configuration.outgoing].allSatisfy { voters in
            voters.isEmpty || voters.count(where: holders.contains) > voters.count / 2
        }
    }

    mutating func elected(_ node: SimulatedNode, _ term: Term) throws(Violation) {
        if let other = leaders[term], other != node.id {
            throw Violation(.oneLeader, "\(other) and \(node.id) lead in term \(term)")
        }
        leaders[term] = node.id
        try committed.check(leader: node.record.issued.log, of: term)
    }
}
