/// Who belongs to the cluster, and whose votes and acknowledgements decide.
///
/// While `outgoing` is not empty the configuration is *joint* (thesis, section 4.3): every decision
/// needs a majority of `voters` and one of `outgoing`.
///
/// Invariant: each list is sorted and free of repeats; a learner is in neither voter list, and
/// `learnersNext` is a subset of `outgoing`; who is joining is a learner, and whom it replaces a
/// voter; addresses are of members, and nobody retired is a member.
public struct Configuration: Hashable, Sendable {
    /// The voters; while joint, the incoming ones.
    public internal(set) var voters: [NodeID]
    /// While joint, the voters of the configuration that is being left; otherwise empty.
    public internal(set) var outgoing: [NodeID]
    /// Nodes that receive the log and decide nothing.
    public internal(set) var learners: [NodeID]
    /// Outgoing voters that become learners when the joint configuration is left.
    public internal(set) var learnersNext: [NodeID]
    /// The learner that is to become a voter once it has caught up: whoever leads sees to it.
    public internal(set) var joining: Joining?
    /// Names that were members' once, and never will be again.
    public internal(set) var retired: [NodeID]
    /// Where members are found, as far as the log says so.
    public internal(set) var addresses: [MemberAddress]

    /// Sorts the lists and drops repeats; nil unless the invariant holds.
    public init?(
        voters: [NodeID],
        outgoing: [NodeID] = [],
        learners: [NodeID] = [],
        learnersNext: [NodeID] = [],
        joining: Joining? = nil,
        retired: [NodeID] = [],
        addresses: [MemberAddress] = []
    ) {
        self.voters = Self.normalised(voters)
        self.outgoing = Self.normalised(outgoing)
        self.learners = Self.normalised(learners)
        self.learnersNext = Self.normalised(learnersNext)
        self.joining = joining
        self.retired = Self.normalised(retired)
        self.addresses = addresses.sorted { $0.id < $1.id }
        guard isConsistent else { return nil }
    }

    private init() {
        voters = []
        outgoing = []
        learners = []
        learnersNext = []
        retired = []
        addresses = []
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

    /// Where the member is found; nil if the log doesn't say.
    public func address(of id: NodeID) -> String? { addresses.first { $0.id == id }?.text }

    private var isConsistent: Bool {
        learners.allSatisfy { !voters.contains($0) && !outgoing.contains($0) }
            && learnersNext.allSatisfy { outgoing.contains($0) && !voters.contains($0) }
            && (joining.map { learners.contains($0.node) } ?? true)
            && (joining?.replacing.map { voters.contains($0) } ?? true)
            && retired.allSatisfy { !isMember($0) }
            && addresses.allSatisfy { isMember($0.id) }
            && zip(addresses, addresses.dropFirst()).allSatisfy { $0.id < $1.id }
    }

    static func normalised(_ ids: [NodeID]) -> [NodeID] {
        var result: [NodeID] = []
        result.reserveCapacity(ids.count)
        for id in ids.sorted() where result.last != id {
            result.append(id)
        }
        return result
    }
}

/// A learner on its way to a vote.
public struct Joining: Hashable, Sendable {
    /// The learner.
    public var node: NodeID
    /// The voter that leaves in the same step.
    public var replacing: NodeID?

    /// A learner that will be a voter, perhaps in another one's place.
    public init(node: NodeID, replacing: NodeID? = nil) {
        self.node = node
        self.replacing = replacing
    }
}

/// Where the transport finds a member; the core carries the text and never reads it.
public struct MemberAddress: Hashable, Sendable {
    /// The longest text allowed, in bytes.
    public static let byteCountMax = 255

    /// The member.
    public var id: NodeID
    /// 1 to 255 printable ASCII characters without spaces.
    public let text: String

    /// Takes a text if it is one.
    public init?(id: NodeID, text: String) {
        guard (1...Self.byteCountMax).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.id = id
        self.text = text
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
