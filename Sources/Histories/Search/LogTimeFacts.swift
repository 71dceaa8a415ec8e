import Ledger

/// What the log times in answers say about when holds expire.
///
/// A hold with expiry E ends with the first entry whose log time is E or later. Log time rises from
/// entry to entry, and entries that no client sees (ticks) have log times of their own, so:
/// an operation with log time L sees the hold if L < E; it sees the hold gone if L ≥ E; and reads,
/// which have no log time, may see it gone as soon as nothing speaks against it.
///
/// One entry expires a bounded number of holds. Where more may have been due at once, operations may
/// still see some that are due; `isCertain` is false for them until the rest must be through.
struct LogTimeFacts: Sendable {
    /// Known log times after whose entry nothing that was due is left, in order.
    private var clear: [LogTime] = []
    /// By when a request or refusal began, in order: the least log time of all that began then or later.
    private var begins: [(begin: HistoryInstant, least: LogTime)] = []
    /// By when it ended, in order: the greatest log time of all that had ended by then.
    private var ends: [(end: HistoryInstant, greatest: LogTime)] = []
    /// No entry has a greater one; nil when nothing is known.
    let latest: LogTime?

    init(_ evidence: Evidence, latest: LogTime?) {
        self.latest = latest
        var entries = evidence.requests.compactMap { request -> Entry? in
            guard let answer = request.answer, let end = request.end else { return nil }
            return Entry(logTime: answer.logTime, begin: request.begin, end: end)
        }
        entries += evidence.reuses.map {
            Entry(logTime: $0.answer.logTime, begin: $0.begin, end: $0.end)
        }
        for entry in entries.sorted(by: { $0.begin > $1.begin }) {
            begins.append((entry.begin, min(begins.last?.least ?? entry.logTime, entry.logTime)))
        }
        begins.reverse()
        for entry in entries.sorted(by: { $0.end < $1.end }) {
            ends.append((entry.end, max(ends.last?.greatest ?? entry.logTime, entry.logTime)))
        }
        findClear(entries.map(\.logTime).sorted(), evidence)
    }

    private struct Entry {
        let logTime: LogTime
        let begin: HistoryInstant
        let end: HistoryInstant
    }

    private mutating func findClear(_ logTimes: [LogTime], _ evidence: Evidence) {
        var due: [LogTime] = []
        var unknown = 0
        for request in evidence.requests {
            switch (request.command, request.answer?.outcome) {
            case (.reserve, .reservation(let held)), (.extend, .reservation(let held)):
                due.append(held.expireTime)
            case (.reserve, nil), (.extend, nil): unknown += 1
            default: break
            }
        }
        due.sort()
        var next = 0
        var backlog = 0
        for logTime in logTimes {
            let before = next
            while next < due.count, due[next] <= logTime { next += 1 }
            let waiting = backlog + next - before
            if waiting + unknown <= LedgerLimits.expiriesPerEntryMax { clear.append(logTime) }
            backlog = max(0, waiting - LedgerLimits.expiriesPerEntryMax)
        }
    }

    /// Whether all holds that are due at a known log time have certainly expired with its entry.
    func isClear(_ logTime: LogTime) -> Bool { isCertain(logTime, by: logTime) }

    /// Whether a hold that expires at `expiry` has certainly expired by an entry of log time `logTime`.
    func isCertain(_ expiry: LogTime, by logTime: LogTime) -> Bool {
        guard expiry <= logTime else { return false }
        let index = clear.partitionPoint { $0 >= expiry }
        return index < clear.count && clear[index] <= logTime
    }

    /// The greatest log time that an entry can have that took effect by `instant`; nil without a bound.
    func greatest(by instant: HistoryInstant) -> LogTime? {
        let index = begins.partitionPoint { $0.begin > instant }
        guard index < begins.count else { return latest }
        return latest.map { min($0, begins[index].least) } ?? begins[index].least
    }

    /// A log time that an entry has passed that takes effect at `instant` or later.
    func least(from instant: HistoryInstant) -> LogTime {
        let index = ends.partitionPoint { $0.end >= instant }
        return index == 0 ? LogTime(microseconds: 0) : ends[index - 1].greatest
    }
}

extension Array {
    /// The index of the first element for which it is true, in an array where it stays true after that.
    func partitionPoint(where isBeyond: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
