import Raft

extension ScriptCluster {
    /// Asks a node; one that does not run refuses everything.
    mutating func ask(_ place: Int, _ request: ScriptRequest) throws(ScriptFault) {
        let token = requests.nextToken()
        let input = try self.input(for: request, token: token, place)
        guard nodes[place].isRunning else {
            requests.refuse(proposal: ProposalToken(rawValue: token))
            requests.refuse(read: ReadToken(rawValue: token))
            requests.answer(.refused("\(names[place]) does not run"))
            return
        }
        requests.begin()
        move(place) { $0.run([input], &$1) }
        requests.end()
    }

    private mutating func input(
        for request: ScriptRequest,
        token: UInt64,
        _ place: Int
    ) throws(ScriptFault) -> Input {
        switch request {
        case .propose(let text, let label):
            let token = ProposalToken(rawValue: token)
            if let label {
                requests.expect(token, label: label, node: place, start: nodes[place].starts)
            }
            return .propose(Proposal(token: token, payloads: [Array(text.utf8)]))
        case .read(let label):
            let token = ReadToken(rawValue: token)
            if let label {
                requests.expect(token, label: label, node: place, start: nodes[place].starts)
            }
            return .read(token)
        case .transfer(let target):
            guard let target else { return .transferLeadership(to: nil) }
            return .transferLeadership(to: try name(of: target))
        case .change(let change):
            let token = MembershipToken(rawValue: token)
            return .changeMembership(
                MembershipRequest(token: token, change: try membershipChange(change))
            )
        }
    }

    private func membershipChange(
        _ change: ScriptChange
    ) throws(ScriptFault) -> MembershipChange {
        switch change {
        case .add(let node): .add(try name(of: node), address: "", asLearner: false)
        case .remove(let node): .remove(try name(of: node))
        case .promote(let node): .promote(try name(of: node))
        case .demote(let node): .demote(try name(of: node))
        case .replace(let old, let node):
            .replace(try name(of: old), with: try name(of: node), address: "")
        case .exactly(let voters, let learners):
            .exactly(voters: try names(of: voters), learners: try names(of: learners))
        }
    }
}
