import Raft

/// What `show` prints.
enum ScriptView {
    static func nodes(_ cluster: ScriptCluster, _ places: [Int]) -> [String] {
        places.map { line(cluster.nodes[$0]) }
    }

    /// One line a message, by sender, then receiver, the oldest first.
    static func network(_ cluster: ScriptCluster) -> [String] {
        cluster.network.links.flatMap { link in
            cluster.network.queue(link).map { packet in
                "\(cluster.names[link.from])->\(cluster.names[link.to]) "
                    + MessageView(packet.envelope).description
            }
        }
    }

    static func everything(_ cluster: ScriptCluster) -> [String] {
        nodes(cluster, Array(cluster.nodes.indices)) + network(cluster)
    }

    private static func line(_ node: ScriptNode) -> String {
        switch node.life {
        case .down: return "\(node.id) down"
        case .halted(let violation): return "\(node.id) halted=\(violation.scriptWord)"
        case .running: break
        }
        let status = node.status
        let configuration = status.configuration.configuration
        var said = [
            node.id.name, status.role.scriptWord, "term=\(status.term)",
            "vote=\(name(status.vote))", "leader=\(name(status.leader))", "last=\(status.last)",
            "commit=\(status.commitIndex)", "applied=\(status.appliedIndex)",
            "log=\(log(node))", "voters=\(list(configuration.voters))",
        ]
        let others = [
            ("outgoing", configuration.outgoing), ("learners", configuration.learners),
            ("next", configuration.learnersNext),
        ]
        for (part, ids) in others where !ids.isEmpty { said.append("\(part)=\(list(ids))") }
        return said.joined(separator: " ")
    }

    private static func log(_ node: ScriptNode) -> String {
        let snapshot = node.status.snapshot
        let terms = node.logTerms.map(\.description)
        let start = snapshot == .zero ? [] : ["after:\(snapshot)"]
        return (start + terms).joined(separator: ",")
    }

    static func name(_ id: NodeID?) -> String { id?.name ?? "none" }

    static func list(_ ids: [NodeID]) -> String { ids.map(\.name).joined(separator: ",") }
}

extension ScriptNode {
    /// The terms of the log in memory, after its snapshot.
    var logTerms: [Term] {
        var terms: [Term] = []
        var index = status.snapshot.index.next
        while index <= status.last.index, let term = core.term(at: index) {
            terms.append(term)
            index = index.next
        }
        return terms
    }
}
