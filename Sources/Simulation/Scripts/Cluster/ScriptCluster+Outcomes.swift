import Raft

extension ScriptCluster {
    /// Looks at what nodes answered.
    func lookAtOutcomes(
        _ expectation: ScriptExpectation
    ) throws(ScriptFault) -> ScriptVerdict {
        switch expectation {
        case .refused, .accepted:
            guard let last = requests.last else { throw ScriptFault("nothing was asked yet") }
            let wantsAccepted = if case .accepted = expectation { true } else { false }
            return switch last {
            case .accepted: ScriptVerdict(wantsAccepted, "accepted")
            case .refused(let reason): ScriptVerdict(!wantsAccepted, "refused: \(reason)")
            }
        case .proposal(let label, let wanted):
            guard let proposal = requests.proposals[label] else {
                throw ScriptFault("there is no proposal \(label)")
            }
            return look(at: proposal, wanted)
        case .read(let label, let wanted):
            guard let read = requests.reads[label] else {
                throw ScriptFault("there is no read \(label)")
            }
            return look(at: read, wanted)
        default:
            throw ScriptFault("no expectation of an outcome")
        }
    }

    private func look(
        at proposal: ScriptRequests.Proposal,
        _ wanted: ScriptExpectation.ProposalState
    ) -> ScriptVerdict {
        let outcome = outcome(of: proposal)
        switch (outcome, wanted) {
        case (.pending, .pending), (.refused, .refused), (.unknown, .unknown):
            return ScriptVerdict(true, "\(outcome)")
        case (.committed, .committed(let position)):
            let found = proposal.position.map { " at \($0)" } ?? ""
            return ScriptVerdict(
                position == nil || position == proposal.position,
                "committed\(found)"
            )
        default:
            return ScriptVerdict(false, "\(outcome)")
        }
    }

    /// The node's answer; if it crashed before it had given one, what others know.
    private func outcome(of proposal: ScriptRequests.Proposal) -> ScriptRequests.Proposal.Outcome {
        guard proposal.outcome == .pending, let position = proposal.position,
            nodes[proposal.node].starts != proposal.start || nodes[proposal.node].life == .down,
            invariants.isCommitted(position)
        else { return proposal.outcome }
        return .committed
    }

    private func look(
        at read: ScriptRequests.Read,
        _ wanted: ScriptExpectation.ReadState
    ) -> ScriptVerdict {
        switch (read.outcome, wanted) {
        case (.pending, .pending), (.failed, .failed):
            return ScriptVerdict(true, "\(read.outcome)")
        case (.served, .served(let number)):
            let index = read.index ?? 0
            return ScriptVerdict(number?.isMet(by: index.rawValue) ?? true, "served at \(index)")
        case (.served, _):
            return ScriptVerdict(false, "served at \(read.index ?? 0)")
        default:
            return ScriptVerdict(false, "\(read.outcome)")
        }
    }
}
