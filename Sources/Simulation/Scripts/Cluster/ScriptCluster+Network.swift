import Raft

extension ScriptCluster {
    /// Does one of the commands that deliver, lose, reorder, cut and heal.
    mutating func performOnNetwork(_ step: ScriptStep) throws(ScriptFault) {
        switch step {
        case .deliver(let links, let limit):
            deliver(try self.links(links), limit: limit)
        case .stabilize:
            guard stabilize() else { throw .restless }
        case .converge(let turnsMax):
            try converge(turnsMax: turnsMax)
        case .drop(let links, let limit):
            for link in try self.links(links) {
                network.rearrange(link) { $0.removeFirst(min(limit, $0.count)) }
            }
        case .duplicate(let links):
            for link in try self.links(links) {
                network.rearrange(link) { queue in
                    if let first = queue.first { queue.append(first) }
                }
            }
        case .delay(let links):
            for link in try self.links(links) {
                network.rearrange(link) { if !$0.isEmpty { $0.append($0.removeFirst()) } }
            }
        case .shuffle(let links, let seed):
            shuffle(try self.links(links), seed: seed)
        case .cut(let links):
            for link in try self.links(links) { network.setCut(link, true) }
        case .isolate(let nodes):
            setCut(true, around: try places(nodes))
        case .partition(let groups):
            try partition(groups)
        case .heal(let links, let nodes):
            if links.isEmpty, nodes.isEmpty { setCut(false, around: Array(names.indices)) }
            if !links.isEmpty {
                for link in try self.links(links) { network.setCut(link, false) }
            }
            setCut(false, around: try places(nodes))
        default:
            throw ScriptFault("no command of the network")
        }
    }

    /// Fisher and Yates's shuffle of each queue, all from one generator.
    private mutating func shuffle(_ links: [ScriptNetwork.Link], seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for link in links {
            network.rearrange(link) { queue in
                for place in queue.indices.reversed() where place > 0 {
                    queue.swapAt(place, Int(random.next() % UInt64(place + 1)))
                }
            }
        }
    }

    /// Cuts or heals every link of some nodes.
    private mutating func setCut(_ value: Bool, around places: [Int]) {
        for link in network.links where places.contains(link.from) || places.contains(link.to) {
            network.setCut(link, value)
        }
    }

    /// Cuts exactly the links between groups; who is in none is in one with all others in none.
    private mutating func partition(_ groups: [[ScriptNodes]]) throws(ScriptFault) {
        var groupOf = Array(repeating: -1, count: names.count)
        for (number, group) in groups.enumerated() {
            for place in try places(group) {
                guard groupOf[place] == -1 else {
                    throw ScriptFault("\(names[place]) is in two groups")
                }
                groupOf[place] = number
            }
        }
        for link in network.links {
            network.setCut(link, groupOf[link.from] != groupOf[link.to])
        }
    }
}
