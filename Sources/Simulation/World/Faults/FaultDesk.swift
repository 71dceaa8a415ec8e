import RaftLog

/// Which faults there are, and which are at work.
struct FaultDesk: Sendable {
    /// A fault that ends.
    enum Active: Sendable {
        case cut([LinkPair])
        case storm
        case slowDisk(slot: Int)
        case fullDisk(slot: Int)
        case slowState(slot: Int)
    }

    let kinds: [FaultKind]
    var chance: Chance
    private var active: [(number: Int, kind: FaultKind, fault: Active)] = []
    private var lastNumber = 0
    /// Nodes whose log may fail from here on, once.
    private var failing: [Int] = []

    init(kinds: [FaultKind], chance: Chance) {
        self.kinds = kinds
        self.chance = chance
    }

    /// Takes note of a fault that ends later, under the number given back.
    mutating func begin(_ kind: FaultKind, _ fault: Active) -> Int {
        lastNumber += 1
        active.append((lastNumber, kind, fault))
        return lastNumber
    }

    /// Undoes a fault.
    mutating func end(
        _ number: Int,
        _ network: inout SimulatedNetwork,
        _ nodes: [SimulatedNode]
    ) -> FaultKind? {
        guard let place = active.firstIndex(where: { $0.number == number }) else { return nil }
        let (_, kind, fault) = active.remove(at: place)
        switch fault {
        case .cut(let pairs): network.mend(pairs)
        case .storm: network.endStorm()
        case .slowDisk(let slot): nodes[slot].syncDelay = 0
        case .fullDisk(let slot): nodes[slot].disk.setCapacity(nil)
        case .slowState(let slot): nodes[slot].stateDelay = 0
        }
        return kind
    }

    mutating func endAll(_ network: inout SimulatedNetwork, _ nodes: [SimulatedNode]) {
        for number in active.map(\.number) { _ = end(number, &network, nodes) }
        failing = []
    }

    // MARK: - Disks that fail

    mutating func expectFailure(of slot: Int) {
        if !failing.contains(slot) { failing.append(slot) }
    }

    mutating func noLongerExpectFailure(of slot: Int) { failing.removeAll { $0 == slot } }

    func hasFailingDisk(_ slot: Int) -> Bool { failing.contains(slot) }
}
