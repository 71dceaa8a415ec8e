/// Handing leadership over on purpose (thesis, section 3.10; rule 16).
extension RaftCore {
    mutating func startTransfer(
        to wanted: NodeID?,
        reporting isAsked: Bool = true,
        _ effects: inout Effects
    ) {
        let outcome = beginTransfer(to: wanted)
        if isAsked { effects.transferOutcomes.append(outcome) }
        if case .started = outcome { offerTransferIfCaughtUp(&effects) }
    }

    private mutating func beginTransfer(to wanted: NodeID?) -> TransferOutcome {
        guard role == .leader else { return .refused(.notLeader(hint: leader)) }
        if let transfer { return .refused(.transferring(to: transfer.target)) }
        // The best target needs the least catching up; with equals, the first by name. Whose state
        // machine lags behind its log is taken only where there is nobody else.
        var candidates = peers.filter { $0.isVoter && (wanted == nil || $0.id == wanted) }
        let prompt = candidates.filter { $0.hasApplied($0.match, limits) }
        if !prompt.isEmpty { candidates = prompt }
        guard let best = candidates.map(\.match).max(),
            let target = candidates.first(where: { $0.match == best })
        else { return .refused(.notAnotherVoter) }
        transfer = Transfer(target: target.id, startedAt: now)
        return .started(target: target.id)
    }

    /// Proposals have stopped, so the target catches up with a fixed end, which the order names.
    mutating func offerTransferIfCaughtUp(_ effects: inout Effects) {
        guard let current = transfer, !current.isOffered, let place = place(of: current.target),
            peers[place].match == log.lastIndex, peers[place].hasApplied(log.lastIndex, limits)
        else { return }
        transfer?.isOffered = true
        hasOfferedTransfer = true
        reply(.timeoutNow(TimeoutNow(last: log.last)), to: current.target, &effects)
        effects.events.append(.transferOffered(to: current.target))
    }

    mutating func giveUpTransferIfLate(_ effects: inout Effects) {
        guard let current = transfer,
            current.startedAt.distance(to: now) >= settings.electionTicks
        else { return }
        transfer = nil
        effects.events.append(.transferAbandoned(to: current.target))
        if !isOwnVoter, !isOwnOutgoing { stepDown(.removed, &effects) }
    }

    mutating func receive(
        _ order: TimeoutNow,
        from sender: NodeID,
        _ effects: inout Effects
    ) {
        guard role != .leader, order.last == log.last, mayCampaign else { return }
        campaign(isForced: true, &effects)
    }
}
