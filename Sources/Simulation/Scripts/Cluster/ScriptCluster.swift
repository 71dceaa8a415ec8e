import Raft

/// A world under a hand: nodes, links, and what was asked; nothing moves by itself.
struct ScriptCluster {
    let foundation: ScriptFoundation
    /// In the order of the set-up, which is the order of everything.
    let names: [NodeID]
    private(set) var nodes: [ScriptNode]
    var network: ScriptNetwork
    var requests = ScriptRequests()
    private(set) var invariants = ScriptInvariants()
    /// Inputs and effects in words, until somebody takes them; nil if nobody reads them.
    var trace: [String]?

    init(_ foundation: ScriptFoundation, isTraced: Bool) throws(RestoreError) {
        self.foundation = foundation
        names = foundation.names
        network = ScriptNetwork(count: names.count)
        nodes = []
        for name in names { nodes.append(try foundation.makeNode(name)) }
        for node in nodes { invariants.believe(node) }
        trace = isTraced ? [] : nil
    }

    func place(of name: NodeID) -> Int? { names.firstIndex(of: name) }

    /// The place of the running leader of the highest term.
    var leader: Int? {
        nodes.indices.filter { nodes[$0].isLeader }
            .max { nodes[$0].status.term < nodes[$1].status.term }
    }

    // MARK: - Moving a node

    /// Lets a node do something, then sends what it says and checks what it is.
    mutating func move(
        _ place: Int,
        _ body: (inout ScriptNode, inout ScriptNodeReport) -> Void
    ) {
        // Once a promise is broken the scenario has failed, and everything stays as it is.
        guard invariants.violation == nil else { return }
        let before = nodes[place].status
        var report = ScriptNodeReport()
        report.trace = trace.map { _ in [] }
        body(&nodes[place], &report)
        if let lines = report.trace { trace?.append(contentsOf: lines) }
        for packet in report.packets { post(packet, from: place) }
        requests.note(report, of: nodes[place], at: place)
        invariants.check(before, nodes[place], report, in: nodes)
    }

    mutating func input(_ place: Int, _ input: Input) {
        move(place) { $0.run([input], &$1) }
    }

    private mutating func post(_ packet: ScriptPacket, from place: Int) {
        guard let to = self.place(of: packet.envelope.to), to != place else { return }
        network.send(packet, over: ScriptNetwork.Link(from: place, to: to))
    }

    // MARK: - Messages

    /// Delivers what is queued now, at most so many messages a link.
    mutating func deliver(_ links: [ScriptNetwork.Link], limit: Int = .max) {
        let counts = links.map { min(limit, network.queue($0).count) }
        for (link, count) in zip(links, counts) where count > 0 {
            for packet in network.take(count, from: link) {
                move(link.to) { $0.receive(packet, &$1) }
            }
        }
    }

    /// Delivers until nothing is queued; false if that does not end.
    mutating func stabilize() -> Bool {
        let links = network.links
        for _ in 0..<1000 {
            if network.isQuiet { return true }
            deliver(links.filter { !network.queue($0).isEmpty })
        }
        return network.isQuiet
    }

    /// Hands a node a message that nobody sent.
    mutating func inject(_ packet: ScriptPacket, to place: Int) {
        invariants.believe(packet.envelope.message)
        move(place) { $0.receive(packet, &$1) }
    }

    // MARK: - Lives

    mutating func crash(_ place: Int) {
        guard nodes[place].life != .down else { return }
        nodes[place].crash()
        network.lose(to: place)
        trace?.append("\(names[place]) crashes")
    }

    mutating func restart(_ place: Int, applied index: LogIndex?) throws(ScriptFault) {
        crash(place)
        try nodes[place].restart(applied: index)
        invariants.checkStart(nodes[place])
        trace?.append("\(names[place]) starts")
    }
}
