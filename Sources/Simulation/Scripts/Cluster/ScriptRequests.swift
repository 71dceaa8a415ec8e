import Raft

/// What was asked of nodes, and what they answered.
struct ScriptRequests {
    /// A proposal by its label.
    struct Proposal {
        enum Outcome: Hashable {
            case pending
            case refused
            case unknown
            case committed
        }

        /// The place of the node that took it, and how often that had started.
        let node: Int
        let start: Int
        var position: LogPosition?
        var outcome = Outcome.pending
    }

    /// A linearizable read by its label.
    struct Read {
        enum Outcome: Hashable {
            case pending
            case failed
            case served
        }

        let node: Int
        let start: Int
        /// Confirmed, and served once it is applied.
        var index: LogIndex?
        var outcome = Outcome.pending
    }

    /// What became of the last request at once.
    enum Last: Hashable {
        case accepted
        case refused(String)
    }

    private(set) var last: Last?
    /// Whether the last request is being made: only what is answered now is answered at once.
    private var isAsking = false
    private(set) var proposals: [String: Proposal] = [:]
    private(set) var reads: [String: Read] = [:]
    private var proposalLabels: [ProposalToken: String] = [:]
    private var readLabels: [ReadToken: String] = [:]
    private var tokens: UInt64 = 0

    mutating func nextToken() -> UInt64 {
        tokens += 1
        return tokens
    }

    /// A request begins, accepted unless the node says otherwise before it ends.
    mutating func begin() {
        last = .accepted
        isAsking = true
    }

    mutating func end() { isAsking = false }

    mutating func answer(_ outcome: Last) { last = outcome }

    mutating func expect(_ token: ProposalToken, label: String, node: Int, start: Int) {
        proposalLabels = proposalLabels.filter { $0.value != label }
        proposalLabels[token] = label
        proposals[label] = Proposal(node: node, start: start)
    }

    mutating func expect(_ token: ReadToken, label: String, node: Int, start: Int) {
        readLabels = readLabels.filter { $0.value != label }
        readLabels[token] = label
        reads[label] = Read(node: node, start: start)
    }

    /// Nobody was there to take it.
    mutating func refuse(proposal token: ProposalToken) {
        guard let label = proposalLabels[token] else { return }
        proposals[label]?.outcome = .refused
    }

    mutating func refuse(read token: ReadToken) {
        guard let label = readLabels[token] else { return }
        reads[label]?.outcome = .failed
    }

    // MARK: - What nodes answer

    mutating func note(_ report: ScriptNodeReport, of node: ScriptNode, at place: Int) {
        for outcome in report.proposals { note(outcome) }
        for outcome in report.reads { note(outcome) }
        for outcome in report.transfers {
            switch outcome {
            case .started: answer(.accepted)
            case .refused(let reason): answer(.refused("\(reason)"))
            }
        }
        for outcome in report.memberships {
            switch outcome.result {
            case .accepted: answer(.accepted)
            case .refused(let reason): answer(.refused("\(reason)"))
            }
        }
        settle(report.events, node, place)
        settleReads(node, place)
    }

    /// A read is served by a state that has applied what was confirmed.
    private mutating func settleReads(_ node: ScriptNode, _ place: Int) {
        for label in reads.keys {
            guard let read = reads[label], read.outcome == .pending, read.node == place,
                read.start == node.starts, let index = read.index, node.isRunning,
                node.status.appliedIndex >= index
            else { continue }
            reads[label]?.outcome = .served
        }
    }

    private mutating func note(_ outcome: ProposalOutcome) {
        let label = proposalLabels[outcome.token]
        switch outcome.result {
        case .accepted(let first, _):
            answer(.accepted)
            if let label { proposals[label]?.position = first }
        case .refused(let reason):
            answer(.refused("\(reason)"))
            if let label { proposals[label]?.outcome = .refused }
        }
    }

    private mutating func note(_ outcome: ReadOutcome) {
        let label = readLabels[outcome.token]
        switch outcome.result {
        case .confirmed(let index):
            if let label { reads[label]?.index = index }
        case .failed(let reason):
            // A read that fails later was accepted all the same.
            if isAsking { answer(.refused("\(reason)")) }
            if let label { reads[label]?.outcome = .failed }
        }
    }

    /// A leader answers what has committed; one that loses its place says that the rest is unknown.
    private mutating func settle(_ events: [Event], _ node: ScriptNode, _ place: Int) {
        let loss = events.lazy.compactMap { event in
            if case .leadershipLost(_, let reason) = event { reason } else { nil }
        }.first
        // Only a removed leader learns of commits in the very step in which it goes.
        let learns = loss == nil || loss == .removed
        for label in proposals.keys {
            guard let proposal = proposals[label], proposal.outcome == .pending,
                proposal.node == place, proposal.start == node.starts,
                let position = proposal.position
            else { continue }
            if learns, node.status.commitIndex >= position.index,
                node.core.term(at: position.index) ?? position.term == position.term
            {
                proposals[label]?.outcome = .committed
            } else if loss != nil {
                proposals[label]?.outcome = .unknown
            }
        }
    }
}
