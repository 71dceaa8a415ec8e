/// What several nodes say, put together.
struct ClusterView {
    /// A member, as far as anybody knows.
    struct Member: Equatable {
        var node: String
        var address: String
        var role: String
        var part: NodeReport.Part
        var isVoter: Bool
        /// It is about to become a voter.
        var isJoining: Bool
        /// Nil where the member itself was not asked.
        var term: UInt64?
        var position: UInt64?
        /// How far its position is behind what is committed.
        var lag: UInt64?
        /// What the leader knows that it has, and how it is sent the rest.
        var match: UInt64?
        var mode: String?
        /// How much of a copy of the state it has been sent.
        var state: NodeReport.StateOnItsWay?
        /// So long the leader has heard nothing of it.
        var silentMilliseconds: UInt64?
        /// As the leader sees it, or else the node that answered first.
        var connection: String
        var stalenessMilliseconds: UInt64?
        /// What is wrong with it, by its own account.
        var complaint: String?
    }

    let asked: [AskedNode]
    let reports: [NodeReport]
    /// Who knows best: the leader, or else whoever has the newest configuration.
    let best: NodeReport?
    let leader: String?
    let term: UInt64
    let commit: UInt64
    let members: [Member]

    init(_ look: ClusterLook) {
        asked = look.asked
        let said = look.reports
        // A node that was removed knows the cluster as it was.
        let current = said.filter { !$0.isRemoved }
        let reports = current.isEmpty ? said : current
        self.reports = reports
        term = reports.map(\.term).max() ?? 0
        let commit = reports.map(\.commit).max() ?? 0
        self.commit = commit
        // Of several that say so, the one of the highest term is right.
        let leading = reports.filter { $0.role == "leader" }.max { $0.term < $1.term }
        let latest = reports.filter { $0.leader != nil }.max { $0.term < $1.term }
        leader = latest?.leader
        let best = leading ?? reports.max { $0.configuration < $1.configuration }
        self.best = best
        members = (best?.members ?? []).sorted { $0.node < $1.node }.map { peer in
            Self.member(peer, seen: reports, by: best, leader: latest?.leader, commit: commit)
        }
    }

    private static func member(
        _ peer: NodeReport.Peer,
        seen reports: [NodeReport],
        by best: NodeReport?,
        leader: String?,
        commit: UInt64
    ) -> Member {
        // Its own word comes last if it leads and was asked as well: it is the newest.
        let own = reports.last { $0.node == peer.node }
        let position = own?.applied ?? peer.match
        // What others say of the way to it, rather than "self".
        let connection =
            peer.connection == "self"
            ? reports.lazy.flatMap(\.members)
                .first { $0.node == peer.node && $0.connection != "self" }?.connection ?? "self"
            : peer.connection
        var complaint: String?
        if let own, !own.isReady { complaint = "not ready" }
        if let own, !own.writeRefusal.isEmpty { complaint = own.writeRefusal }
        let otherwise = peer.part == .learner ? "learner" : "follower"
        return Member(
            node: peer.node,
            address: peer.address,
            role: own?.role ?? (peer.node == leader ? "leader" : otherwise),
            part: peer.part,
            isVoter: peer.isVoter,
            isJoining: best?.joining?.node == peer.node,
            term: own?.term,
            position: position,
            lag: position.map { commit > $0 ? commit - $0 : 0 },
            match: peer.match,
            mode: peer.mode,
            state: peer.state,
            silentMilliseconds: peer.silentMilliseconds,
            connection: connection,
            stalenessMilliseconds: own?.stalenessMilliseconds,
            complaint: complaint
        )
    }
}

extension ClusterView {
    var table: Table {
        var table = Table(
            ("NODE", .left),
            ("ROLE", .left),
            ("TERM", .right),
            ("POSITION", .right),
            ("LAG", .right),
            ("STALENESS", .right),
            ("CONNECTION", .left),
            ("PEER ADDRESS", .left)
        )
        for member in members {
            let isFine = ["self", "connected"].contains(member.connection)
            table.add(
                Table.Cell(member.node),
                Table.Cell(member.shownRole, member.role == "leader" ? .good : .plain),
                Table.Cell(member.term.map(String.init) ?? "-"),
                Table.Cell(member.position.map(String.init) ?? "-"),
                Table.Cell(member.lag.map(String.init) ?? "-"),
                Table.Cell(member.stalenessMilliseconds.map { "\($0) ms" } ?? "-"),
                Table.Cell(member.shownConnection, isFine ? .plain : .bad),
                Table.Cell(member.address)
            )
        }
        return table
    }
}

extension ClusterView.Member {
    /// The role, and what is about to change of it.
    fileprivate var shownRole: String {
        if isJoining { return role + ", joining" }
        return switch part {
        case .incoming, .outgoing: "\(role), \(part)"
        case .voter, .learner, .unknown: role
        }
    }

    /// An error may be long; JSON has all of it.
    fileprivate var shownConnection: String {
        connection.count <= 24 ? connection : connection.prefix(23) + "…"
    }
}
