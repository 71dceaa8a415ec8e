import Raft

extension ScenarioRun {
    /// Does a step, and what is delivered by itself after it; fails if a promise was broken.
    mutating func take(
        _ step: ScriptStep,
        in cluster: inout ScriptCluster
    ) throws(ScriptFault) {
        try perform(step, in: &cluster)
        if !isDeliveryManual {
            guard cluster.stabilize() else { throw .restless }
        }
        if let violation = cluster.invariants.violation {
            throw ScriptFault("unsafe: \(violation)")
        }
    }

    private mutating func perform(
        _ step: ScriptStep,
        in cluster: inout ScriptCluster
    ) throws(ScriptFault) {
        switch step {
        case .tick(let nodes, let count):
            try tick(try cluster.places(nodes), count, in: &cluster)
        case .heartbeat(let nodes):
            let leaders = try cluster.places(nodes).filter { cluster.nodes[$0].isLeader }
            try tick(leaders, cluster.foundation.heartbeatTicks, in: &cluster)
        case .timeout(let nodes):
            for place in try cluster.places(nodes) { cluster.timeOut(place) }
        case .campaign(let nodes):
            for place in try cluster.places(nodes) { cluster.campaign(place) }
        case .lapse(let nodes):
            for place in try cluster.places(nodes) {
                cluster.input(place, .manual(.leaderContactLapsed))
            }
        case .deliverMode(let isManual):
            isDeliveryManual = isManual
        case .deliver, .stabilize, .converge, .drop, .duplicate, .delay, .shuffle, .cut, .isolate,
            .partition, .heal:
            try cluster.performOnNetwork(step)
        case .mode, .persist, .persistFail, .apply, .crash, .restart, .compact:
            try cluster.performOnDisk(step)
        case .request(let node, let request):
            try cluster.ask(try cluster.place(of: node), request)
        case .inject(let from, let to, let madeUp):
            let sender = try cluster.name(of: from)
            let receiver = try cluster.place(of: to)
            guard cluster.names[receiver] != sender else {
                throw ScriptFault("a node sends nothing to itself")
            }
            cluster.inject(cluster.packet(madeUp, from: sender, to: receiver), to: receiver)
        }
    }
}

extension ScenarioRun {
    /// With automatic delivery each single tick is a step of its own.
    private func tick(
        _ places: [Int],
        _ count: Int,
        in cluster: inout ScriptCluster
    ) throws(ScriptFault) {
        guard !isDeliveryManual else {
            cluster.tick(places, count)
            return
        }
        for _ in 0..<count where cluster.invariants.violation == nil {
            for place in places {
                cluster.input(place, .tick)
                guard cluster.stabilize() else { throw .restless }
            }
        }
    }
}

extension ScriptCluster {
    /// Moves the clocks of nodes tick by tick, each node once before any node a second time.
    mutating func tick(_ places: [Int], _ count: Int) {
        for _ in 0..<count where invariants.violation == nil {
            for place in places { input(place, .tick) }
        }
    }

    /// Lets the long timer fire; a leader ticks until it must have noticed that nobody answers.
    mutating func timeOut(_ place: Int) {
        if nodes[place].isLeader {
            tick([place], 2 * foundation.electionTicks)
        } else {
            input(place, .manual(.electionTimeout))
        }
    }

    /// Starts a real election; a leader refuses, as it would refuse a request.
    mutating func campaign(_ place: Int) {
        if nodes[place].isLeader { requests.answer(.refused("\(names[place]) leads")) }
        input(place, .manual(.campaign))
    }
}
