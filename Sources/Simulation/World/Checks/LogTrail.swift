import Raft

/// A log as hashes: one for each index, of everything up to there.
struct LogTrail: Sendable, Equatable {
    /// The hash of an empty log.
    static let origin: UInt64 = 0x1234_5678_9ABC_DEF0

    private var hashes: [UInt64] = []
    /// The term of each entry.
    private var terms: [Term] = []

    var lastIndex: LogIndex { LogIndex(UInt64(hashes.count)) }
    var lastTerm: Term { terms.last ?? 0 }
    var lastHash: UInt64 { hashes.last ?? Self.origin }

    /// The hash of the log up to an index; nil beyond its end.
    func hash(at index: LogIndex) -> UInt64? {
        guard index > 0 else { return Self.origin }
        return index <= lastIndex ? hashes[Int(index.rawValue) - 1] : nil
    }

    func term(at index: LogIndex) -> Term? {
        guard index > 0 else { return 0 }
        return index <= lastIndex ? terms[Int(index.rawValue) - 1] : nil
    }

    mutating func append(_ hash: UInt64, term: Term) {
        hashes.append(hash)
        terms.append(term)
    }

    mutating func truncate(from index: LogIndex) {
        let kept = Int(index.rawValue) - 1
        guard kept < hashes.count else { return }
        hashes.removeSubrange(kept...)
        terms.removeSubrange(kept...)
    }

    /// Takes over another log's beginning up to an index, and ends there.
    mutating func replace(with other: LogTrail, through index: LogIndex) {
        self = other
        truncate(from: index.next)
    }
}
