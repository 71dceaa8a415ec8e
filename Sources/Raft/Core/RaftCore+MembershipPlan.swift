/// From what an admin wants to the configuration that is appended first.
extension RaftCore {
    struct PlanRefused: Error {
        let reason: MembershipRefusal
    }

    func plan(_ change: MembershipChange) -> Result<Configuration, PlanRefused> {
        do throws(PlanRefused) {
            let planned = try configuration(for: change)
            guard planned.voters.count <= limits.votersMax,
                planned.members.count <= limits.membersMax,
                planned.retired.count <= limits.retiredMax
            else { throw PlanRefused(reason: .tooMany) }
            return .success(planned)
        } catch {
            return .failure(error)
        }
    }

    private func configuration(
        for change: MembershipChange
    ) throws(PlanRefused) -> Configuration {
        let active = log.activeConfiguration.configuration
        switch change {
        case .add(let node, let address, let asLearner):
            guard !active.isMember(node) else { throw PlanRefused(reason: .alreadySo(node)) }
            return try welcome(
                node,
                address,
                joining: asLearner ? nil : Joining(node: node),
                in: active
            )
        case .replace(let old, let node, let address):
            guard active.voters.contains(old) else { throw PlanRefused(reason: .unknownNode(old)) }
            guard !active.voters.contains(node) else { throw PlanRefused(reason: .alreadySo(node)) }
            let joining = Joining(node: node, replacing: old)
            return active.learners.contains(node)
                ? try promote(joining, in: active)
                : try welcome(node, address, joining: joining, in: active)
        case .promote(let node):
            guard active.isMember(node) else { throw PlanRefused(reason: .unknownNode(node)) }
            guard active.learners.contains(node) else {
                throw PlanRefused(reason: .alreadySo(node))
            }
            return try promote(Joining(node: node), in: active)
        case .demote(let node):
            guard active.isMember(node) else { throw PlanRefused(reason: .unknownNode(node)) }
            guard active.voters.contains(node) else { throw PlanRefused(reason: .alreadySo(node)) }
            return try entering([ConfigurationEdit(.learner, node)], from: active)
        case .remove(let node):
            guard active.isMember(node) else { throw PlanRefused(reason: .unknownNode(node)) }
            let edits = [ConfigurationEdit(.remove, node)]
            return active.voters.contains(node)
                ? try entering(edits, from: active) : try changing(edits, in: active)
        case .exactly(let voters, let learners):
            return try exactly(voters, learners, from: active)
        }
    }

    /// A new member, always a learner first.
    private func welcome(
        _ node: NodeID,
        _ address: String,
        joining: Joining?,
        in active: Configuration
    ) throws(PlanRefused) -> Configuration {
        guard !active.retired.contains(node) else { throw PlanRefused(reason: .retired(node)) }
        var planned = try changing([ConfigurationEdit(.learner, node)], in: active)
        planned.joining = joining
        if !address.isEmpty {
            guard let found = MemberAddress(id: node, text: address) else {
                throw PlanRefused(reason: .badAddress)
            }
            planned.addresses = (planned.addresses + [found]).sorted { $0.id < $1.id }
        }
        return planned
    }

    /// At once if the learner has everything, else as soon as it has caught up.
    private func promote(
        _ joining: Joining,
        in active: Configuration
    ) throws(PlanRefused) -> Configuration {
        if let place = place(of: joining.node), peers[place].match == log.lastIndex {
            return try entering(joining.edits, from: active)
        }
        var planned = active
        planned.joining = joining
        return planned
    }

    private func exactly(
        _ voters: [NodeID],
        _ learners: [NodeID],
        from active: Configuration
    ) throws(PlanRefused) -> Configuration {
        let wanted = voters + learners
        if let gone = wanted.first(where: { active.retired.contains($0) }) {
            throw PlanRefused(reason: .retired(gone))
        }
        let edits =
            active.members.filter { !wanted.contains($0) }.map { ConfigurationEdit(.remove, $0) }
            + learners.map { ConfigurationEdit(.learner, $0) }
            + voters.map { ConfigurationEdit(.voter, $0) }
        do throws(ConfigurationError) {
            return try active.entering(edits)
        } catch {
            throw PlanRefused(reason: .lastVoter)
        }
    }

    /// A joint configuration whose incoming voters can commit.
    private func entering(
        _ edits: [ConfigurationEdit],
        from active: Configuration
    ) throws(PlanRefused) -> Configuration {
        let planned: Configuration
        do throws(ConfigurationError) {
            planned = try active.entering(edits)
        } catch {
            throw PlanRefused(reason: .lastVoter)
        }
        if let risk = quorumAtRisk(in: planned.voters) { throw PlanRefused(reason: risk) }
        return planned
    }

    private func changing(
        _ edits: [ConfigurationEdit],
        in active: Configuration
    ) throws(PlanRefused) -> Configuration {
        do throws(ConfigurationError) {
            return try active.changedSimply(edits)
        } catch {
            throw PlanRefused(reason: .lastVoter)
        }
    }
}
