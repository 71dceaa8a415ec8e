/// Handing leadership over on purpose (thesis, section 3.10; rule 16).
extension RaftCore {
    mutating func startTransfer(to wanted: NodeID?, _ effects: inout Effects) {
        guard role == .leader else {
            effects.transferOutcomes.append(.refused(.notLeader(hint: leader)))
            return
        }
        if let transfer {
            effects.transferOutcomes.append(.refused(.transferring(to: transfer.target)))
            return
        }
        // The best target needs the least catching up; with equals, the first by name.
        let candidates = peers.filter { $0.isVoter && (wanted == nil || $0.id == wanted) }
        guard let best = candidates.map(\.match).max(),
            let target = candidates.first(where: { $0.match == best })
        else {
            effects.transferOutcomes.append(.refused(.notAnotherVoter))
            return
        }
        transfer = Transfer(target: target.id, startedAt: now)
        effects.transferOutcomes.append(.started(target: target.id))
        offerTransferIfCaughtUp(&effects)
    }

    /// Proposals have stopped, so the target catches up with a fixed end, which the order names.
    mutating func offerTransferIfCaughtUp(_ effects: inout Effects) {
        guard let current = transfer, !current.isOffered, let place = place(of: current.target),
            peers[place].match == log.lastIndex
        else { return }
        transfer?.isOffered = true
        reply(.timeoutNow(TimeoutNow(last: log.last)), to: current.target, &effects)
        effects.events.append(.transferOffered(to: current.target))
    }

    mutating func giveUpTransferIfLate(_ effects: inout Effects) {
        guard let current = transfer,
            current.startedAt.distance(to: now) >= settings.electionTicks
        else { return }
        transfer = nil
        effects.events.append(.transferAbandoned(to: current.target))
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
