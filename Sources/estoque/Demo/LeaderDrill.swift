import LedgerAPI

/// The accident: the leader is killed with SIGKILL in the middle of the business, and comes back.
struct LeaderDrill: Sendable {
    let cluster: LocalCluster
    let scoreboard: Scoreboard
    /// When it happens.
    let delay: Duration
    /// How long the node stays away.
    let absence: Duration

    /// What it was like.
    struct Outcome: Sendable {
        var killed: String
        var at: Duration
        /// Until another node led; nil if none did.
        var election: Duration?
        /// Until it had all that the others had; nil if it never did.
        var catchingUp: Duration?
    }

    private static let limit = Duration.seconds(30)

    /// Waits for the time, and does it; nil if it was over before.
    func run() async -> Outcome? {
        guard await !scoreboard.pause(for: delay) else { return nil }
        guard let leader = await cluster.probe.leader() else {
            scoreboard.complain("nobody leads: no leader to kill")
            return nil
        }
        let node = leader.node
        let name = cluster.nodes[node].id
        scoreboard.watchPauses()
        scoreboard.change { score in
            score.killed.insert(node)
            score.leader = nil
            score.readings[node] = .down
        }
        let killedAt = scoreboard.elapsed
        await cluster.kill(node)
        scoreboard.tell("leader \(name) killed with SIGKILL")
        var outcome = Outcome(killed: name, at: killedAt)
        if let next = await waitForLeader(after: leader.term, without: node) {
            let election = scoreboard.elapsed - killedAt
            outcome.election = election
            scoreboard.tell(
                "\(cluster.nodes[next.node].id) leads term \(next.term) after "
                    + DemoText.seconds(election)
            )
        }
        await scoreboard.pause(for: absence - (scoreboard.elapsed - killedAt))
        await bringBack(node, &outcome)
        return outcome
    }

    private func waitForLeader(
        after term: UInt64,
        without node: Int
    ) async -> (node: Int, term: UInt64)? {
        let others = cluster.nodes.indices.filter { $0 != node }
        // Two nodes have no majority without the one: it must come back first.
        guard others.count > cluster.nodes.count / 2 else { return nil }
        let deadline = ContinuousClock.now + Self.limit
        while ContinuousClock.now < deadline {
            if let leader = await cluster.probe.leader(among: others), leader.term > term {
                scoreboard.change { score in
                    score.leader = leader.node
                    score.term = leader.term
                }
                return leader
            }
            await Uncancelled.sleep(for: .milliseconds(5))
        }
        scoreboard.complain("nobody led within \(DemoText.seconds(Self.limit))")
        return nil
    }

    private func bringBack(_ node: Int, _ outcome: inout Outcome) async {
        let name = cluster.nodes[node].id
        let restartedAt = scoreboard.elapsed
        do {
            try cluster.start(node)
        } catch {
            scoreboard.complain("\(name) can't be started again: \(error)")
            return
        }
        scoreboard.change { $0.killed.remove(node) }
        scoreboard.tell("\(name) starts again")
        let deadline = ContinuousClock.now + Self.limit
        while ContinuousClock.now < deadline {
            if await isCaughtUp(node) {
                let took = scoreboard.elapsed - restartedAt
                outcome.catchingUp = took
                scoreboard.tell("\(name) is back, caught up after \(DemoText.seconds(took))")
                return
            }
            await Uncancelled.sleep(for: .milliseconds(20))
        }
        scoreboard.complain("\(name) did not catch up within \(DemoText.seconds(Self.limit))")
    }

    /// Whether it has applied what was committed a moment ago.
    private func isCaughtUp(_ node: Int) async -> Bool {
        let statuses = await cluster.probe.statuses()
        let committed = statuses.indices.filter { $0 != node }
            .compactMap { statuses[$0]?.commitPosition }.max()
        guard let status = await cluster.probe.status(node), status.ready else { return false }
        return status.appliedPosition >= committed ?? 1
    }
}
