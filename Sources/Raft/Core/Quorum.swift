/// The arithmetic of majorities, of one set of voters or of two that must agree (thesis, 4.3).
///
/// Everything is recomputed from scratch each time it is asked: a running count is what goes wrong
/// when a configuration changes under it (rule 6).
package enum Quorum {
    /// How an election stands.
    package enum Election: Hashable, Sendable {
        /// A majority of each set said yes.
        case won
        /// In some set a majority can no longer be reached.
        case lost
        /// Votes are missing.
        case pending
    }

    /// The highest value that a majority of each set has reached; nil if both sets are empty.
    ///
    /// An empty set has no opinion, so the other one decides; it never decides alone.
    package static func reached<Value: Comparable>(
        voters: [Value],
        outgoing: [Value]
    ) -> Value? {
        switch (reached(by: voters), reached(by: outgoing)) {
        case (let incoming?, let leaving?): min(incoming, leaving)
        case (let one?, nil), (nil, let one?): one
        case (nil, nil): nil
        }
    }

    /// How an election stands, given each voter's answer or nil; lost if both sets are empty.
    package static func election(voters: [Bool?], outgoing: [Bool?]) -> Election {
        switch (election(in: voters), election(in: outgoing)) {
        case (.lost?, _), (_, .lost?): .lost
        case (.won?, .won?), (.won?, nil), (nil, .won?): .won
        case (nil, nil): .lost
        default: .pending
        }
    }

    private static func reached<Value: Comparable>(by values: [Value]) -> Value? {
        guard !values.isEmpty else { return nil }
        var sorted = values
        sorted.sort()
        return sorted[(sorted.count - 1) / 2]
    }

    private static func election(in votes: [Bool?]) -> Election? {
        guard !votes.isEmpty else { return nil }
        let majority = votes.count / 2 + 1
        let yes = votes.count { $0 == true }
        let no = votes.count { $0 == false }
        if yes >= majority { return .won }
        return votes.count - no < majority ? .lost : .pending
    }
}
