import Raft

/// What a command mentions, for checking that there is such a thing.
struct ScriptMentions {
    var nodes: [ScriptNodes] = []
    /// A label that the command gives.
    var newProposal: String?
    var newRead: String?
    /// A label that it relies on.
    var proposal: String?
    var read: String?

    var names: [NodeID] {
        nodes.compactMap { if case .named(let name) = $0 { name } else { nil } }
    }

    mutating func add(_ links: [ScriptLinks]) {
        for endpoint in links.flatMap({ [$0.from, $0.to] }) {
            if case .named(let name) = endpoint { nodes.append(.named(name)) }
        }
    }
}

extension ScriptSetup {
    var mentions: ScriptMentions {
        var found = ScriptMentions()
        switch self {
        case .nodes, .spare, .set: break
        case .log(let nodes, _, _), .term(let nodes, _), .applied(let nodes, _):
            found.nodes = nodes
        case .vote(let nodes, let vote):
            found.nodes = nodes + (vote.map { [.named($0)] } ?? [])
        }
        return found
    }
}

extension ScriptStep {
    var mentions: ScriptMentions {
        var found = ScriptMentions()
        switch self {
        case .tick(let nodes, _), .heartbeat(let nodes), .timeout(let nodes), .campaign(let nodes),
            .lapse(let nodes), .isolate(let nodes), .mode(_, _, let nodes), .persist(let nodes, _),
            .persistFail(let nodes), .apply(let nodes, _), .crash(let nodes),
            .restart(let nodes, _), .compact(let nodes, _):
            found.nodes = nodes
        case .deliver(let links, _), .drop(let links, _), .duplicate(let links),
            .delay(let links), .shuffle(let links, _), .cut(let links):
            found.add(links)
        case .heal(let links, let nodes):
            found.nodes = nodes
            found.add(links)
        case .partition(let groups):
            found.nodes = groups.flatMap { $0 }
        case .stabilize, .converge, .deliverMode: break
        case .inject(let from, let to, _):
            found.nodes = [from, to]
        case .request(let node, let request):
            found = request.mentions
            found.nodes.append(node)
        }
        return found
    }
}

extension ScriptRequest {
    fileprivate var mentions: ScriptMentions {
        var found = ScriptMentions()
        switch self {
        case .propose(_, let label): found.newProposal = label
        case .read(let label): found.newRead = label
        case .transfer(let target): found.nodes = target.map { [$0] } ?? []
        case .change(let change): found.nodes = change.nodes
        }
        return found
    }
}

extension ScriptChange {
    fileprivate var nodes: [ScriptNodes] {
        switch self {
        case .add(let node), .remove(let node), .promote(let node), .demote(let node): [node]
        case .replace(let old, let node): [old, node]
        case .exactly(let voters, let learners): voters + learners
        }
    }
}

extension ScriptExpectation {
    var mentions: ScriptMentions {
        var found = ScriptMentions()
        switch self {
        case .role(let nodes, _), .term(let nodes, _), .commit(let nodes, _),
            .applied(let nodes, _), .log(let nodes, _, _), .last(let nodes, _),
            .entry(let nodes, _, _), .sameLog(let nodes), .running(let nodes), .halted(let nodes),
            .converged(let nodes):
            found.nodes = nodes
        case .follows(let nodes, let other), .vote(let nodes, let other):
            found.nodes = nodes + (other.map { [$0] } ?? [])
        case .leader(.node(let node)): found.nodes = [node]
        case .config(let nodes, let members):
            found.nodes =
                nodes + members.voters + members.outgoing + members.learners + members.next
        case .message(let links, _), .sent(let links, _, _): found.add(links)
        case .proposal(let label, _): found.proposal = label
        case .read(let label, _): found.read = label
        case .leader, .refused, .accepted, .safe: break
        }
        return found
    }
}
