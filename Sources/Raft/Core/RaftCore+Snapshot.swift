/// Offers of a snapshot, as far as they can be answered from the log alone.
extension RaftCore {
    /// Answers an offer of a state that this node's own log already reaches.
    ///
    /// At or below commit there is nothing to take; where the log has the very position, everything
    /// up to it is the leader's, and committed (rule 12).
    mutating func receive(
        _ offer: SnapshotOffer,
        from leader: NodeID,
        _ effects: inout Effects
    ) {
        let isHeld = log.term(at: offer.last.index) == offer.last.term
        guard offer.last.index <= commitIndex || isHeld else {
            let answer = SnapshotReply(match: commitIndex, isInstalled: false)
            reply(.snapshotReply(answer), to: leader, &effects)
            return
        }
        advanceCommit(to: offer.last.index)
        let answer = SnapshotReply(match: commitIndex, isInstalled: true)
        sendDurably(
            Envelope(from: id, to: leader, term: term, message: .snapshotReply(answer)),
            logThrough: commitIndex,
            &effects
        )
    }

    mutating func receive(
        _ reply: SnapshotReply,
        from sender: NodeID,
        _ effects: inout Effects
    ) {
        guard role == .leader, let place = place(of: sender) else { return }
        peers[place].heardAt = now
        guard reply.isInstalled else { return }
        receive(.accepted(match: reply.match), from: sender, &effects)
    }
}
