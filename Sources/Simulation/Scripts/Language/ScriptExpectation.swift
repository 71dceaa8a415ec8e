import Raft

/// What is looked at, and what it should be.
enum ScriptExpectation {
    case role([ScriptNodes], Role)
    case leader(Leader)
    case follows([ScriptNodes], ScriptNodes?)
    case term([ScriptNodes], ScriptNumber)
    case vote([ScriptNodes], ScriptNodes?)
    case commit([ScriptNodes], ScriptNumber)
    case applied([ScriptNodes], ScriptNumber)
    case log([ScriptNodes], after: LogPosition, terms: [Term])
    case last([ScriptNodes], LogPosition)
    case entry([ScriptNodes], LogIndex, String?)
    case sameLog([ScriptNodes])
    case config([ScriptNodes], Members)
    case message([ScriptLinks], ScriptMessagePattern?)
    case sent([ScriptLinks], ScriptMessagePattern, ScriptNumber)
    case refused
    case accepted
    case running([ScriptNodes])
    case halted([ScriptNodes])
    case proposal(String, ProposalState)
    case read(String, ReadState)
    case converged([ScriptNodes])
    case safe

    enum Leader {
        case node(ScriptNodes)
        case nobody
        case anybody
    }

    /// The parts of a configuration, each a set.
    struct Members {
        var voters: [ScriptNodes] = []
        var outgoing: [ScriptNodes] = []
        var learners: [ScriptNodes] = []
        var next: [ScriptNodes] = []
    }

    enum ProposalState {
        case pending
        case refused
        case unknown
        case committed(at: LogPosition?)
    }

    enum ReadState {
        case pending
        case failed
        case served(at: ScriptNumber?)
    }
}

extension Role {
    /// The role as scripts call it.
    var scriptWord: String {
        switch self {
        case .follower: "follower"
        case .preCandidate: "pre-candidate"
        case .candidate: "candidate"
        case .leader: "leader"
        }
    }

    init?(scriptWord: String) {
        let roles: [Role] = [.follower, .preCandidate, .candidate, .leader]
        guard let role = roles.first(where: { $0.scriptWord == scriptWord }) else { return nil }
        self = role
    }
}
