/// Changes of members: joint consensus is the one mechanism (thesis, chapter 4).
///
///     add       learner, joining ─▶ caught up ─▶ joint ─▶ committed ─▶ left
///     replace   learner, joining ─▶ caught up ─▶ joint, the old one outgoing ─▶ committed ─▶ left
///     remove, demote, promote of who is caught up                joint ─▶ committed ─▶ left
///
/// Each arrow is one entry, and each waits for the one before it to commit (rule 8). What is to follow
/// is in the configuration itself, so whoever leads carries on.
extension RaftCore {
    mutating func changeMembership(
        _ request: MembershipRequest,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        let result: MembershipResult
        if let refusal = refusal(of: request) {
            result = .refused(refusal)
        } else {
            switch plan(request.change) {
            case .success(let configuration):
                result = .accepted(try append(configuration, &effects))
            case .failure(let refusal):
                result = .refused(refusal.reason)
            }
        }
        effects.membershipOutcomes.append(
            MembershipOutcome(token: request.token, result: result)
        )
    }

    private func refusal(of request: MembershipRequest) -> MembershipRefusal? {
        guard role == .leader else { return .notLeader(hint: leader) }
        if let transfer { return .transferring(to: transfer.target) }
        guard commitIndex >= termStartIndex || settings.has(.changesMembersTooEarly) else {
            return .termNotOpen
        }
        let active = log.activeConfiguration
        if let expected = request.expecting, expected != active.index {
            return .configurationMoved(to: active.index)
        }
        guard isConfigurationSettled else { return .changeInProgress(active.index) }
        // Whoever is joining can be called back; everything else waits for it.
        guard let joining = active.configuration.joining, request.change != .remove(joining.node)
        else { return nil }
        return .changeInProgress(active.index)
    }

    /// Whether the last configuration is committed and not joint, and this term has begun (rule 8).
    private var isConfigurationSettled: Bool {
        if settings.has(.changesMembersTooEarly) { return true }
        let active = log.activeConfiguration
        return active.index <= commitIndex && !active.configuration.isJoint
            && commitIndex >= termStartIndex
    }

    /// Appends a configuration, which is active from here on (rule 9).
    @discardableResult
    private mutating func append(
        _ configuration: Configuration,
        _ effects: inout Effects
    ) throws(FatalViolation) -> LogPosition {
        let entry = Entry(
            term: term,
            index: log.lastIndex.next,
            kind: .configuration,
            payload: configuration.encoded
        )
        try log.append(entry)
        configurationChanged(&effects)
        return entry.position
    }

    // MARK: - What follows by itself

    /// Leaves a joint configuration that has committed, promotes who has caught up, and hands over
    /// if this leader has no vote any more.
    mutating func settleMembership(_ effects: inout Effects) throws(FatalViolation) {
        let active = log.activeConfiguration
        guard active.index <= commitIndex, commitIndex >= termStartIndex else { return }
        if active.configuration.isJoint {
            guard transfer == nil, let left = try? active.configuration.leaving() else { return }
            try append(left, &effects)
            return
        }
        if !isOwnVoter {
            handOver(&effects)
            return
        }
        guard transfer == nil, let joining = active.configuration.joining else { return }
        try promoteIfCaughtUp(joining, in: active.configuration, &effects)
    }

    /// A leader without a vote leads until that has committed, then hands over (rule 10).
    private mutating func handOver(_ effects: inout Effects) {
        if transfer == nil { startTransfer(to: nil, reporting: false, &effects) }
        guard transfer == nil || transfer?.isOffered == true else { return }
        stepDown(.removed, &effects)
    }

    private mutating func promoteIfCaughtUp(
        _ joining: Joining,
        in configuration: Configuration,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        guard let place = place(of: joining.node) else { return }
        if catchUp?.node != joining.node {
            catchUp = CatchUp(node: joining.node, target: log.lastIndex, now: now)
        }
        guard var current = catchUp, peers[place].match >= current.target,
            peers[place].hasApplied(current.target, limits)
        else { return }
        let isQuick = current.startedAt.distance(to: now) < settings.electionTicks
        if isQuick, let promoted = try? configuration.entering(joining.edits),
            quorumAtRisk(in: promoted.voters) == nil
        {
            catchUp = nil
            try append(promoted, &effects)
            return
        }
        guard !isQuick else { return }
        guard current.round < limits.catchUpRoundsMax else {
            try giveUp(joining.node, .tooSlow, &effects)
            return
        }
        current.round += 1
        current.target = log.lastIndex
        current.startedAt = now
        catchUp = current
    }

    /// A learner that is silent is given up soon, one that lives late.
    ///
    /// To take a copy of the state, to verify one, to exchange it and to apply what follows are long
    /// steps, and a busy machine makes them longer; of some of them nothing is heard but that the peer
    /// lives.
    mutating func watchCatchUp(_ effects: inout Effects) {
        guard let current = catchUp, let place = place(of: current.node) else { return }
        let heardAt = max(peers[place].heardAt, current.lastProgressAt)
        let isSilent = heardAt.distance(to: now) >= 10 * settings.electionTicks
        let patience = peers[place].mode == .snapshot ? 1_000 : 100
        let isStuck =
            current.lastProgressAt.distance(to: now) >= patience * settings.electionTicks
        guard isSilent || isStuck else { return }
        catchUp?.isLost = true
        mustRecount = true
    }

    /// Ends the wait for a learner that makes no progress, once that may be written.
    mutating func giveUpIfLost(_ effects: inout Effects) throws(FatalViolation) {
        guard let current = catchUp, current.isLost, isConfigurationSettled, transfer == nil
        else { return }
        try giveUp(current.node, .noProgress, &effects)
    }

    private mutating func giveUp(
        _ node: NodeID,
        _ reason: GiveUpReason,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        catchUp = nil
        var configuration = log.activeConfiguration.configuration
        guard configuration.joining?.node == node else { return }
        configuration.joining = nil
        effects.events.append(.membershipGaveUp(node, reason))
        try append(configuration, &effects)
    }

    /// How many of these voters live, if that is too few; the leader itself lives.
    func quorumAtRisk(in voters: [NodeID]) -> MembershipRefusal? {
        let live = voters.count { voter in
            voter == id
                || place(of: voter).map {
                    peers[$0].heardAt.distance(to: now) < settings.electionTicks
                } ?? false
        }
        return live > voters.count / 2 ? nil : .quorumAtRisk(live: live, of: voters.count)
    }
}

extension Joining {
    /// The one step that gives the learner its vote, and takes the other one's.
    var edits: [ConfigurationEdit] {
        [ConfigurationEdit(.voter, node)]
            + (replacing.map { [ConfigurationEdit(.remove, $0)] } ?? [])
    }
}

/// A learner's way to its promotion (thesis, section 4.2.1).
///
/// It goes in rounds, each of which ends where the log ended when it began. One that takes less than an election timeout shows that the learner keeps up.
struct CatchUp: Sendable {
    let node: NodeID
    var target: LogIndex
    var round = 1
    var startedAt: Tick
    var lastProgressAt: Tick
    var isLost = false

    init(node: NodeID, target: LogIndex, now: Tick) {
        self.node = node
        self.target = target
        startedAt = now
        lastProgressAt = now
    }
}
