import LedgerClient

/// What the members shall be when a change is done.
enum ChangeGoal: Equatable, Sendable {
    case voter(String)
    case learner(String)
    case gone(String)
    case replaced(String, by: String)

    init(_ change: MemberChange) {
        self =
            switch change {
            case .add(let node, _, let asLearner): asLearner ? .learner(node) : .voter(node)
            case .remove(let node): .gone(node)
            case .replace(let old, let new, _): .replaced(old, by: new)
            case .promote(let node): .voter(node)
            case .demote(let node): .learner(node)
            }
    }

    /// Who is to get a vote.
    var newVoter: String? {
        switch self {
        case .voter(let node), .replaced(_, by: let node): node
        case .learner, .gone: nil
        }
    }

    /// Who is to have no vote, and so can't lead.
    private var voteless: String? {
        switch self {
        case .gone(let node), .replaced(let node, by: _), .learner(let node): node
        case .voter: nil
        }
    }

    /// Who is to be no member.
    private var leaver: String? {
        switch self {
        case .gone(let node), .replaced(let node, by: _): node
        case .learner, .voter: nil
        }
    }

    private func isReached(in report: NodeReport) -> Bool {
        switch self {
        case .voter(let node): report.part(of: node) == .voter
        case .learner(let node): report.part(of: node) == .learner
        case .gone(let node): report.part(of: node) == nil
        case .replaced(let old, let new):
            report.part(of: old) == nil && report.part(of: new) == .voter
        }
    }

    /// For people: what is so now.
    var achievement: String {
        switch self {
        case .voter(let node): "\(node) is a voter."
        case .learner(let node): "\(node) is a learner."
        case .gone(let node): "\(node) is no member any more. Stop it, and delete its data."
        case .replaced(let old, let new):
            "\(new) is a voter in the place of \(old). Stop that, and delete its data."
        }
    }
}

/// What a node's status says of a change.
enum ChangeVerdict: Equatable, Sendable {
    case goingOn(ChangePhase)
    case done
    /// The leader gave up waiting for the new voter, which stays a learner.
    case givenUp(NodeReport.GivenUp)
    /// The log has the change's place, and nothing of the change: it went with its leader before it was
    /// committed, or another change took it back.
    case undone
}

extension ChangeGoal {
    /// Reads a status: `accepted` is where the leader had the first entry of the change.
    func verdict(in report: NodeReport, accepted: UInt64) -> ChangeVerdict {
        // What a removed node last knew is older than what it was told at the door.
        if report.isRemoved, report.role != "leader" {
            return leaver == report.node ? .done : .goingOn(.unseen(by: report.node))
        }
        guard report.commit >= accepted else { return .goingOn(.begun(at: accepted)) }
        if report.isJoint {
            return .goingOn(.deciding(old: report.outgoingVoters, new: report.voters))
        }
        if let joining = report.joining, joining.node == newVoter {
            return .goingOn(.catchingUp(joining, in: report))
        }
        guard report.isConfigurationCommitted else {
            return .goingOn(.begun(at: report.configuration))
        }
        if isReached(in: report) {
            guard let leader = report.leader, leader == voteless else { return .done }
            return .goingOn(.handingOver(from: leader))
        }
        if let newVoter, report.part(of: newVoter) == .learner, report.configuration > accepted {
            if let told = report.givenUp, told.node == newVoter, told.configuration > accepted {
                return .givenUp(told)
            }
            return .givenUp(
                NodeReport.GivenUp(
                    node: newVoter,
                    reason: .unknown,
                    configuration: report.configuration
                )
            )
        }
        return .undone
    }
}
