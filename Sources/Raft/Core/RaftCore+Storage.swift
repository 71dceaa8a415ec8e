/// What depends on the disk: promises that wait for it, and a disk that does not answer.
extension RaftCore {
    /// The ticket of the write that the next flush will issue.
    var nextTicket: Ticket { storage.lastIssued.next }

    /// Sends a message that relies on the hard state, and on the log up to an index, when both are
    /// durable: at once if they are (rule 1).
    mutating func sendDurably(
        _ envelope: Envelope,
        logThrough index: LogIndex = 0,
        _ effects: inout Effects
    ) {
        if storage.isDone(hardStateTicket), index <= storage.durableIndex {
            effects.send.append(envelope)
            return
        }
        let isStaged = staged.hasHardState || index >= staged.from
        let ticket = isStaged ? nextTicket : storage.lastIssued
        effects.sendAfter.append(DeferredEnvelope(ticket: ticket, envelope: envelope))
    }

    mutating func storageDone(
        _ ticket: Ticket,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        try storage.complete(ticket)
        mustRecount = true
        if let own = ownVoteTicket, storage.isDone(own), role == .candidate {
            ownVoteTicket = nil
            try count(Ballot(voter: id, isGranted: true), &effects)
        }
    }

    /// Notices a disk that has not finished a write for an election timeout (rule 18).
    ///
    /// Ticks never wait for the disk, so such a leader could go on sending heartbeats for ever while
    /// it can neither acknowledge nor apply. It leaves the place to others, and keeps out of the next
    /// elections, which it would win only to be stuck again.
    mutating func watchStorage(_ effects: inout Effects) {
        let isStalled = oldestWriteAgeTicks >= settings.electionTicks
        if isStalled != isStorageStalled {
            isStorageStalled = isStalled
            effects.events.append(.storageStalled(isStalled))
        }
        guard isStalled else { return }
        holdOffUntil = now.advanced(by: 2 * settings.electionTicks)
        if role == .leader { stepDown(.storageStalled, &effects) }
    }

    var oldestWriteAgeTicks: Int { storage.oldestIssuedAt?.distance(to: now) ?? 0 }
}
