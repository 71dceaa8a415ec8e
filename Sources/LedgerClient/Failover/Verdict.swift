import LedgerAPI

/// What a problem means for asking again, always with the same request id.
enum Verdict: Equatable {
    /// Nobody else would say otherwise.
    case final
    /// Ask the leader that the node named, at once.
    case follow(String)
    /// Ask another node, after a pause.
    case elsewhere
    /// Ask again after a pause; any node will say the same, this one as well as another.
    case later

    init(_ problem: Problem) {
        switch problem.code {
        case .unavailable:
            if let leader = problem.leader {
                self = .follow(leader)
            } else {
                self = .elsewhere
            }
        case .deadlineExceeded: self = .elsewhere
        // Refusals for a quota are answers, and never come here.
        case .resourceExhausted: self = .later
        default: self = .final
        }
    }
}

extension Problem {
    /// Whether the command may have been written in spite of the problem.
    var leavesOutcomeUnknown: Bool {
        switch reason {
        case .unreachable, .notLeader, .notReady, .overloaded, .malformed, .storeScope, .role,
            .termNotOpen, .leadershipMoving:
            false
        default:
            switch code {
            case .unavailable, .deadlineExceeded, .internal, .unknown, .cancelled, .dataLoss: true
            default: false
            }
        }
    }
}
