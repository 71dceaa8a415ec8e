/// One step of a change of members.
public struct ConfigurationEdit: Hashable, Sendable {
    /// What the node shall be.
    public enum Kind: Hashable, Sendable {
        /// A voter, whatever it is now.
        case voter
        /// A learner, whatever it is now.
        case learner
        /// No member.
        case remove
    }

    /// What the node shall be.
    public var kind: Kind
    /// The node.
    public var node: NodeID

    /// An edit of one node.
    public init(_ kind: Kind, _ node: NodeID) {
        self.kind = kind
        self.node = node
    }
}

/// Why a configuration can't be changed like this.
public enum ConfigurationError: Error, Hashable, Sendable {
    /// Nobody would have a vote.
    case noVoters
    /// It is joint already, and must be left first.
    case joint
    /// It isn't joint, so there is nothing to leave.
    case notJoint
    /// Only one voter may come or go without a joint configuration.
    case tooManyVoters
}

/// The arithmetic of changes of members, as pure functions (thesis, chapter 4).
extension Configuration {
    /// The joint configuration in which the edits, taken from left to right, are coming in.
    ///
    /// - Throws: `ConfigurationError`, if joint already or without voters on either side.
    public func entering(
        _ edits: [ConfigurationEdit]
    ) throws(ConfigurationError) -> Configuration {
        guard !isJoint else { throw .joint }
        guard !voters.isEmpty else { throw .noVoters }
        var result = self
        result.outgoing = voters
        try result.apply(edits)
        result.tidy(after: self)
        return result
    }

    /// The configuration with the edits applied at once: one voter at most comes or goes, since then
    /// any majority of the old voters meets any majority of the new ones.
    public func changedSimply(
        _ edits: [ConfigurationEdit]
    ) throws(ConfigurationError) -> Configuration {
        guard !isJoint else { throw .joint }
        var result = self
        try result.apply(edits)
        let gone = voters.count { !result.voters.contains($0) }
        let come = result.voters.count { !voters.contains($0) }
        guard gone + come <= 1 else { throw .tooManyVoters }
        result.tidy(after: self)
        return result
    }

    /// What follows a joint configuration: the incoming voters decide alone.
    public func leaving() throws(ConfigurationError) -> Configuration {
        guard isJoint else { throw .notJoint }
        var result = self
        result.outgoing = []
        result.learners = Self.normalised(learners + learnersNext)
        result.learnersNext = []
        result.tidy(after: self)
        return result
    }

    private mutating func apply(_ edits: [ConfigurationEdit]) throws(ConfigurationError) {
        for edit in edits {
            let node = edit.node
            switch edit.kind {
            case .voter:
                remove(node)
                voters = Self.normalised(voters + [node])
            case .learner where learners.contains(node) || learnersNext.contains(node):
                break
            case .learner:
                remove(node)
                // An outgoing voter decides until the joint configuration is left.
                if outgoing.contains(node) {
                    learnersNext = Self.normalised(learnersNext + [node])
                } else {
                    learners = Self.normalised(learners + [node])
                }
            case .remove:
                remove(node)
            }
        }
        guard !voters.isEmpty else { throw .noVoters }
    }

    private mutating func remove(_ node: NodeID) {
        voters.removeAll { $0 == node }
        learners.removeAll { $0 == node }
        learnersNext.removeAll { $0 == node }
    }

    /// Whoever is no member any more has retired; what is said of members is said of no one else.
    private mutating func tidy(after old: Configuration) {
        let gone = old.members.filter { !isMember($0) }
        retired = Self.normalised(retired + gone).filter { !isMember($0) }
        addresses = addresses.filter { isMember($0.id) }
        if let current = joining,
            !learners.contains(current.node)
                || !(current.replacing.map { voters.contains($0) } ?? true)
        {
            joining = nil
        }
    }
}
