import Raft

/// The terms of a whole log in a few words: where it begins, where it ends, where the term rises.
///
/// Invariant: the runs rise in index and term, lie in `base.index + 1 ... last`, and cover it,
/// except while recovery reads a log whose oldest segments are gone.
struct LogTerms: Hashable, Sendable {
    /// The position after which the log begins.
    private(set) var base: LogPosition
    /// The index of the last entry, `base.index` if there is none.
    private(set) var last: LogIndex
    /// Where each term begins.
    private(set) var runs: [TermRun] = []

    /// An empty log that begins after `base`.
    init(base: LogPosition) {
        self.base = base
        last = base.index
    }

    /// What is known of a log from the header of a segment: its ends, and nothing between.
    init(base: LogPosition, last: LogPosition) {
        self.base = base
        self.last = last.index
        if last.index > base.index { runs = [TermRun(first: last.index, term: last.term)] }
    }

    /// The term of an entry, or of the base; `nil` outside the log.
    func term(at index: LogIndex) -> Term? {
        guard index != base.index else { return base.term }
        guard index > base.index, index <= last else { return nil }
        let following = runs.firstPosition { $0.first > index }
        return following > 0 ? runs[following - 1].term : nil
    }

    /// The term of the last entry; `nil` only while recovery does not know it yet.
    var lastTerm: Term? { term(at: last) }

    /// Takes note of the next entry.
    mutating func append(_ term: Term) {
        last = last.next
        if let run = runs.last, run.term == term { return }
        runs.append(TermRun(first: last, term: term))
    }

    /// Drops all entries from `index` on.
    mutating func truncate(from index: LogIndex) {
        guard index <= last else { return }
        last = index.previous
        while let run = runs.last, run.first > last { runs.removeLast() }
    }

    /// Lets the log begin after `position`, which it holds, or held before recovery.
    mutating func compact(to position: LogPosition) {
        base = position
        let following = runs.firstPosition { $0.first > position.index.next }
        if following > 0 {
            runs.removeFirst(following - 1)
            runs[0].first = position.index.next
            if position.index == last { runs = [] }
        }
    }

    /// Lets an empty log begin after `position`.
    mutating func reset(to position: LogPosition) { self = Self(base: position) }
}

extension Array {
    /// The first position whose element satisfies a condition that all later ones satisfy too.
    func firstPosition(where isLate: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isLate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
