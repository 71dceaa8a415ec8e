/// Who belongs to the cluster, and whose votes and acknowledgements decide.
///
/// While `outgoing` is not empty the configuration is *joint* (thesis, section 4.3): every decision
/// needs a majority of `voters` and one of `outgoing`.
///
/// Invariant: each list is sorted and free of repeats; a learner is in neither voter list, and
/// `learnersNext` is a subset of `outgoing`.
public struct Configuration: Hashable, Sendable {
    /// The voters; while joint, the incoming ones.
    public private(set) var voters: [NodeID]
    /// While joint, the voters of the configuration that is being left; otherwise empty.
    public private(set) var outgoing: [NodeID]
    /// Nodes that receive the log and decide nothing.
    public private(set) var learners: [NodeID]
    /// Outgoing voters that become learners when the joint configuration is left.
    public private(set) var learnersNext: [NodeID]

    /// Sorts the lists and drops repeats; nil unless the invariant holds.
    public init?(
        voters: [NodeID],
        outgoing: [NodeID] = [],
        learners: [NodeID] = [],
        learnersNext: [NodeID] = []
    ) {
        self.voters = Self.normalised(voters)
        self.outgoing = Self.normalised(outgoing)
        self.learners = Self.normalised(learners)
        self.learnersNext = Self.normalised(learnersNext)
        let isConsistent =
            self.learners.allSatisfy { !self.voters.contains($0) && !self.outgoing.contains($0) }
            && self.learnersNext.allSatisfy {
                self.outgoing.contains($0) && !self.voters.contains($0)
            }
        guard isConsistent else { return nil }
    }

    private init() {
        voters = []
        outgoing = []
        learners = []
        learnersNext = []
    }

    /// No members: the configuration of a spare node, which waits to be added.
    public static let empty = Self()

    /// Whether two sets of voters decide together.
    public var isJoint: Bool { !outgoing.isEmpty }

    /// Whether the node's vote counts in either set.
    public func isVoter(_ id: NodeID) -> Bool { voters.contains(id) || outgoing.contains(id) }

    /// Whether the node receives the log at all.
    public func isMember(_ id: NodeID) -> Bool { isVoter(id) || learners.contains(id) }

    /// Every node that receives the log, sorted.
    public var members: [NodeID] { Self.normalised(voters + outgoing + learners) }

    private static func normalised(_ ids: [NodeID]) -> [NodeID] {
        var result: [NodeID] = []
        result.reserveCapacity(ids.count)
        for id in ids.sorted() where result.last != id {
            result.append(id)
        }
        return result
    }
}

/// A configuration and the index of the entry that carries it (zero: given, not logged).
public struct LoggedConfiguration: Hashable, Sendable {
    /// Where the log has it.
    public var index: LogIndex
    /// Who belongs to the cluster from there on.
    public var configuration: Configuration

    /// A configuration with its place.
    public init(index: LogIndex, configuration: Configuration) {
        self.index = index
        self.configuration = configuration
    }
}
