import Raft

extension ScenarioRun {
    /// Looks whether an expectation holds now.
    func look(
        at expectation: ScriptExpectation,
        in cluster: ScriptCluster
    ) throws(ScriptFault) -> ScriptVerdict {
        switch expectation {
        case .role, .leader, .follows, .term, .vote, .running, .halted:
            return try cluster.lookAtRoles(expectation)
        case .commit, .applied, .log, .last, .entry, .sameLog, .config:
            return try cluster.lookAtLogs(expectation)
        case .message(let links, let pattern):
            return try cluster.lookAtQueues(links, pattern)
        case .sent(let links, let pattern, let number):
            let count = try cluster.links(links).reduce(0) {
                $0 + cluster.network.sentCount(over: $1, pattern)
            }
            return ScriptVerdict(number.isMet(by: UInt64(count)), "\(count)")
        case .refused, .accepted, .proposal, .read:
            return try cluster.lookAtOutcomes(expectation)
        case .converged(let nodes):
            let places = nodes.isEmpty ? nil : try cluster.places(nodes)
            let found = cluster.disagreement(among: places)
            return ScriptVerdict(found == nil, found ?? "converged")
        case .safe:
            let violation = cluster.invariants.violation
            return ScriptVerdict(violation == nil, violation ?? "safe")
        }
    }
}

extension ScriptCluster {
    /// Looks at each node meant.
    func each(
        _ nodes: [ScriptNodes],
        _ body: (ScriptNode) throws(ScriptFault) -> ScriptVerdict
    ) throws(ScriptFault) -> ScriptVerdict {
        try ScriptVerdict.all(try places(nodes)) { (place) throws(ScriptFault) in
            let verdict = try body(self.nodes[place])
            return ScriptVerdict(verdict.holds, "\(names[place]) \(verdict.found)")
        }
    }

    /// Looks at each node meant that runs; one that doesn't is none of what is asked.
    private func eachRunning(
        _ nodes: [ScriptNodes],
        _ body: (Status) throws(ScriptFault) -> ScriptVerdict
    ) throws(ScriptFault) -> ScriptVerdict {
        try each(nodes) { (node) throws(ScriptFault) in
            guard node.isRunning else { return ScriptVerdict(false, node.lifeWord) }
            return try body(node.status)
        }
    }

    func lookAtRoles(
        _ expectation: ScriptExpectation
    ) throws(ScriptFault) -> ScriptVerdict {
        switch expectation {
        case .role(let nodes, let role):
            return try eachRunning(nodes) { ScriptVerdict($0.role == role, $0.role.scriptWord) }
        case .leader(let wanted):
            let found = leader.map { names[$0] }
            return ScriptVerdict(try isMet(wanted, by: leader), ScriptView.name(found))
        case .follows(let nodes, let leader):
            let wanted = try optionalName(leader)
            return try eachRunning(nodes) {
                ScriptVerdict($0.leader == wanted, ScriptView.name($0.leader))
            }
        case .term(let nodes, let number):
            return try each(nodes) {
                let term = $0.status.term.rawValue
                return ScriptVerdict(number.isMet(by: term), "\(term)")
            }
        case .vote(let nodes, let vote):
            let wanted = try optionalName(vote)
            return try each(nodes) {
                ScriptVerdict($0.status.vote == wanted, ScriptView.name($0.status.vote))
            }
        case .running(let nodes):
            return try each(nodes) { ScriptVerdict($0.isRunning, $0.lifeWord) }
        case .halted(let nodes):
            return try each(nodes) {
                if case .halted = $0.life { return ScriptVerdict(true, $0.lifeWord) }
                return ScriptVerdict(false, $0.lifeWord)
            }
        default:
            throw ScriptFault("no expectation of a role")
        }
    }

    private func isMet(
        _ wanted: ScriptExpectation.Leader,
        by leader: Int?
    ) throws(ScriptFault) -> Bool {
        switch wanted {
        case .nobody: leader == nil
        case .anybody: leader != nil
        case .node(let node): try place(of: node) == leader
        }
    }

    private func optionalName(_ node: ScriptNodes?) throws(ScriptFault) -> NodeID? {
        guard let node else { return nil }
        return try name(of: node)
    }

    func lookAtQueues(
        _ links: [ScriptLinks],
        _ pattern: ScriptMessagePattern?
    ) throws(ScriptFault) -> ScriptVerdict {
        try ScriptVerdict.all(try self.links(links)) { (link) throws(ScriptFault) in
            let last = network.queue(link).last.map { MessageView($0.envelope) }
            let name = "\(names[link.from])->\(names[link.to])"
            let holds = last.map { found in pattern?.matches(found) ?? false } ?? (pattern == nil)
            return ScriptVerdict(holds, "\(name) \(last?.description ?? "none")")
        }
    }
}

extension ScriptNode {
    /// Whether it lives, in a word.
    var lifeWord: String {
        switch life {
        case .running: "running"
        case .down: "down"
        case .halted(let violation): "halted=\(violation.scriptWord)"
        }
    }
}
