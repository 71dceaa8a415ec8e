import Raft

/// A cluster of cores under a hand: nothing moves by itself.
///
/// Links are queues, first in first out; every command ends with the checks of `Invariants`.
final class Cluster {
    struct Link: Hashable {
        let from: NodeID
        let to: NodeID
    }

    let ids: [NodeID]
    let hasSpares: Bool
    private(set) var nodes: [NodeID: TestNode] = [:]
    private(set) var queues: [Link: [Envelope]] = [:]
    private(set) var cut: Set<Link> = []
    private var nextMembershipToken: UInt64 = 0
    private(set) var invariants = Invariants()
    /// How many messages of each kind were sent, lost ones included.
    private(set) var sent: [Envelope] = []
    /// States can't be fetched for now.
    var isFetchBlocked = false
    /// States are fetched only by hand.
    var isFetchManual = false

    /// A cluster whose election deadlines are fixed, unless told otherwise.
    init(
        _ ids: [NodeID],
        learners: [NodeID] = [],
        spares: [NodeID] = [],
        logs: [NodeID: [UInt64]] = [:],
        hardStates: [NodeID: HardState] = [:],
        deadline: ClosedRange<Int> = 20...20,
        limits: Limits = Limits(),
        lease: Lease? = nil,
        seed: UInt64 = 1
    ) throws {
        self.ids = ids + learners + spares
        hasSpares = !spares.isEmpty
        let configuration = Configuration(voters: ids, learners: learners) ?? .empty
        for (place, id) in self.ids.enumerated() {
            let entries = testEntries(logs[id] ?? [])
            let term = hardStates[id]?.term ?? entries.last?.term ?? 0
            nodes[id] = try TestNode(
                RaftConfiguration(
                    id: id,
                    electionDeadlineTicks: deadline,
                    limits: limits,
                    lease: lease
                ),
                configuration: spares.contains(id) ? .empty : configuration,
                hardState: HardState(term: term, vote: hardStates[id]?.vote),
                entries: entries,
                seed: seed &+ UInt64(place) &* 7919
            )
        }
    }

    subscript(id: NodeID) -> TestNode {
        guard let node = nodes[id] else { preconditionFailure("no node \(id)") }
        return node
    }

    /// The running leader of the highest term.
    var leader: NodeID? {
        ids.filter { self[$0].isRunning && self[$0].status.role == .leader }
            .max { self[$0].status.term < self[$1].status.term }
    }

    func change(_ id: NodeID, _ body: (inout TestNode) -> Void) {
        var node = self[id]
        nodes[id] = nil
        body(&node)
        let messages = node.takeOutbox()
        nodes[id] = node
        for message in messages { post(message) }
        bringStates(to: id)
        invariants.check(self, after: id)
    }

    /// Copies the states that a node is to fetch, if their leader has them.
    private func bringStates(to id: NodeID) {
        guard !isFetchManual else { return }
        for fetch in nodes[id]?.takeFetches() ?? [] {
            let state = self[fetch.leader].applied.filter { $0.index <= fetch.last.index }
            guard !isFetchBlocked, state.last?.position == fetch.last else {
                input(id, .snapshotFetchFailed(fetch.last))
                continue
            }
            change(id) { $0.fetched(fetch.last, state) }
        }
    }

    func input(_ id: NodeID, _ inputs: Input...) { change(id) { $0.run(inputs) } }

    func tick(_ ids: [NodeID], _ count: Int = 1) {
        for _ in 0..<count {
            for id in ids { input(id, .tick) }
        }
    }

    func campaign(_ id: NodeID) { input(id, .manual(.campaign)) }

    func timeout(_ id: NodeID) { input(id, .manual(.electionTimeout)) }

    func propose(_ id: NodeID, _ text: String, token: UInt64 = 0) {
        let proposal = Proposal(
            token: ProposalToken(rawValue: token),
            payloads: [Array(text.utf8)]
        )
        input(id, .propose(proposal))
    }

    func read(_ id: NodeID, _ token: UInt64) {
        input(id, .read(ReadToken(rawValue: token)))
    }

    /// Delivers one message as if it had just arrived; what it says is believed.
    func inject(from: NodeID, to: NodeID, term: Term, _ message: Message) {
        invariants.isEverythingReal = false
        input(to, .received(Envelope(from: from, to: to, term: term, message: message)))
    }

    func queue(_ from: NodeID, _ to: NodeID) -> [Envelope] {
        queues[Link(from: from, to: to)] ?? []
    }

    /// Delivers what is queued now, at most `limit` a link, in the order of the nodes.
    func deliver(_ from: NodeID? = nil, _ to: NodeID? = nil, _ limit: Int = .max) {
        let counts = links(from, to).map { ($0, min(limit, queues[$0]?.count ?? 0)) }
        for (link, count) in counts {
            for message in (queues[link] ?? []).prefix(count) where self[link.to].isRunning {
                input(link.to, .received(message))
            }
            queues[link]?.removeFirst(count)
        }
    }

    func stabilize(rounds: Int = 1000) -> Bool {
        for _ in 0..<rounds {
            if queues.values.allSatisfy(\.isEmpty) { return true }
            deliver()
        }
        return false
    }

    func drop(_ from: NodeID? = nil, _ to: NodeID? = nil) {
        for link in links(from, to) { queues[link] = [] }
    }

    /// Moves, repeats or removes queued messages of a link.
    func rearrange(_ from: NodeID, _ to: NodeID, _ body: (inout [Envelope]) -> Void) {
        body(&queues[Link(from: from, to: to), default: []])
    }

    /// The active configuration of a node.
    func members(_ id: NodeID) -> Configuration { self[id].status.configuration.configuration }

    /// What the node answered to the last change of members that it was asked for.
    func lastMembership(_ id: NodeID) -> MembershipResult? { self[id].memberships.last?.result }

    func isolate(_ id: NodeID) {
        for other in ids where other != id {
            cut.insert(Link(from: id, to: other))
            cut.insert(Link(from: other, to: id))
        }
    }

    func cutLink(_ from: NodeID, _ to: NodeID) { cut.insert(Link(from: from, to: to)) }

    func heal() { cut = [] }

    func crash(_ id: NodeID) {
        for other in ids { queues[Link(from: other, to: id)] = [] }
        change(id) { $0.crash() }
    }

    func restart(_ id: NodeID) throws {
        crash(id)
        var node = self[id]
        try node.restart()
        nodes[id] = node
        invariants.check(self, after: id)
    }

    /// Ticks each node and delivers everything, until all agree or the limit is reached.
    func converge(_ limit: Int = 200) -> Bool {
        for _ in 0..<limit {
            for id in ids where self[id].isRunning {
                tick([id])
                guard stabilize() else { return false }
            }
            if isConverged { return true }
        }
        return false
    }

    var isConverged: Bool {
        guard let leader else { return false }
        let status = self[leader].status
        let configuration = status.configuration.configuration
        guard !configuration.isJoint, configuration.isVoter(leader) else { return false }
        return configuration.members.allSatisfy { id in
            let other = self[id].status
            return self[id].isRunning && other.term == status.term && other.last == status.last
                && other.commitIndex == status.last.index && other.appliedIndex == other.commitIndex
        }
    }

    func change(_ id: NodeID, members change: MembershipChange, expecting index: LogIndex? = nil) {
        nextMembershipToken += 1
        let token = MembershipToken(rawValue: nextMembershipToken)
        input(
            id,
            .changeMembership(MembershipRequest(token: token, change: change, expecting: index))
        )
    }

    private func links(_ from: NodeID?, _ to: NodeID?) -> [Link] {
        ids.flatMap { sender in
            ids.map { Link(from: sender, to: $0) }
        }
        .filter { (from == nil || $0.from == from) && (to == nil || $0.to == to) }
    }

    private func post(_ message: Envelope) {
        sent.append(message)
        let link = Link(from: message.from, to: message.to)
        guard !cut.contains(link) else { return }
        queues[link, default: []].append(message)
    }
}

/// Entries whose payload depends on their position only.
func testEntries(_ terms: [UInt64]) -> [Entry] {
    terms.enumerated().map { place, term in
        Entry(
            term: Term(term),
            index: LogIndex(UInt64(place) + 1),
            kind: .command,
            payload: Array("\(place + 1)@\(term)".utf8)
        )
    }
}

extension Message {
    /// What an accepting reply acknowledges.
    var acceptedMatch: LogIndex? {
        if case .appendReply(.accepted(let match, _, _)) = self { match } else { nil }
    }
}
