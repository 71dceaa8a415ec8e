import Raft

extension ScriptTable {
    /// What came out instead of what should; nil if it is the same.
    var difference: String? {
        switch self {
        case .commit(let voters, let joint, let match, let wanted):
            let known = Self.values(match.map { $0 ?? 0 }, of: voters, joint)
            let found =
                Quorum.reached(voters: known.voters, outgoing: known.joint) ?? 0
            return found == wanted ? nil : "\(found)"
        case .vote(let voters, let joint, let votes, let wanted):
            let known = Self.values(votes, of: voters, joint)
            let found: ElectionWord =
                switch Quorum.election(voters: known.voters, outgoing: known.joint) {
                case .won: .won
                case .lost: .lost
                case .pending: .pending
                }
            return found == wanted ? nil : found.rawValue
        case .change(let from, let change, let edits, let wanted):
            return Self.difference(from, change, edits, wanted)
        }
    }

    /// The values belong to the ids of `voters`, then to those of `joint` that are not among them.
    private static func values<Value>(
        _ values: [Value],
        of voters: [UInt64],
        _ joint: [UInt64]
    ) -> (voters: [Value], joint: [Value]) {
        let ids = voters + joint.filter { !voters.contains($0) }
        let known = Dictionary(zip(ids, values)) { first, _ in first }
        return (voters.compactMap { known[$0] }, joint.compactMap { known[$0] })
    }

    private static func difference(
        _ from: Configuration,
        _ change: Change,
        _ edits: [ConfigurationEdit],
        _ wanted: MembersOrError
    ) -> String? {
        let found: TableMembers
        do throws(ConfigurationError) {
            found = TableMembers(try changed(from, change, edits))
        } catch {
            if case .error = wanted { return nil }
            return "error: \(error)"
        }
        if case .members(found) = wanted { return nil }
        return found.description
    }

    private static func changed(
        _ from: Configuration,
        _ change: Change,
        _ edits: [ConfigurationEdit]
    ) throws(ConfigurationError) -> Configuration {
        switch change {
        case .simple: try from.changedSimply(edits)
        case .joint: try from.entering(edits)
        case .leave: try from.leaving()
        }
    }
}

extension TableMembers: CustomStringConvertible {
    init(_ configuration: Configuration) {
        func ids(_ nodes: [NodeID]) -> Set<UInt64> { Set(nodes.compactMap { UInt64($0.name) }) }
        voters = ids(configuration.voters)
        outgoing = ids(configuration.outgoing)
        learners = ids(configuration.learners)
        next = ids(configuration.learnersNext)
    }

    /// Each part that is not empty, as a table writes it.
    var description: String {
        let others = [("outgoing", outgoing), ("learners", learners), ("next", next)]
        return ([("voters", voters)] + others.filter { !$0.1.isEmpty })
            .map { part, ids in
                "\(part)=(\(ids.sorted().map(String.init).joined(separator: ",")))"
            }
            .joined(separator: " ")
    }
}
