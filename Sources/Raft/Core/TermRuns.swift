/// The term of every entry in the log, in as many words as there were leaders.
///
/// With it the core can check any position, find where two logs part, and name the position before
/// any append, without the entries themselves.
///
/// Invariant: runs rise strictly in both index and term; all lie within `snapshot.index + 1 … last`.
struct TermRuns: Sendable {
    /// The position before the log's first entry.
    private(set) var snapshot: LogPosition
    /// The last index; `snapshot.index` if the log is empty.
    private(set) var lastIndex: LogIndex
    private var runs: [TermRun] = []

    /// An empty log that begins after a position.
    init(after snapshot: LogPosition) {
        self.snapshot = snapshot
        lastIndex = snapshot.index
    }

    /// The end of the log.
    var last: LogPosition {
        LogPosition(index: lastIndex, term: runs.last?.term ?? snapshot.term)
    }

    /// The term at an index; nil before the snapshot's position and after the end.
    func term(at index: LogIndex) -> Term? {
        guard index > snapshot.index else {
            return index == snapshot.index ? snapshot.term : nil
        }
        guard index <= lastIndex else { return nil }
        // Questions are about the end of the log far more often than not.
        return runs.last { $0.first <= index }?.term
    }

    /// Extends the log by entries of one term, which must not be below the last one.
    mutating func append(_ count: Int, of term: Term) {
        precondition(term >= last.term && count > 0, "terms never fall along a log")
        if runs.last?.term != term { runs.append(TermRun(first: lastIndex.next, term: term)) }
        lastIndex = lastIndex.advanced(by: count)
    }

    /// Drops every entry from the index on.
    mutating func truncate(from index: LogIndex) {
        precondition(index > snapshot.index, "what a snapshot holds cannot be truncated")
        while let run = runs.last, run.first >= index { runs.removeLast() }
        lastIndex = min(lastIndex, index.previous)
    }

    /// Moves the log's beginning up to an index inside it.
    mutating func compact(through index: LogIndex) {
        guard index > snapshot.index, let term = term(at: index) else { return }
        snapshot = LogPosition(index: index, term: term)
        var dropped = 0
        while dropped + 1 < runs.count, runs[dropped + 1].first <= index.next { dropped += 1 }
        runs.removeFirst(dropped)
        if index == lastIndex {
            runs.removeAll()
        } else if let first = runs.first, first.first <= index {
            runs[0].first = index.next
        }
    }

    /// The last position at or before another one whose term is not above that one's.
    ///
    /// Two logs that differ at a position can agree at most up to here, so a probe may jump to it
    /// past whole terms.
    ///
    ///     leader    1 1 1 3 3 3 3       probe at 7@3
    ///     follower  1 1 1 2 2 2 2 2     answers 7@2, and the leader then knows that it can
    ///                                   only agree up to 3@1: one round trip, not four
    func lastPosition(notAbove position: LogPosition) -> LogPosition {
        var end = min(position.index, lastIndex)
        guard end > snapshot.index else { return end == snapshot.index ? snapshot : .zero }
        for run in runs.reversed() where run.first <= end {
            if run.term <= position.term { return LogPosition(index: end, term: run.term) }
            end = run.first.previous
        }
        return snapshot
    }
}
