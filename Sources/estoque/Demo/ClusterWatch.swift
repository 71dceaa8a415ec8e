/// Notes who leads, and whether a node ends that nobody killed.
struct ClusterWatch: Sendable {
    let cluster: LocalCluster
    let scoreboard: Scoreboard

    /// Watches until it is cancelled.
    func run() async {
        var missing: Set<Int> = []
        while !Task.isCancelled {
            let killed = scoreboard.current.killed
            let running = cluster.nodes.indices.filter { !killed.contains($0) }
            for node in running where !missing.contains(node) && cluster.pid(node) == nil {
                // Killed meanwhile?
                guard !scoreboard.current.killed.contains(node) else { continue }
                missing.insert(node)
                scoreboard.complain("\(cluster.nodes[node].id) ended, and nobody killed it")
            }
            if let leader = await cluster.probe.leader(among: running) { note(leader) }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    private func note(_ leader: (node: Int, term: UInt64)) {
        scoreboard.change { score in
            guard leader.term >= score.term, !score.killed.contains(leader.node) else { return }
            score.leader = leader.node
            score.term = leader.term
        }
    }
}
