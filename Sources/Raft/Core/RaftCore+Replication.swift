/// Sending the log to peers: in a pipeline, in batches, within limits.
extension RaftCore {
    /// Entries already copied out of the window in this flush: peers that stand at the same place
    /// share one array, and the leader's own write shares it too.
    struct Slices {
        private var made: [[Entry]] = []

        mutating func entries(
            from low: LogIndex,
            through high: LogIndex,
            of window: LogWindow
        ) -> [Entry] {
            for slice in made where slice[0].index == low && slice[slice.count - 1].index == high {
                return slice
            }
            let slice = window.entries(from: low, through: high)
            if !slice.isEmpty { made.append(slice) }
            return slice
        }
    }

    mutating func replicate(to place: Int, _ slices: inout Slices, _ effects: inout Effects) {
        let mode = peers[place].mode
        let sentBefore = effects.send.count
        switch mode {
        case .probe: sendProbe(to: place, &slices, &effects)
        case .replicate: sendPipeline(to: place, &slices, &effects)
        case .snapshot: offerSnapshotAgain(to: place, &effects)
        }
        reportMode(of: place, was: mode, &effects)
        if effects.send.count == sentBefore { noticeCommit(to: place, &effects) }
    }

    private mutating func sendProbe(
        to place: Int,
        _ slices: inout Slices,
        _ effects: inout Effects
    ) {
        let peer = peers[place]
        guard !peer.isPaused, peer.next <= log.lastIndex || peer.match.next < peer.next else {
            return
        }
        guard let previous = position(before: peer.next) else {
            offerSnapshot(to: place, &effects)
            return
        }
        // Where the logs agree is asked without entries if those would have to be read from disk, or
        // if the peer has no room for them.
        let isHeld = peer.next >= log.window.first && peer.next <= log.lastIndex && peer.room > 0
        let last = isHeld ? lastFitting(from: peer.next) : previous.index
        send(
            slices.entries(from: peer.next, through: last, of: log.window),
            after: previous,
            to: place,
            &effects
        )
    }

    private mutating func sendPipeline(
        to place: Int,
        _ slices: inout Slices,
        _ effects: inout Effects
    ) {
        while peers[place].next <= log.lastIndex, !peers[place].isFull(limits) {
            let next = peers[place].next
            guard let previous = position(before: next) else {
                offerSnapshot(to: place, &effects)
                return
            }
            guard next >= log.window.first else {
                load(for: place, &effects)
                return
            }
            let last = peers[place].room > 0 ? lastFitting(from: next) : next
            send(
                slices.entries(from: next, through: last, of: log.window),
                after: previous,
                to: place,
                &effects
            )
        }
        guard peers[place].needsAppend else { return }
        // What is on its way may be lost, and by now be gone from the log too.
        guard let previous = position(before: peers[place].next) else {
            offerSnapshot(to: place, &effects)
            return
        }
        send([], after: previous, to: place, &effects)
    }

    private func lastFitting(from index: LogIndex) -> LogIndex {
        log.window.lastFitting(
            from: index,
            entriesMax: limits.appendEntriesMax,
            bytesMax: limits.appendBytesMax
        )
    }

    /// The position before an index; nil if the log no longer reaches that far back.
    private func position(before index: LogIndex) -> LogPosition? {
        log.term(at: index.previous).map { LogPosition(index: index.previous, term: $0) }
    }

    private mutating func send(
        _ entries: [Entry],
        after previous: LogPosition,
        to place: Int,
        _ effects: inout Effects
    ) {
        let append = Append(previous: previous, commit: commitIndex, entries: entries)
        effects.send.append(
            Envelope(from: id, to: peers[place].id, term: term, message: .append(append))
        )
        let last = entries.last?.index ?? previous.index
        peers[place].toldCommit = max(peers[place].toldCommit, min(commitIndex, last))
        peers[place].sent(through: last, byteCount: payloadBytes(of: entries))
    }

    private func payloadBytes(of entries: [Entry]) -> Int {
        guard let first = entries.first, let last = entries.last else { return 0 }
        guard first.index >= log.window.first else {
            return entries.reduce(0) { $0 + $1.payload.count }
        }
        return log.window.byteCount(from: first.index, through: last.index)
    }

    /// Tells an idle peer of a commit, so that reads there are fresh.
    ///
    /// Where appends are on their way their answers lead to a next message, which will tell it for
    /// nothing.
    private mutating func noticeCommit(to place: Int, _ effects: inout Effects) {
        let peer = peers[place]
        guard peer.inFlight.isEmpty, min(peer.match, commitIndex) > peer.toldCommit else { return }
        sendHeartbeat(to: place, 0, &effects)
    }

    private mutating func load(for place: Int, _ effects: inout Effects) {
        guard peers[place].loadingFrom == nil else { return }
        let from = peers[place].next
        peers[place].loadingFrom = from
        let entriesMax = peers[place].room > 0 ? limits.appendEntriesMax : 1
        let through = min(log.window.first.previous, from.advanced(by: entriesMax - 1))
        effects.load.append(
            LoadRequest(
                peer: peers[place].id,
                from: from,
                through: through,
                payloadBytesMax: limits.appendBytesMax
            )
        )
    }

    /// Sends what the driver read from the log store, if it is still what the peer waits for.
    mutating func entriesLoaded(
        _ loaded: LoadedEntries,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        guard role == .leader, let place = place(of: loaded.peer),
            peers[place].loadingFrom == loaded.from
        else { return }
        peers[place].loadingFrom = nil
        // A late acknowledgement may have overtaken the reading: the next flush asks for what follows.
        guard peers[place].next == loaded.from else { return }
        guard let last = loaded.entries.last, let previous = position(before: loaded.from) else {
            offerSnapshot(to: place, &effects)
            return
        }
        guard loaded.entries[0].index == loaded.from,
            loaded.from.distance(to: last.index) == loaded.entries.count - 1,
            log.term(at: last.index) == last.term,
            log.term(at: loaded.from) == loaded.entries[0].term
        else { throw .driverContract(.loadedForeignEntries(loaded.from)) }
        send(loaded.entries, after: previous, to: place, &effects)
    }
}
