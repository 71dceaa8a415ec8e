/// Snapshots in place of entries that the log no longer has: offers, and what becomes of them.
///
///     leader    peer lacks entries ─▶ takeSnapshots … snapshotTaken ─▶ offer ──▶ … reply ─▶ probe
///     follower  offer ─▶ fetches … snapshotFetched ─▶ PersistBatch.install … storageDone ─▶ reply
///
/// The state itself travels beside the core; here it has only a position and a configuration.
extension RaftCore {
    // MARK: - The leader's part

    /// Stops sending entries to a peer and has a copy of the state taken for it.
    mutating func offerSnapshot(to place: Int, _ effects: inout Effects) {
        let mode = peers[place].mode
        peers[place].awaitSnapshot(now: now)
        reportMode(of: place, was: mode, &effects)
        effects.takeSnapshots.append(peers[place].id)
    }

    mutating func snapshotTaken(_ taken: SnapshotTaken, _ effects: inout Effects) {
        guard role == .leader, let place = place(of: taken.peer), peers[place].mode == .snapshot
        else { return }
        // A copy from before the log's beginning would leave a gap; the peer's silence, or its next
        // heartbeat, leads to another one.
        guard taken.last.index <= commitIndex, log.term(at: taken.last.index) == taken.last.term
        else { return }
        let offer = SnapshotOffer(last: taken.last, configuration: taken.configuration)
        peers[place].offer(offer, now: now)
        reply(.snapshot(offer), to: taken.peer, &effects)
    }

    mutating func snapshotProgress(of peer: NodeID) {
        guard role == .leader, let place = place(of: peer), peers[place].mode == .snapshot
        else { return }
        peers[place].advanceSnapshot(now: now)
        if catchUp?.node == peer { catchUp?.lastProgressAt = now }
    }

    /// A peer that lives but hasn't got on with what it was offered is offered it again (rule 23),
    /// or another copy if that one is of no more use.
    mutating func offerSnapshotAgain(to place: Int, _ effects: inout Effects) {
        guard peers[place].needsAppend,
            peers[place].offeredAt.distance(to: now) >= settings.electionTicks
        else { return }
        peers[place].needsAppend = false
        guard let offer = peers[place].offered,
            log.term(at: offer.last.index) == offer.last.term
        else {
            offerSnapshot(to: place, &effects)
            return
        }
        peers[place].offer(offer, now: now)
        reply(.snapshot(offer), to: peers[place].id, &effects)
    }

    mutating func receive(
        _ reply: SnapshotReply,
        from sender: NodeID,
        _ effects: inout Effects
    ) {
        guard role == .leader, let place = place(of: sender) else { return }
        peers[place].heardAt = now
        guard reply.isInstalled else {
            peers[place].withdrawOffer()
            return
        }
        let room = UInt64(clamping: peers[place].room)
        // How far its state machine is by now, its next answer to a heartbeat tells.
        receive(
            .accepted(match: reply.match, room: room, applied: peers[place].applied),
            from: sender,
            &effects
        )
        // It took what it was offered, which by now is less than where the log begins.
        if peers[place].mode == .snapshot, let offer = peers[place].offered,
            reply.match >= offer.last.index
        {
            peers[place].probe(from: peers[place].match.next)
        }
    }

    /// The log must not be compacted beyond this.
    ///
    /// A peer that lives still needs what follows it (rule 24); nil if nobody does.
    public var neededByPeers: LogIndex? {
        guard role == .leader else { return nil }
        return
            peers
            .filter { $0.heardAt.distance(to: now) < 10 * settings.electionTicks }
            .compactMap { peer in
                peer.mode == .snapshot ? peer.offered?.last.index : peer.match
            }
            .min()
    }

    // MARK: - The follower's part

    /// Answers an offer of a state that this node's own log already reaches; fetches any other.
    ///
    /// At or below commit there is nothing to take; where the log has the very position, everything
    /// up to it is the leader's, and committed (rule 12).
    mutating func receive(
        _ offer: SnapshotOffer,
        from leader: NodeID,
        _ effects: inout Effects
    ) {
        let last = offer.last
        if last.index <= commitIndex || log.term(at: last.index) == last.term {
            advanceCommit(to: last.index)
            answerInstalled(&effects, to: leader)
            return
        }
        guard !isInstalling else { return }
        guard last.term <= term, last.term > 0 else {
            effects.events.append(.messageIgnored(from: leader, .entriesOutOfOrder))
            return
        }
        // What is half here is worth more than what is a little newer, until it is given up.
        if let fetching, fetching.leader == leader, fetching.last.index < last.index,
            fetching.term == term
        {
            effects.fetches.append(fetching.request)
            return
        }
        let fetch = Fetching(
            leader: leader,
            last: last,
            configuration: offer.configuration,
            term: term
        )
        fetching = fetch
        effects.fetches.append(fetch.request)
    }

    mutating func snapshotFetched(_ position: LogPosition, _ effects: inout Effects) {
        guard let fetch = fetching, fetch.last == position else { return }
        fetching = nil
        guard position.index > commitIndex else {
            if let leader { answerInstalled(&effects, to: leader) }
            return
        }
        install(fetch, &effects)
    }

    mutating func snapshotFetchFailed(_ position: LogPosition, _ effects: inout Effects) {
        guard let fetch = fetching, fetch.last == position else { return }
        fetching = nil
        let answer = SnapshotReply(match: commitIndex, isInstalled: false)
        reply(.snapshotReply(answer), to: fetch.leader, &effects)
    }

    /// Lets the log begin after the snapshot; the exchange itself is the next write's first part.
    private mutating func install(_ fetch: Fetching, _ effects: inout Effects) {
        let position = fetch.last
        let active = log.activeConfiguration
        let keepsSuffix =
            log.term(at: position.index) == position.term
            || (settings.has(.keepsConflictingSuffix) && log.lastIndex >= position.index)
        let configuration =
            settings.has(.keepsConfigurationAfterSnapshot) ? active : fetch.configuration
        log.install(position, configuration, keepsSuffix: keepsSuffix)
        if !keepsSuffix {
            storage.forgetEntries()
            pendingAck = nil
            staged.truncateFrom = nil
            staged.from = position.index.next
        }
        staged.from = max(staged.from, position.index.next)
        staged.install = SnapshotInstall(
            last: position,
            configuration: fetch.configuration,
            keepsSuffix: keepsSuffix
        )
        installTicket = nextTicket
        commitIndex = position.index
        handedOutIndex = position.index
        appliedIndex = position.index
        effects.events.append(.snapshotInstalling(position))
        if log.activeConfiguration != active { configurationChanged(&effects) }
        let answer = SnapshotReply(match: position.index, isInstalled: true)
        if let leader {
            effects.sendAfter.append(
                DeferredEnvelope(
                    ticket: nextTicket,
                    envelope: Envelope(
                        from: id,
                        to: leader,
                        term: term,
                        message: .snapshotReply(answer)
                    )
                )
            )
        }
    }

    private mutating func answerInstalled(_ effects: inout Effects, to leader: NodeID) {
        let answer = SnapshotReply(match: commitIndex, isInstalled: true)
        sendDurably(
            Envelope(from: id, to: leader, term: term, message: .snapshotReply(answer)),
            logThrough: commitIndex,
            &effects
        )
    }

    /// Whether the exchange for a snapshot is on its way to the disk.
    var isInstalling: Bool { installTicket.map { !storage.isDone($0) } ?? false }
}

/// A state that is being brought here.
struct Fetching: Sendable {
    let leader: NodeID
    let last: LogPosition
    let configuration: LoggedConfiguration
    /// The term in which it was offered.
    let term: Term

    var request: SnapshotFetch {
        SnapshotFetch(leader: leader, last: last, configuration: configuration)
    }
}
