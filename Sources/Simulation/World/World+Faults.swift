import Raft
import RaftLog
import Replica

/// What breaks.
extension World {
    /// Something breaks, and the next thing will.
    func strike() throws(Violation) {
        guard stage == .breaking else { return }
        schedule(.fault, after: faults.chance.span(about: plan.faultEvery))
        let kind = faults.chance.pick(plan.faults)
        switch kind {
        case .partition, .isolation, .oneWay, .bridge, .mesh: cut(kind)
        case .breakage: breakSomeConnection()
        case .storm:
            note(kind, [])
            network.beginStorm(loss: 200, repeats: 100, slow: 200)
            endLater(kind, .storm)
        case .kill: kill(kind)
        case .powerCut, .powerCutAtWork, .blackout: cutPower(kind)
        case .pause:
            let node = anyNode()
            note(kind, [node.slot])
            pause(node, for: faults.chance.span(about: plan.faultLasts))
        case .failingWrite, .failingSync: breakDisk(kind)
        case .slowDisk, .slowState, .fullDisk: slowDown(kind)
        case .bitRot: rot()
        case .stop: stopInOrder()
        case .clockJump:
            let node = anyNode()
            note(kind, [node.slot])
            let jump = faults.chance.pick([
                -3_600_000_000, -2_000_000, -5_000, 5_000, 3_600_000_000,
            ])
            node.clock.jump(byMicroseconds: Int64(jump))
        }
    }

    private func note(_ kind: FaultKind, _ slots: [Int]) {
        trace.add(now, nil, .fault(kind, slots))
        fingerprint.add(kind.rawValue)
        for slot in slots { fingerprint.add(slot) }
    }

    /// A node that is not lost; the leader by preference, for that is where it hurts.
    private func anyNode() -> SimulatedNode {
        let live = nodes.filter { $0.phase != .lost }
        if let leader = live.last(where: { $0.core?.raftStatus.role == .leader }),
            faults.chance.once(in: 3)
        {
            return leader
        }
        return faults.chance.pick(live)
    }

    private func endLater(_ kind: FaultKind, _ fault: FaultDesk.Active) {
        let number = faults.begin(kind, fault)
        schedule(
            .faultEnds(number: number),
            after: faults.chance.span(about: plan.faultLasts)
        )
    }

    func endFault(_ number: Int) {
        guard let kind = faults.end(number, &network, nodes) else { return }
        trace.add(now, nil, .faultEnds(kind))
    }

    // MARK: - Network

    private func cut(_ kind: FaultKind) {
        let slots = faults.chance.shuffled(nodes.map(\.slot))
        guard slots.count > 1 else { return }
        let pairs: [LinkPair]
        switch kind {
        case .isolation:
            let alone = anyNode().slot
            pairs = between([alone], slots.filter { $0 != alone })
        case .bridge where slots.count > 2:
            let rest = Array(slots.dropFirst())
            let half = faults.chance.number(in: 1...rest.count - 1)
            pairs = between(Array(rest[..<half]), Array(rest[half...]))
        case .oneWay:
            pairs = allPairs(slots).filter { _ in faults.chance.once(in: 3) }
        case .mesh:
            pairs = allPairs(slots).filter { $0.from < $0.to && faults.chance.once(in: 2) }
                .flatMap { [$0, LinkPair(from: $0.to, to: $0.from)] }
        default:
            let half = faults.chance.number(in: 1...slots.count - 1)
            pairs = between(Array(slots[..<half]), Array(slots[half...]))
        }
        statistics.partitions += 1
        note(kind, pairs.flatMap { [$0.from, $0.to] })
        network.cut(pairs)
        for pair in pairs { notice(pair, within: Span.milliseconds(500)) }
        endLater(kind, .cut(pairs))
    }

    /// Every connection between two groups, in both directions.
    private func between(_ left: [Int], _ right: [Int]) -> [LinkPair] {
        left.flatMap { one in
            right.flatMap { [LinkPair(from: one, to: $0), LinkPair(from: $0, to: one)] }
        }
    }

    private func allPairs(_ slots: [Int]) -> [LinkPair] {
        slots.flatMap { from in
            slots.compactMap { from == $0 ? nil : LinkPair(from: from, to: $0) }
        }
    }

    /// Half of those whose connection breaks come to know of it.
    private func notice(_ pair: LinkPair, within span: Nanoseconds) {
        let node = nodes[pair.from]
        guard node.core != nil, faults.chance.once(in: 2) else { return }
        schedule(.unreachable(node.life, peer: pair.to), after: faults.chance.span(in: 1...span))
    }

    private func breakSomeConnection() {
        let slots = faults.chance.shuffled(nodes.map(\.slot))
        guard slots.count > 1 else { return }
        note(.breakage, Array(slots[..<2]))
        network.breakConnection(from: slots[0], to: slots[1])
        notice(LinkPair(from: slots[0], to: slots[1]), within: Span.milliseconds(2))
    }

    // MARK: - Processes and machines

    private func kill(_ kind: FaultKind) {
        let node = anyNode()
        note(kind, [node.slot])
        crash(node, .kill)
    }

    private func cutPower(_ kind: FaultKind) {
        guard kind != .blackout else {
            note(kind, nodes.map(\.slot))
            for node in nodes { cutPower(of: node) }
            return
        }
        let node = anyNode()
        note(kind, [node.slot])
        if kind == .powerCut {
            cutPower(of: node)
        } else {
            node.disk.failPower(after: faults.chance.below(30))
        }
    }

    /// Where a crash has most to ruin, one is likelier than chance would have it.
    func tempt(_ node: SimulatedNode) {
        guard stage == .breaking, plan.faults.contains(.powerCutAtWork), faults.chance.once(in: 3)
        else { return }
        trace.add(now, nil, .fault(.powerCutAtWork, [node.slot]))
        node.disk.failPower(after: faults.chance.below(20))
    }

    private func cutPower(of node: SimulatedNode) {
        switch node.phase {
        case .running, .paused: crash(node, .powerCut)
        case .down where !node.isRotten:
            // The process is dead already; what it had written and not synced may go too.
            node.disk.crash(.arbitrary(seed: node.chance.bits()))
            node.restartPoint = node.chance.pick(node.stored)
            node.hasLostPower = true
            statistics.powerCuts += 1
        case .down, .lost: break
        }
    }

    // MARK: - Disks

    private func breakDisk(_ kind: FaultKind) {
        let node = anyNode()
        note(kind, [node.slot])
        faults.expectFailure(of: node.slot)
        if kind == .failingSync {
            node.disk.failSync(after: faults.chance.below(4))
        } else {
            node.disk.failWrite(
                after: faults.chance.below(4),
                keptBytes: faults.chance.pick([0, 17, 700])
            )
        }
    }

    private func slowDown(_ kind: FaultKind) {
        let node = anyNode()
        note(kind, [node.slot])
        switch kind {
        case .slowDisk:
            node.syncDelay = Span.milliseconds(faults.chance.pick([20, 200, 1_500]))
            endLater(kind, .slowDisk(slot: node.slot))
        case .slowState:
            node.stateDelay = Span.milliseconds(faults.chance.pick([50, 1_000]))
            endLater(kind, .slowState(slot: node.slot))
        default:
            node.disk.setCapacity(node.disk.usedBytes + faults.chance.below(9_000))
            endLater(kind, .fullDisk(slot: node.slot))
        }
    }
}
