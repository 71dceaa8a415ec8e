package import Ledger
package import Raft

/// What an admin asks of the cluster; any node takes it, and the leader decides.
package enum AdminRequest: Equatable, Sendable {
    /// A change of members; with `expecting`, only if the active configuration is still that one.
    case change(MembershipChange, expecting: Position?)
    /// Leadership shall go to this node, or to the best one.
    case transferLeadership(to: NodeID?)
}

/// What became of it at once; how it goes on is seen in ``NodeStatus``.
package enum AdminResult: Equatable, Sendable {
    /// The first configuration of the change is in the leader's log here.
    case accepted(Position)
    /// Leadership is on its way there.
    case transferring(to: NodeID)
    case refused(AdminRefusal)
    /// Nothing was done. No leader is known, or it could not be reached.
    case noLeader
    /// It may have been done: look at the status.
    case unknown
}

/// Why the leader did nothing.
package struct AdminRefusal: Equatable, Sendable {
    package enum Reason: String, Sendable, CaseIterable {
        case changeInProgress = "CHANGE_IN_PROGRESS"
        case configurationMoved = "CONFIGURATION_MOVED"
        case termNotOpen = "TERM_NOT_OPEN"
        case transferring = "LEADERSHIP_MOVING"
        case unknownNode = "NODE_NOT_FOUND"
        case alreadySo = "NODE_ALREADY_SO"
        case retired = "NODE_ID_RETIRED"
        case lastVoter = "LAST_VOTER"
        case quorumAtRisk = "QUORUM_AT_RISK"
        case badAddress = "BAD_ADDRESS"
        case tooMany = "TOO_MANY_MEMBERS"
        case notAnotherVoter = "NOT_ANOTHER_VOTER"
    }

    package var reason: Reason
    /// For people: what is in the way, and what helps.
    package var detail: String
    /// Where the log has the configuration that is in the way, if one is.
    package var configuration: Position?

    package init(_ reason: Reason, _ detail: String, configuration: Position? = nil) {
        self.reason = reason
        self.detail = detail
        self.configuration = configuration
    }
}

extension AdminResult {
    init(_ result: MembershipResult) {
        switch result {
        case .accepted(let position): self = .accepted(Position(position.index.rawValue))
        case .refused(.notLeader): self = .noLeader
        case .refused(let refusal): self = .refused(AdminRefusal(refusal))
        }
    }

    init(_ outcome: TransferOutcome) {
        switch outcome {
        case .started(let target): self = .transferring(to: target)
        case .refused(.notLeader): self = .noLeader
        case .refused(.transferring(let target)):
            self = .refused(AdminRefusal(.transferring, "leadership is on its way to \(target)"))
        case .refused(.notAnotherVoter):
            self = .refused(
                AdminRefusal(.notAnotherVoter, "only another voter of the cluster can lead it")
            )
        }
    }
}

extension AdminRefusal {
    init(_ refusal: MembershipRefusal) {
        switch refusal {
        case .notLeader:
            self.init(.termNotOpen, "this node doesn't lead")
        case .transferring(let target):
            self.init(.transferring, "leadership is on its way to \(target)")
        case .termNotOpen:
            self.init(.termNotOpen, "the leader has only just been elected; try again")
        case .changeInProgress(let index):
            self.init(
                .changeInProgress,
                "the change at position \(index) has not ended; one goes at a time",
                configuration: Position(index.rawValue)
            )
        case .configurationMoved(let index):
            self.init(
                .configurationMoved,
                "the members changed at position \(index); look again",
                configuration: Position(index.rawValue)
            )
        case .unknownNode(let node):
            self.init(.unknownNode, "\(node) is not such a member of the cluster")
        case .alreadySo(let node):
            self.init(.alreadySo, "\(node) is that already")
        case .retired(let node):
            self.init(.retired, "\(node) was a member once; a name is never used twice")
        case .lastVoter:
            self.init(.lastVoter, "nobody would have a vote any more")
        case .quorumAtRisk(let live, let count):
            self.init(
                .quorumAtRisk,
                "of the \(count) voters there would be, \(live) can be heard: no majority"
            )
        case .badAddress:
            self.init(.badAddress, "the address is none")
        case .tooMany:
            self.init(.tooMany, "that is more voters or members than a cluster may have")
        }
    }
}
