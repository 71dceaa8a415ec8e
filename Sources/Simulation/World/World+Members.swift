import Ledger
import Raft
import RaftLog
import Replica

/// An operator who changes members and leadership at bad moments, and replaces what is lost.
struct Operator: Sendable {
    /// The request that waits for its result, and where.
    var pending: (life: Life, token: AdminToken)?
    var lastToken: UInt64 = 0
}

extension World {
    /// So many machines at most, in a whole run.
    private static let machinesMax = 14

    /// Whoever is in the latest committed configuration.
    var members: [SimulatedNode] {
        nodes.filter { checks.committed.configuration.isMember($0.id) }
    }

    // MARK: - Asking

    /// The operator does something, and will again.
    func act() {
        guard stage == .breaking, let membership = plan.membership else { return }
        schedule(.operatorActs, after: faults.chance.span(about: membership.every))
        if faults.chance.permille(membership.transferPermille) {
            moveLeadership()
        } else {
            changeMembers()
        }
    }

    private func changeMembers() {
        guard let change = randomChange() else { return }
        trace.add(now, nil, .change(change))
        let expecting = faults.chance.once(in: 4) ? checks.committed.configurationIndex : nil
        ask(.change(change, expecting: expecting.map { Position($0.rawValue) }))
    }

    private func moveLeadership() {
        let voters = checks.committed.configuration.voters
        let target = faults.chance.once(in: 2) || voters.isEmpty ? nil : faults.chance.pick(voters)
        ask(.transferLeadership(to: target))
    }

    private func ask(_ request: AdminRequest) {
        guard humans.pending == nil else { return }
        let running = nodes.filter { $0.core != nil && $0.phase == .running }
        guard !running.isEmpty else { return }
        let node = faults.chance.pick(running)
        humans.lastToken += 1
        let token = AdminToken(rawValue: humans.lastToken)
        humans.pending = (node.life, token)
        let deadline = node.clock.reading(at: now).advanced(byNanoseconds: Span.seconds(2))
        stepCore(node, .administer(token, request, deadline: deadline))
    }

    /// What the operator is told.
    func answerOperator(_ node: SimulatedNode) {
        for (token, result) in node.effects.admin where humans.pending?.token == token {
            humans.pending = nil
            trace.add(now, node.slot, .administered(result))
            switch result {
            case .accepted: statistics.membershipChanges += 1
            case .transferring: statistics.transfers += 1
            case .refused(let refusal):
                statistics.adminRefusals += 1
                fingerprint.add(refusal.reason.rawValue.count)
            case .noLeader, .unknown: statistics.adminUnknown += 1
            }
        }
    }

    func forgetOperator(of life: Life) {
        if humans.pending?.life == life { humans.pending = nil }
    }

    // MARK: - What to change

    private func randomChange() -> MembershipChange? {
        let configuration = checks.committed.configuration
        let unsound = nodes.filter {
            configuration.isVoter($0.id) && ($0.phase == .lost || $0.isRotten)
        }
        if let lost = unsound.first, !faults.chance.once(in: 4) { return replacing(lost.id) }
        if !configuration.learners.isEmpty, faults.chance.once(in: 3) {
            return ofLearner(faults.chance.pick(configuration.learners))
        }
        if configuration.members.count < 6, faults.chance.once(in: 3) { return adding() }
        // As long as a voter's disk is not sound, no sound one goes.
        guard unsound.isEmpty, !configuration.voters.isEmpty else { return nil }
        let voter = faults.chance.pick(configuration.voters)
        switch faults.chance.below(3) {
        case 0: return .demote(voter)
        case 1: return .remove(voter)
        default: return replacing(voter)
        }
    }

    private func ofLearner(_ learner: NodeID) -> MembershipChange {
        faults.chance.once(in: 3) ? .remove(learner) : .promote(learner)
    }

    private func replacing(_ old: NodeID) -> MembershipChange? {
        let learners = checks.committed.configuration.learners
        if !learners.isEmpty, faults.chance.once(in: 2) {
            return .replace(old, with: faults.chance.pick(learners), address: "")
        }
        guard let new = spare() else { return .remove(old) }
        return .replace(old, with: new, address: "\(new):7000")
    }

    private func adding() -> MembershipChange? {
        spare().map { .add($0, address: "\($0):7000", asLearner: faults.chance.once(in: 3)) }
    }

    /// A machine that waits to be added: one that is there already, or a new one.
    private func spare() -> NodeID? {
        let configuration = checks.committed.configuration
        if let waiting = nodes.first(where: {
            $0.isSpare && !configuration.isMember($0.id) && !configuration.retired.contains($0.id)
                && $0.phase != .lost && !$0.isRotten
        }) {
            return waiting.id
        }
        guard nodes.count < Self.machinesMax else { return nil }
        let slot = nodes.count
        let id = NodeID(stringLiteral: "n\(slot + 1)")
        let node = SimulatedNode(
            slot: slot,
            id: id,
            clock: Self.clock(plan.clock, &faults.chance),
            chance: faults.chance.fork()
        )
        node.isSpare = true
        nodes.append(node)
        slots[id] = slot
        trace.names.append(id)
        network.addNode()
        schedule(.start(slot: slot), after: 1)
        return id
    }

    // MARK: - What may be lost

    /// Whether a node's disk may go without taking the cluster with it: in each configuration that
    /// is in force anywhere, a majority of voters stays sound.
    func mayLose(_ node: SimulatedNode) -> Bool {
        let configurations =
            [checks.committed.configuration]
            + nodes.compactMap { $0.record.issued.configurations.last?.configuration }
        let sound = nodes.filter { $0.phase != .lost && !$0.isRotten && $0.slot != node.slot }
        return configurations.allSatisfy { configuration in
            [configuration.voters, configuration.outgoing].allSatisfy { voters in
                voters.isEmpty || sound.count { voters.contains($0.id) } > voters.count / 2
            }
        }
    }

    /// Whether so many voters are lost that nothing can commit any more, which no program can mend.
    var isHopeless: Bool {
        let configuration = checks.committed.configuration
        return [configuration.voters, configuration.outgoing].contains { voters in
            let sound = nodes.count { voters.contains($0.id) && $0.phase != .lost }
            return !voters.isEmpty && sound <= voters.count / 2
        }
    }
}
