import Raft

/// Every entry that any node ever had, with a hash of the whole log up to it.
///
/// Two logs with an entry of equal index and term must be equal up to there (the paper's log
/// matching property), so there is one hash for each (index, term), and it is enough to look at an
/// entry once, when a node appends it.
struct LogRegistry: Sendable {
    private struct Known: Sendable {
        let term: Term
        let hash: UInt64
        let entry: Entry
    }

    /// By index, less one; each with the few terms that were ever there.
    private var places: [[Known]] = []

    /// Takes note of an entry on some node.
    ///
    /// - Parameters:
    ///   - entry: What was appended.
    ///   - previous: The hash of that node's log before it.
    /// - Returns: The hash of the log with it.
    /// - Throws: `Violation` if another log has the same place with another past.
    mutating func note(_ entry: Entry, after previous: UInt64) throws(Violation) -> UInt64 {
        var hash = RunningHash(previous)
        hash.add(entry.term.rawValue)
        hash.add(UInt64(entry.kind.rawValue))
        hash.add(entry.payload)
        let place = Int(entry.index.rawValue) - 1
        while places.count <= place { places.append([]) }
        if let known = places[place].first(where: { $0.term == entry.term }) {
            guard known.hash == hash.value else {
                throw Violation(.logsMatch, "two different logs end with \(entry.position)")
            }
            return known.hash
        }
        places[place].append(Known(term: entry.term, hash: hash.value, entry: entry))
        return hash.value
    }

    /// The entry at an index that ends a log with this hash.
    func entry(at index: LogIndex, hash: UInt64) -> Entry? {
        let place = Int(index.rawValue) - 1
        guard places.indices.contains(place) else { return nil }
        return places[place].first { $0.hash == hash }?.entry
    }
}
