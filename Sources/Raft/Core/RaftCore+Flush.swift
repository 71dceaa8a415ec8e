extension RaftCore {
    /// Completes what the inputs since the last flush lead to: commits, one write, the appends, the
    /// acknowledgement, and what may be applied.
    ///
    /// - Parameter effects: Appended to.
    public mutating func flush(into effects: inout Effects) {
        guard halted == nil else { return }
        do {
            try settle(&effects)
        } catch {
            halt(error, &effects)
        }
    }

    private mutating func settle(_ effects: inout Effects) throws(FatalViolation) {
        if role == .leader, mustRecount {
            mustRecount = false
            recountCommit()
        }
        if role == .leader {
            try giveUpIfLost(&effects)
            try settleMembership(&effects)
        }
        if role == .leader { settleReads(&effects) }
        var slices = Slices()
        issueWrite(&slices, &effects)
        if role == .leader {
            for place in peers.indices { replicate(to: place, &slices, &effects) }
        }
        acknowledge(&effects)
        handOut(&effects)
        log.trimWindow(through: min(appliedIndex, storage.durableIndex), limits: limits)
    }

    /// Steps some inputs and flushes once: what a driver does with everything that has gathered.
    ///
    /// - Parameters:
    ///   - inputs: What happened, in order.
    ///   - effects: Appended to.
    /// - Throws: `FatalViolation` if the node must stop.
    @inlinable
    public mutating func run(
        _ inputs: some Sequence<Input>,
        into effects: inout Effects
    ) throws(FatalViolation) {
        for input in inputs { try step(input, into: &effects) }
        flush(into: &effects)
    }

    /// Commits what a quorum holds durably, if it is of this term (rules 5 and 6).
    ///
    /// The figure 8 of the paper shows why the term matters: an entry of an older term may be on a
    /// majority and still be overwritten. It commits with the first entry of this term above it.
    private mutating func recountCommit() {
        let own =
            settings.has(.countsOwnUndurableEntries) ? log.lastIndex : storage.durableIndex
        guard let held = quorum(own: own, of: { $0.match }),
            held > commitIndex,
            log.term(at: held) == term || settings.has(.commitsOldTermByCounting)
        else { return }
        advanceCommit(to: held)
    }

    private mutating func issueWrite(_ slices: inout Slices, _ effects: inout Effects) {
        let last = log.lastIndex
        guard
            staged.hasHardState || staged.truncateFrom != nil || staged.install != nil
                || staged.from <= last
        else { return }
        let entries = slices.entries(from: staged.from, through: last, of: log.window)
        effects.persist.append(
            PersistBatch(
                ticket: storage.issue(through: last, at: now),
                install: staged.install,
                hardState: staged.hasHardState ? hardState : nil,
                truncateFrom: staged.truncateFrom,
                entries: entries
            )
        )
        staged = Staged(from: last.next)
    }

    private mutating func acknowledge(_ effects: inout Effects) {
        guard let ack = pendingAck else { return }
        pendingAck = nil
        let message = Message.appendReply(
            .accepted(match: ack.match, room: UInt64(room), applied: appliedIndex)
        )
        if settings.has(.acknowledgesBeforeDurable) {
            reply(message, to: ack.to, &effects)
            return
        }
        sendDurably(
            Envelope(from: id, to: ack.to, term: term, message: message),
            logThrough: ack.match,
            &effects
        )
    }

    /// Hands out what is committed *and* durable here: the state machine must never be ahead of this
    /// node's own log, or a crash would leave a position that the log cannot explain.
    private mutating func handOut(_ effects: inout Effects) {
        let through = min(commitIndex, storage.durableIndex)
        guard through > handedOutIndex else { return }
        var first = handedOutIndex.next
        if first < log.window.first {
            let last = min(through, log.window.first.previous)
            effects.apply.append(CommittedRange(first: first, last: last, entries: []))
            first = last.next
        }
        if first <= through {
            let entries = log.window.entries(from: first, through: through)
            effects.apply.append(CommittedRange(first: first, last: through, entries: entries))
        }
        handedOutIndex = through
    }
}
