/// What several nodes say, put together.
struct ClusterView {
    /// A member, as far as anybody knows.
    struct Member: Equatable {
        var node: String
        var address: String
        var role: String
        var isVoter: Bool
        /// Nil where the member itself was not asked.
        var term: UInt64?
        var position: UInt64?
        /// How far its position is behind what is committed.
        var lag: UInt64?
        /// As the leader sees it, or else the node that answered first.
        var connection: String
        var stalenessMilliseconds: UInt64?
        /// What is wrong with it, by its own account.
        var complaint: String?
    }

    let asked: [AskedNode]
    let reports: [NodeReport]
    let leader: String?
    let term: UInt64
    let commit: UInt64
    let members: [Member]

    init(_ asked: [AskedNode]) {
        self.asked = asked
        let reports = asked.compactMap(\.report)
        self.reports = reports
        term = reports.map(\.term).max() ?? 0
        commit = reports.map(\.commit).max() ?? 0
        // Of several that say so, the one of the highest term is right.
        let leading = reports.filter { $0.role == "leader" }.max { $0.term < $1.term }
        let latest = reports.filter { $0.leader != nil }.max { $0.term < $1.term }
        leader = latest?.leader
        var names: Set<String> = []
        var peers: [NodeReport.Peer] = []
        for report in ([leading].compactMap(\.self) + reports) {
            for peer in report.members where names.insert(peer.node).inserted {
                peers.append(peer)
            }
        }
        var members: [Member] = []
        for peer in peers.sorted(by: { $0.node < $1.node }) {
            let own = reports.first { $0.node == peer.node }
            members.append(
                Self.member(peer, own: own, seen: reports, leader: latest?.leader, commit: commit)
            )
        }
        self.members = members
    }

    private static func member(
        _ peer: NodeReport.Peer,
        own: NodeReport?,
        seen reports: [NodeReport],
        leader: String?,
        commit: UInt64
    ) -> Member {
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
        let otherwise = peer.isVoter ? "follower" : "learner"
        return Member(
            node: peer.node,
            address: peer.address,
            role: own?.role ?? (peer.node == leader ? "leader" : otherwise),
            isVoter: peer.isVoter,
            term: own?.term,
            position: position,
            lag: position.map { commit > $0 ? commit - $0 : 0 },
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
                Table.Cell(member.role, member.role == "leader" ? .good : .plain),
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

    var notes: [String] {
        var notes: [String] = []
        if leader == nil { notes.append("No leader is known: writes wait for an election.") }
        for member in members {
            guard let complaint = member.complaint else { continue }
            notes.append("\(member.node) refuses writes or reads: \(complaint)")
        }
        for node in asked {
            guard let failure = node.failure else { continue }
            notes.append("\(node.address) doesn't answer: \(failure)")
        }
        return notes
    }

    var json: JSONValue {
        [
            "leader": .text(leader),
            "term": .number(term),
            "commitPosition": .number(commit),
            "members": .array(members.map(\.json)),
            "asked": .array(asked.map(\.json)),
        ]
    }
}

extension ClusterView.Member {
    /// An error may be long; JSON has all of it.
    fileprivate var shownConnection: String {
        connection.count <= 24 ? connection : connection.prefix(23) + "…"
    }

    fileprivate var json: JSONValue {
        [
            "node": .string(node),
            "role": .string(role),
            "voter": .bool(isVoter),
            "term": .number(term),
            "position": .number(position),
            "lag": .number(lag),
            "connection": .string(connection),
            "stalenessMs": .number(stalenessMilliseconds),
            "peerAddress": .string(address),
        ]
    }
}

extension AskedNode {
    fileprivate var json: JSONValue {
        let head: JSONValue = ["address": .string("\(address)")]
        guard let report else { return head + ["error": .text(failure)] }
        return head
            + [
                "node": .string(report.node),
                "role": .string(report.role),
                "term": .number(report.term),
                "leader": .text(report.leader),
                "commitPosition": .number(report.commit),
                "appliedPosition": .number(report.applied),
                "storedPosition": .number(report.stored),
                "logFirstPosition": .number(report.logFirst),
                "logLastPosition": .number(report.logLast),
                "stalenessMs": .number(report.stalenessMilliseconds),
                "ready": .bool(report.isReady),
                "writeRefusal": report.writeRefusal.isEmpty
                    ? .null : .string(report.writeRefusal),
            ]
    }
}
