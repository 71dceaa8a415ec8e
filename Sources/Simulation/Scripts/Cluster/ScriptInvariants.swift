import Raft

/// What Raft promises, checked after each step of each node.
///
/// What the set-up says is believed: entries that it makes, and that they are applied. Once a
/// message was made up, nothing follows any more from who holds what, so what rests on that is no
/// longer checked in the scenario; one leader a term, logs that match and numbers that never fall are.
struct ScriptInvariants {
    /// What an entry was when it was first seen, with the term of the entry before it.
    private struct Origin: Hashable {
        let previous: Term?
        let kind: EntryKind
        let payload: [UInt8]
    }

    /// A committed entry, and a term by which it had committed.
    ///
    /// Leaders of that term and later ones have it; one of an earlier term may not know it, even if it
    /// comes to lead only now.
    private struct Commit {
        let entry: Entry
        let term: Term
    }

    /// The first promise that was broken.
    private(set) var violation: String?
    /// Whether a message was made up in this scenario.
    private(set) var hasMadeUp = false
    /// What some node knew to be committed.
    private var committed: [LogIndex: Commit] = [:]
    private var leaders: [Term: NodeID] = [:]
    private var votes: [NodeID: [Term: NodeID]] = [:]
    private var durableTerms: [NodeID: Term] = [:]
    /// By position; several, if the set-up says so.
    private var origins: [LogPosition: Set<Origin>] = [:]
    private var believed: Set<LogPosition> = []

    // MARK: - What is believed

    /// Takes a node's first state as it is.
    mutating func believe(_ node: ScriptNode) {
        var previous: Term? = node.disk.snapshot.term
        for entry in node.disk.entries {
            believe(entry, after: previous)
            previous = entry.term
        }
        durableTerms[node.id] = node.disk.hardState.term
        noteVote(of: node)
    }

    /// Takes a made-up message as if somebody had sent it.
    mutating func believe(_ message: Message) {
        hasMadeUp = true
        guard case .append(let append) = message else { return }
        var previous: Term? = append.previous.term
        for entry in append.entries {
            believe(entry, after: previous)
            previous = entry.term
        }
    }

    private mutating func believe(_ entry: Entry, after previous: Term?) {
        believed.insert(entry.position)
        origins[entry.position, default: []].insert(
            Origin(previous: previous, kind: entry.kind, payload: entry.payload)
        )
    }

    /// An entry that was seen at the position.
    func entry(at position: LogPosition) -> Entry? {
        guard let found = origins[position], found.count == 1, let origin = found.first else {
            return nil
        }
        return Entry(
            term: position.term,
            index: position.index,
            kind: origin.kind,
            payload: origin.payload
        )
    }

    /// Whether some node knew the position to be committed.
    func isCommitted(_ position: LogPosition) -> Bool {
        committed[position.index]?.entry.term == position.term
    }

    // MARK: - What is checked

    /// Looks at everything that a node's step may have changed.
    mutating func check(
        _ before: Status,
        _ node: ScriptNode,
        _ report: ScriptNodeReport,
        in nodes: [ScriptNode]
    ) {
        let status = node.status
        if let fault = report.fault { fail("\(node.id) \(fault)") }
        for batch in report.written { checkMatching(batch, node) }
        checkNumbers(before, status, node)
        checkCommit(before, status, node, nodes)
        if node.isRunning, status.role == .leader {
            checkLeader(status, node)
            checkConfigurations(report.written, node)
        }
    }

    /// A restart may let nothing fall that was durable.
    mutating func checkStart(_ node: ScriptNode) {
        checkNumbers(node.status, node.status, node)
    }

    private mutating func fail(_ message: String) { violation = violation ?? message }

    /// Logs match wherever index and term do: the same entry, and the same term before it.
    private mutating func checkMatching(_ batch: PersistBatch, _ node: ScriptNode) {
        var previous = batch.entries.first.flatMap { node.core.term(at: $0.index.previous) }
        for entry in batch.entries {
            defer { previous = entry.term }
            // Nothing is known of what a log does not reach.
            guard let previous else { continue }
            let origin = Origin(previous: previous, kind: entry.kind, payload: entry.payload)
            let known = origins[entry.position]
            guard let known else {
                origins[entry.position] = [origin]
                continue
            }
            guard !known.contains(origin), !believed.contains(entry.position) else { continue }
            fail("\(node.id) has another entry, or another one before it, at \(entry.position)")
        }
    }

    private mutating func checkNumbers(_ before: Status, _ status: Status, _ node: ScriptNode) {
        let id = node.id
        if let fault = node.disk.fault { fail("\(id) \(fault)") }
        if status.term < before.term { fail("the term of \(id) fell to \(status.term)") }
        if status.commitIndex < before.commitIndex {
            fail("the commit index of \(id) fell to \(status.commitIndex)")
        }
        if status.appliedIndex < before.appliedIndex {
            fail("what \(id) has applied fell to \(status.appliedIndex)")
        }
        if status.appliedIndex > status.commitIndex {
            fail("\(id) applied \(status.appliedIndex) and commits \(status.commitIndex)")
        }
        if status.commitIndex > status.last.index {
            fail("\(id) commits \(status.commitIndex) and its log ends at \(status.last)")
        }
        let durable = node.disk.hardState.term
        if durable < durableTerms[id] ?? 0 { fail("the durable term of \(id) fell to \(durable)") }
        durableTerms[id] = durable
        noteVote(of: node)
    }

    /// Only a durable vote binds; what is said of a vote waits for the disk.
    private mutating func noteVote(of node: ScriptNode) {
        let durable = node.disk.hardState
        guard let vote = durable.vote else { return }
        if let earlier = votes[node.id]?[durable.term], earlier != vote {
            fail("\(node.id) voted for \(earlier) and for \(vote) in term \(durable.term)")
        }
        votes[node.id, default: [:]][durable.term] = vote
    }

    /// No two nodes commit different entries; what a leader commits is durable on a quorum, and known
    /// to every leader of a later term.
    private mutating func checkCommit(
        _ before: Status,
        _ status: Status,
        _ node: ScriptNode,
        _ nodes: [ScriptNode]
    ) {
        guard status.commitIndex > before.commitIndex, !hasMadeUp else { return }
        // What came as a snapshot is no entry any more.
        let low = max(before.commitIndex, status.snapshot.index).next
        for index in low..<max(low, status.commitIndex.next) {
            guard let entry = node.entry(at: index) else { continue }
            if let other = committed[index]?.entry {
                if other != entry {
                    fail(
                        "\(node.id) commits \(entry.position) where \(other.position) is committed"
                    )
                }
                continue
            }
            committed[index] = Commit(entry: entry, term: status.term)
            for leader in nodes
            where leader.isLeader && leader.status.term >= status.term && lacks(entry, leader) {
                fail("\(leader.id) leads term \(leader.status.term) without \(entry.position)")
            }
        }
        guard before.role == .leader || status.role == .leader else { return }
        let configurations = [before, status].map(\.configuration.configuration)
        guard !configurations.contains(where: { isHeld(status.commitIndex, node, $0, nodes) })
        else { return }
        fail("\(node.id) commits \(status.commitIndex), which is not durable on a quorum")
    }

    private func isHeld(
        _ index: LogIndex,
        _ leader: ScriptNode,
        _ configuration: Configuration,
        _ nodes: [ScriptNode]
    ) -> Bool {
        let term = leader.core.term(at: index)
        return [configuration.voters, configuration.outgoing].allSatisfy { voters in
            let holders = voters.count { voter in
                guard let disk = nodes.first(where: { $0.id == voter })?.disk else { return false }
                return disk.snapshot.index >= index || disk.term(at: index) == term
            }
            return voters.isEmpty || holders > voters.count / 2
        }
    }

    /// One leader a term, which has every committed entry.
    private mutating func checkLeader(_ status: Status, _ node: ScriptNode) {
        if let known = leaders[status.term] {
            if known != node.id {
                fail("\(known) and \(node.id) both lead term \(status.term)")
            }
            return
        }
        leaders[status.term] = node.id
        guard !hasMadeUp else { return }
        let lacking = committed.values.filter { $0.term <= status.term && lacks($0.entry, node) }
        guard let first = lacking.map(\.entry).min(by: { $0.index < $1.index }) else { return }
        fail("\(node.id) leads term \(status.term) without the committed \(first.position)")
    }

    private func lacks(_ entry: Entry, _ node: ScriptNode) -> Bool {
        entry.index > node.status.snapshot.index && node.core.term(at: entry.index) != entry.term
    }

    /// One change of members at a time: whoever makes one knows the one before it to be committed.
    private mutating func checkConfigurations(_ written: [PersistBatch], _ node: ScriptNode) {
        let status = node.status
        let made = written.flatMap(\.entries).filter {
            $0.kind == .configuration && $0.term == status.term
        }
        guard let change = made.last, status.commitIndex.next < change.index else { return }
        let open = (status.commitIndex.next..<change.index).filter {
            node.entry(at: $0)?.kind == .configuration
        }
        guard let first = open.first else { return }
        fail("\(node.id) changes members at \(change.index), before \(first) has committed")
    }
}
