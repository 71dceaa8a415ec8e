import Raft

/// From what a script names to the places of nodes and links.
extension ScriptCluster {
    /// The nodes meant, each once, in the order of the set-up.
    func places(_ nodes: [ScriptNodes]) throws(ScriptFault) -> [Int] {
        var found: Set<Int> = []
        for item in nodes {
            if case .all = item {
                found.formUnion(self.nodes.indices)
            } else {
                found.insert(try place(of: item))
            }
        }
        return found.sorted()
    }

    /// The one node meant.
    func place(of node: ScriptNodes) throws(ScriptFault) -> Int {
        switch node {
        case .all: throw ScriptFault("all are more than one node")
        case .leader: try leadingPlace()
        case .named(let name): try place(named: name)
        }
    }

    func name(of node: ScriptNodes) throws(ScriptFault) -> NodeID { names[try place(of: node)] }

    func names(of nodes: [ScriptNodes]) throws(ScriptFault) -> [NodeID] {
        try places(nodes).map { names[$0] }
    }

    private func place(named name: NodeID) throws(ScriptFault) -> Int {
        guard let place = place(of: name) else { throw ScriptFault("there is no node \(name)") }
        return place
    }

    private func leadingPlace() throws(ScriptFault) -> Int {
        guard let leader else { throw ScriptFault("nobody leads") }
        return leader
    }

    /// The links meant, each once, by sender, then receiver; all of them if none is named.
    func links(_ links: [ScriptLinks]) throws(ScriptFault) -> [ScriptNetwork.Link] {
        guard !links.isEmpty else { return network.links }
        var found: Set<ScriptNetwork.Link> = []
        for link in links {
            for from in try ends(link.from) {
                for to in try ends(link.to) where from != to {
                    found.insert(ScriptNetwork.Link(from: from, to: to))
                    if link.isBothWays { found.insert(ScriptNetwork.Link(from: to, to: from)) }
                }
            }
        }
        return network.links.filter(found.contains)
    }

    private func ends(_ endpoint: ScriptEndpoint) throws(ScriptFault) -> [Int] {
        switch endpoint {
        case .any: Array(nodes.indices)
        case .leader: [try leadingPlace()]
        case .named(let name): [try place(named: name)]
        }
    }
}
