import Ledger

/// Who the agent is to the ledger, and whether both know the same chain.
extension AgentCore {
    mutating func register() {
        let command = RegisterStore(
            location: head.location,
            instance: head.instance,
            takeover: takesOver && head.epoch == 0
        )
        let request = Request(
            id: mintRequest(),
            actor: Actor(unchecked: head.location.text),
            command: .registerStore(command)
        )
        call(.register, .command(request))
    }

    mutating func registered(_ answer: Answer) throws(Rows.Failure) {
        registrationRefusal = nil
        if case .refused(let refusal) = answer.outcome { registrationRefusal = refusal }
        switch answer.outcome {
        case .store(let agent) where agent.instance == head.instance:
            head.heard = hears(answer.logTime)
            try agree(with: agent, at: answer.position)
        case .refused(.storeTaken) where head.epoch > 0: try freeze(.taken)
        case .refused(.storeFrozen): try freeze(.storeFrozen)
        default: try fail()
        }
    }

    /// Compares the two chains where the ledger's ends.
    ///
    /// ```
    /// ledger  ──●              behind: a ledger that was restored; the rest is told again
    /// agent   ──●──●──●
    /// ledger  ──●──●──●──●     ahead: this database is an old copy, or a clone
    /// ```
    private mutating func agree(
        with agent: StoreAgent,
        at position: Position
    ) throws(Rows.Failure) {
        guard agent.state == .active else { return try freeze(.storeFrozen) }
        guard agent.lastSequence <= head.sequence else { return try freeze(.oldCopy) }
        guard agent.lastSequence + 1 >= head.firstKept else { return try freeze(.ledgerLost) }
        guard let own = try link(at: agent.lastSequence) else {
            return try freeze(.ledgerLost)
        }
        guard own == agent.lastHash else { return try freeze(.forked) }
        let wentBack =
            head.isRestored || agent.lastSequence < head.acknowledged
            || agent.epoch < head.epoch
        if head.epoch == 0 { head.firstEpoch = agent.epoch }
        if agent.epoch != head.epoch || wentBack { try begin(agent, wentBack: wentBack) }
        if wentBack {
            head.acknowledged = agent.lastSequence
            head.acknowledgedHash = own
            head.acknowledgements.removeAll { $0.sequence > agent.lastSequence }
            head.isRestored = false
            try reloadOutbox()
        }
        try acknowledge(through: agent.lastSequence)
        link.sentThrough = agent.lastSequence
        link.isUp = true
        link.isCutOff = false
        cutOffSince = nil
        try beginFeed(agent, at: position)
    }

    /// The link of the own chain at a fact; nil: it isn't kept.
    private mutating func link(at sequence: UInt64) throws(Rows.Failure) -> FactHash? {
        if sequence == 0 { return .start }
        if sequence == head.sequence { return head.hash }
        if sequence == head.acknowledged { return head.acknowledgedHash }
        return try staged.fact(sequence)?.hash
    }

    /// Begins an epoch, or one again: what isn't in the ledger gets new links.
    private mutating func begin(
        _ agent: StoreAgent,
        wentBack: Bool
    ) throws(Rows.Failure) {
        staged.clear([.allotment])
        session = nil
        head.epoch = agent.epoch
        if wentBack { head.rightsUnknownThrough = head.sequence }
        try relink(after: agent.lastSequence, agent.lastHash)
    }

    /// Gives the facts after one new links in the epoch; what they say stays as it is.
    private mutating func relink(
        after sequence: UInt64,
        _ hash: FactHash
    ) throws(Rows.Failure) {
        // All of them with one commit: half of a chain in each epoch would be none.
        var previous = hash
        var next = sequence + 1
        while next <= head.sequence, var row = try staged.fact(next) {
            row.epoch = head.epoch
            row.previous = previous
            row.hash = codec.link(
                after: previous,
                epoch: head.epoch,
                sequence: next,
                row.fact
            )
            previous = row.hash
            staged.append(row)
            next += 1
        }
        head.hash = previous
    }

    private mutating func reloadOutbox() throws(Rows.Failure) {
        outbox.restart()
        var next = head.acknowledged + 1
        while next <= head.sequence, let row = try staged.fact(next) {
            outbox.add(row.fact.bytes.count)
            next += 1
        }
    }

    /// Follows the location from where the copy is, or begins a copy.
    private mutating func beginFeed(
        _ agent: StoreAgent,
        at position: Position
    ) throws(Rows.Failure) {
        if let barrier = head.rightsUnknownThrough, head.acknowledged < barrier { return }
        if let session {
            // What was copied before the wire broke is as good as ever.
            guard session.book == nil else { return }
            link.isFollowing = true
            effects.append(.follow(after: session.position))
            return
        }
        guard let copy = head.copy, !needsCopy, head.rightsUnknownThrough == nil else {
            staged.clear(Set(AgentKey.Kind.next))
            counts.copies += 1
            session = CopySession(
                base: position,
                known: agent.lastSequence,
                replacesRights: head.rightsUnknownThrough != nil
            )
            return
        }
        link.isFollowing = true
        effects.append(.follow(after: copy.position))
    }
}
