extension RaftCore {
    /// Takes one input.
    ///
    /// What it leads to is complete in `effects` only after `flush`.
    ///
    /// - Parameters:
    ///   - input: What happened.
    ///   - effects: Appended to.
    /// - Throws: `FatalViolation` if the node must stop; it is in `effects.halt` too.
    public mutating func step(
        _ input: Input,
        into effects: inout Effects
    ) throws(FatalViolation) {
        if let halted { throw halted }
        do {
            try take(input, &effects)
        } catch {
            halt(error, &effects)
            throw error
        }
    }

    private mutating func take(
        _ input: Input,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        switch input {
        case .tick:
            tick(&effects)
        case .received(let envelope):
            try receive(envelope, &effects)
        case .propose(let proposal):
            propose(proposal, &effects)
        case .read(let token):
            read(token, &effects)
        case .transferLeadership(let target):
            startTransfer(to: target, &effects)
        case .changeMembership(let request):
            try changeMembership(request, &effects)
        case .snapshotTaken(let taken):
            snapshotTaken(taken, &effects)
        case .snapshotProgress(let peer):
            snapshotProgress(of: peer)
        case .snapshotFetched(let position):
            snapshotFetched(position, &effects)
        case .snapshotFetchFailed(let position):
            snapshotFetchFailed(position, &effects)
        case .storageDone(let ticket):
            try storageDone(ticket, &effects)
        case .storageFailed(let ticket):
            throw .storageFailed(ticket)
        case .entriesLoaded(let loaded):
            try entriesLoaded(loaded, &effects)
        case .applied(let index):
            try applied(through: index)
        case .compacted(let index):
            try compacted(through: index)
        case .peerUnreachable(let id):
            peerUnreachable(id, &effects)
        case .manual(let step):
            takeManually(step, &effects)
        }
    }

    private mutating func tick(_ effects: inout Effects) {
        now = now.next
        watchStorage(&effects)
        if role == .leader {
            tickAsLeader(&effects)
        } else {
            electionElapsedTicks += 1
            if electionElapsedTicks >= electionDeadlineTicks { electionTimerFired(&effects) }
        }
    }

    private mutating func applied(through index: LogIndex) throws(FatalViolation) {
        guard index <= handedOutIndex else { throw .driverContract(.appliedTooMuch(index)) }
        guard index > appliedIndex else { return }
        appliedIndex = index
        let active = log.activeConfiguration.index
        log.settleConfigurations(through: index)
        if settings.has(.activatesConfigurationOnApply),
            log.activeConfiguration.index != active
        {
            refreshMembership()
        }
    }

    private mutating func compacted(through index: LogIndex) throws(FatalViolation) {
        guard index <= appliedIndex else { throw .driverContract(.compactedTooMuch(index)) }
        log.compact(through: index)
    }

    private mutating func takeManually(_ step: ManualStep, _ effects: inout Effects) {
        guard role != .leader else { return }
        switch step {
        case .electionTimeout: electionTimerFired(&effects)
        case .campaign: if mayCampaign { campaign(isForced: true, &effects) }
        case .leaderContactLapsed: leaderHeardAt = nil
        }
    }

    /// Stops for good: nothing that relies on this node's disk may leave any more (rule 17).
    mutating func halt(_ violation: FatalViolation, _ effects: inout Effects) {
        halted = violation
        if role == .leader { loseLeadership(.halted, &effects) }
        role = .follower
        leader = nil
        pendingAck = nil
        effects.persist.removeAll(keepingCapacity: true)
        effects.send.removeAll(keepingCapacity: true)
        effects.sendAfter.removeAll(keepingCapacity: true)
        effects.halt = violation
    }
}
