import DequeModule
package import Ledger
import Raft

/// The way of a committed entry into the ledger, and of its answer out.
extension ReplicaCore {
    /// Applies what is committed and at hand, unless the state's disk lags too far behind.
    ///
    /// In one turn only so much that the node goes on answering: who got a copy of the state may have
    /// hundreds of thousands of entries to apply after it, and is taken for dead while it does nothing else.
    mutating func applyCommitted() {
        guard !isApplyPaused, !isInstalling, !toApply.isEmpty else { return }
        do {
            try state.beginReads()
        } catch {
            halted = .state("\(error)")
            return
        }
        defer { state.endReads() }
        let before = applied
        var left = settings.applyEntriesMax
        while left > 0, let range = toApply.first, !range.entries.isEmpty, halted == nil {
            toApply.removeFirst()
            guard range.entries.count <= settings.applyEntriesMax else {
                split(range)
                continue
            }
            left -= range.entries.count
            for entry in range.entries where entry.index > applied {
                apply(entry)
                guard halted == nil else { return }
            }
        }
        guard applied > before else { return }
        stepRaft(.applied(through: applied))
        reads.applied(through: applied)
        freshness.applied(through: applied)
    }

    /// Whether there is more to apply at once, and the next turn is to come soon.
    package var hasMoreToApply: Bool {
        guard !isApplyPaused, !isInstalling, halted == nil, let range = toApply.first else {
            return false
        }
        return !range.entries.isEmpty
    }

    /// Puts a range that is too much for a turn back in pieces.
    private mutating func split(_ range: CommittedRange) {
        let starts = stride(from: 0, to: range.entries.count, by: settings.applyEntriesMax)
        for start in starts.reversed() {
            let end = min(start + settings.applyEntriesMax, range.entries.count)
            let piece = Array(range.entries[start..<end])
            guard let first = piece.first, let last = piece.last else { continue }
            toApply.prepend(
                CommittedRange(first: first.index, last: last.index, entries: piece)
            )
        }
    }

    private mutating func apply(_ entry: Entry) {
        precondition(entry.index == applied.next, "entries are applied in order, without a gap")
        let position = Position(entry.index.rawValue)
        var answer: Answer?
        var isBoundary = false
        switch entry.kind {
        case .command:
            guard let command = decodeCommand(entry) else { return }
            do {
                let outcome = try LedgerRules.apply(
                    command,
                    at: position,
                    to: &state,
                    changes: &changes
                )
                answer = outcome.answer
                isBoundary = outcome.boundary != nil
            } catch {
                halted = .state("\(error)")
                return
            }
        case .noop:
            state.header.position = position
        case .configuration:
            state.header.position = position
            do throws(CodecError) {
                let members = try Configuration(payload: entry.payload)
                configuration = LoggedConfiguration(index: entry.index, configuration: members)
            } catch {
                halted = .unreadableEntry(entry.index, "\(error)")
                return
            }
        default:
            halted = .unreadableEntry(entry.index, "kind \(entry.kind.rawValue)")
            return
        }
        applied = entry.index
        appliedTerm = entry.term
        if isBoundary {
            seal(boundary: position)
        }
        answerPending(at: entry, answer)
    }

    private mutating func decodeCommand(_ entry: Entry) -> LedgerEntry? {
        do {
            return try LedgerEntry.decode(entry.payload.span.bytes)
        } catch {
            halted = .unreadableEntry(entry.index, "\(error)")
            return nil
        }
    }

    /// Answers the request whose entry this is; one that lost its place is unknown no more: it is
    /// surely not there, but another with the same id may be, so its client asks again.
    private mutating func answerPending(at entry: Entry, _ answer: Answer?) {
        while let first = pending.first, first.position.index <= entry.index {
            pending.removeFirst()
            guard first.position == entry.position else {
                finish(first.origin, .unknown)
                continue
            }
            if let answer {
                finish(first.origin, .answered(answer))
            } else {
                finishBoundary(first.origin, at: entry.index)
            }
        }
    }

    // MARK: - Transactions

    /// How many entries were applied since the last transaction was closed.
    package var unsealedEntries: Int { sealedIndex.distance(to: applied) }

    /// Closes a transaction of the state's here, if anything was applied since the last.
    package mutating func seal() {
        guard applied > sealedIndex else { return }
        seal(boundary: nil)
    }

    private mutating func seal(boundary: Position?) {
        sealedIndex = applied
        let transaction = state.seal(
            term: appliedTerm.rawValue,
            membership: Membership.encode(configuration)
        )
        sealed.append((transaction, boundary))
    }

    /// The closed transactions, in order, with the position of the boundary that closed each.
    package mutating func takeSealed() -> [(transaction: State.Transaction, boundary: Position?)] {
        defer { sealed = [] }
        return sealed
    }

    // MARK: - Entries that memory no longer holds

    mutating func rangeToLoad() -> ClosedRange<LogIndex>? {
        guard !isLoadingToApply, !isApplyPaused, !isInstalling, let range = toApply.first,
            range.entries.isEmpty
        else { return nil }
        isLoadingToApply = true
        let first = max(range.first, applied.next)
        let last = min(range.last, first.advanced(by: settings.loadToApplyEntriesMax - 1))
        return first...last
    }

    mutating func takeLoadedToApply(_ entries: [Entry]) {
        isLoadingToApply = false
        guard !isInstalling, let range = toApply.first, range.entries.isEmpty else { return }
        guard let last = entries.last, entries.first?.index == applied.next else {
            halted = .missingEntry(applied.next)
            return
        }
        toApply.removeFirst()
        if last.index < range.last {
            toApply.prepend(
                CommittedRange(first: last.index.next, last: range.last, entries: [])
            )
        }
        toApply.prepend(
            CommittedRange(first: applied.next, last: last.index, entries: entries)
        )
    }
}
