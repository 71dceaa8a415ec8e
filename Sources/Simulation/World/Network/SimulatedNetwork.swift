/// Which connections there are between nodes, and how they are.
struct SimulatedNetwork: Sendable {
    private struct Link: Sendable {
        /// So many faults cut it at the moment.
        var cuts = 0
        /// Counts the connections that there were.
        var connection: UInt32 = 0
        /// In order, a message arrives no earlier than the one before it.
        var lastArrival = WorldTime.zero
    }

    private var links: [[Link]] = []
    private var plan: SwarmPlan.NetworkPlan
    private let calm: SwarmPlan.NetworkPlan
    private(set) var chance: Chance

    /// What becomes of a message.
    struct Delivery: Sendable {
        var arrivals: [WorldTime]
        var connection: UInt32
    }

    init(plan: SwarmPlan.NetworkPlan, nodes: Int, chance: Chance) {
        self.plan = plan
        calm = plan
        self.chance = chance
        for _ in 0..<nodes { addNode() }
    }

    mutating func addNode() {
        for slot in links.indices { links[slot].append(Link()) }
        links.append([Link](repeating: Link(), count: links.count + 1))
    }

    /// When a message arrives: once, several times, or never.
    ///
    /// Consensus bears repeats; what nodes say beside it comes once at most, as transports guarantee.
    mutating func send(_ kind: Parcel.Kind, from: Int, to: Int, at now: WorldTime) -> Delivery {
        let link = links[from][to]
        var delivery = Delivery(arrivals: [], connection: link.connection)
        guard link.cuts == 0, !chance.permille(plan.lossPermille) else { return delivery }
        delivery.arrivals.append(arrival(from, to, now))
        while kind == .raft, chance.permille(plan.repeatPermille), delivery.arrivals.count < 4 {
            delivery.arrivals.append(arrival(from, to, now))
        }
        return delivery
    }

    private mutating func arrival(_ from: Int, _ to: Int, _ now: WorldTime) -> WorldTime {
        let isSlow = chance.permille(plan.slowPermille)
        let time = now.advanced(by: chance.span(in: isSlow ? plan.slowDelay : plan.delay))
        guard plan.isOrdered else { return time }
        let ordered = max(time, links[from][to].lastArrival.advanced(by: 1))
        links[from][to].lastArrival = ordered
        return ordered
    }

    /// Whether a message of that connection still arrives: in an ordered network, messages die with it.
    func isCurrent(_ parcel: Parcel) -> Bool {
        !plan.isOrdered
            || links[Int(parcel.from)][Int(parcel.to)].connection == parcel.connection
    }

    mutating func cut(_ pairs: [LinkPair]) {
        for pair in pairs { links[pair.from][pair.to].cuts += 1 }
    }

    mutating func mend(_ pairs: [LinkPair]) {
        for pair in pairs { links[pair.from][pair.to].cuts -= 1 }
    }

    /// What is on its way there is lost.
    mutating func breakConnection(from: Int, to: Int) { links[from][to].connection += 1 }

    /// Loses, repeats and delays much more for a while.
    mutating func beginStorm(loss: Int, repeats: Int, slow: Int) {
        if !plan.isOrdered {
            plan.lossPermille = max(plan.lossPermille, loss)
            plan.repeatPermille = max(plan.repeatPermille, repeats)
        }
        plan.slowPermille = max(plan.slowPermille, slow)
        plan.slowDelay = plan.slowDelay.lowerBound...max(plan.slowDelay.upperBound, Span.seconds(1))
    }

    mutating func endStorm() { plan = calm }

    /// A network without faults, in the same kind of world.
    mutating func heal() {
        plan.lossPermille = 0
        plan.repeatPermille = 0
        plan.slowPermille = 0
        for from in links.indices {
            for to in links.indices { links[from][to].cuts = 0 }
        }
    }
}

/// A connection in one direction.
struct LinkPair: Hashable, Sendable {
    var from: Int
    var to: Int
}
