import Raft

extension ScriptCluster {
    /// Ticks each node once and delivers everything after each, turn by turn, until all agree.
    mutating func converge(turnsMax: Int) throws(ScriptFault) {
        var turns = 0
        while turns < turnsMax {
            turns += 1
            for place in nodes.indices where nodes[place].isRunning {
                input(place, .tick)
                guard stabilize() else { throw ScriptFault.restless }
            }
            if invariants.violation != nil || disagreement() == nil { return }
        }
        guard let found = disagreement() else { return }
        throw ScriptFault("not converged: \(found)")
    }

    /// Why the nodes do not agree; nil if they do.
    ///
    /// Only those named are looked at; if nil, all that run and all of the leader's configuration.
    func disagreement(among places: [Int]? = nil) -> String? {
        let leaders = (places ?? Array(nodes.indices)).filter { nodes[$0].isLeader }
        guard leaders.count <= 1 else {
            return leaders.map { names[$0].name }.joined(separator: " and ") + " lead"
        }
        guard let leader = leaders.first ?? (places == nil ? nil : self.leader) else {
            return "nobody leads"
        }
        let status = nodes[leader].status
        let configuration = status.configuration.configuration
        guard !configuration.isJoint else { return "the configuration is joint" }
        let members = configuration.members.compactMap(place)
        for place in [leader] + (places ?? members) {
            let node = nodes[place]
            guard node.isRunning else { return "\(node.id) does not run" }
            let other = node.status
            guard other.term == status.term else { return "\(node.id) is in term \(other.term)" }
            guard other.last == status.last else {
                return "the log of \(node.id) ends at \(other.last)"
            }
            guard other.commitIndex == other.last.index else {
                return "\(node.id) has committed \(other.commitIndex) of \(other.last)"
            }
        }
        return nil
    }
}

extension ScriptFault {
    static let restless = ScriptFault("messages still flow after 1000 rounds")
}
