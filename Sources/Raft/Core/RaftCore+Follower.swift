/// Taking the leader's entries (thesis, section 3.5).
extension RaftCore {
    mutating func receive(
        _ append: Append,
        from leader: NodeID,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        guard isWellFormed(append) else {
            effects.events.append(.messageIgnored(from: leader, .entriesOutOfOrder))
            return
        }
        let previous = append.previous
        if previous.index >= log.snapshot.index {
            guard log.term(at: previous.index) == previous.term else {
                if previous.index <= commitIndex, !settings.has(.truncatesBelowCommit) {
                    throw .truncationBelowCommit(previous.index, commit: commitIndex)
                }
                let hint = log.terms.lastPosition(notAbove: previous)
                reply(
                    .appendReply(.rejected(previous: previous.index, hint: hint)),
                    to: leader,
                    &effects
                )
                return
            }
        }
        let taken = prefixWithRoom(of: append.entries)
        try merge(taken, &effects)
        // What was verified is what this message showed to agree, not the end of the log, which may
        // be a deposed leader's (rule 7).
        let verified = taken.last?.index ?? previous.index
        if settings.has(.truncatesWithoutConflict), verified < log.lastIndex,
            verified >= commitIndex, verified >= log.snapshot.index
        {
            try truncate(from: verified.next, &effects)
        }
        let isBelieved = settings.has(.commitsBeyondVerified)
        advanceCommit(to: min(append.commit, isBelieved ? log.lastIndex : verified))
        pendingAck = (to: leader, match: max(verified, pendingAck?.match ?? 0))
    }

    mutating func receive(
        _ heartbeat: Heartbeat,
        from leader: NodeID,
        _ effects: inout Effects
    ) {
        // The leader has already limited it to what this node acknowledged in this very term.
        advanceCommit(to: min(heartbeat.commit, log.lastIndex))
        if heartbeat.sequence != 0 {
            reply(
                .heartbeatReply(
                    HeartbeatReply(sequence: heartbeat.sequence, applied: appliedIndex)
                ),
                to: leader,
                &effects
            )
        }
    }

    /// Appends what is new, after truncating at the first entry whose term truly differs.
    ///
    /// Entries already there are left alone: an append that was overtaken on its way says nothing
    /// about what follows it (rule 7).
    private mutating func merge(
        _ entries: [Entry],
        _ effects: inout Effects
    ) throws(FatalViolation) {
        var start = 0
        if let first = entries.first, first.index <= log.lastIndex {
            start = entries.count
            for (place, entry) in entries.enumerated() where entry.index >= log.snapshot.index {
                guard let known = log.term(at: entry.index) else {
                    start = place
                    break
                }
                if known != entry.term {
                    try truncate(from: entry.index, &effects)
                    start = place
                    break
                }
            }
        }
        guard start < entries.count else { return }
        let active = log.activeConfiguration.index
        for entry in entries[start...] { try log.append(entry) }
        if log.activeConfiguration.index != active { configurationChanged(&effects) }
    }

    private mutating func truncate(
        from index: LogIndex,
        _ effects: inout Effects
    ) throws(FatalViolation) {
        guard index > commitIndex || settings.has(.truncatesBelowCommit) else {
            throw .truncationBelowCommit(index, commit: commitIndex)
        }
        let active = log.activeConfiguration.index
        log.truncate(from: index)
        if !settings.has(.completionIgnoresOverwriting) { storage.truncate(from: index) }
        if index < staged.from {
            staged.from = index
            staged.truncateFrom = min(index, staged.truncateFrom ?? index)
        }
        effects.events.append(.truncated(from: index))
        if log.activeConfiguration.index != active { configurationChanged(&effects) }
    }

    mutating func configurationChanged(_ effects: inout Effects) {
        refreshMembership()
        effects.events.append(.configurationActivated(log.activeConfiguration))
    }

    /// Bytes that can be taken before what is held has become durable and applied (rule 25).
    var room: Int {
        let first = max(min(appliedIndex, storage.durableIndex).next, log.window.first)
        return max(
            cannotSettle ? 1 : 0,
            limits.unsettledBytesMax - log.window.byteCount(from: first, through: log.lastIndex)
        )
    }

    /// Whether what is held waits for more: entries of older terms commit only with one of the
    /// leader's own above them (rule 5), so that must be let in, however full it is here.
    private var cannotSettle: Bool { log.last.term < term && appliedIndex >= commitIndex }

    /// What of an append fits into memory: the leader sends the rest again once there is room.
    ///
    /// Entries that are here already cost nothing, and into an empty memory any single one goes, as
    /// it does where nothing settles without it.
    private func prefixWithRoom(of entries: [Entry]) -> [Entry] {
        guard let last = entries.last, last.index > log.lastIndex else { return entries }
        var left = room
        let takesOne = left == limits.unsettledBytesMax || cannotSettle
        for (place, entry) in entries.enumerated() where entry.index > log.lastIndex {
            left -= entry.payload.count
            if left < 0, !(takesOne && entry.index == log.lastIndex.next) {
                return Array(entries[..<place])
            }
        }
        return entries
    }

    mutating func advanceCommit(to index: LogIndex) {
        commitIndex = max(commitIndex, index)
    }

    private func isWellFormed(_ append: Append) -> Bool {
        var last = append.previous
        guard (last.index == 0) == (last.term == 0) else { return false }
        for entry in append.entries {
            guard entry.index == last.index.next, entry.term > 0, entry.term >= last.term,
                entry.term <= term
            else {
                return false
            }
            last = entry.position
        }
        return last.term <= term
    }
}
