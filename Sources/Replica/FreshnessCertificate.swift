import Raft

/// What a node may truthfully say about the age of its state, trusting no clock but its own.
///
/// The node notes `t0`, asks the leader for a read index, and is answered `k` only after a quorum
/// has confirmed the leader in a round that began after it was asked. Anything acknowledged before
/// `t0` has an index ≤ `k`; so once `k` is applied, the state is *complete as of t0*, and its age at
/// `t` is at most `t − t0`. Hearing from a leader is no freshness: a deposed one talks too.
struct FreshnessCertificate {
    /// The state is complete as of this reading; nil until the first certificate since the start.
    private(set) var completeAsOf: NodeInstant?

    /// Confirmed by the leader, not yet applied here; ascending in both fields.
    private var waiting: [(askedAt: NodeInstant, index: LogIndex)] = []
    private static let waitingMax = 64

    /// A leader answered the question asked at `askedAt` with `index`.
    mutating func confirm(index: LogIndex, askedAt: NodeInstant, applied: LogIndex) {
        guard index > applied else {
            advance(to: askedAt)
            return
        }
        // A later question with a lower or equal index makes the earlier ones needless.
        waiting.removeAll { $0.index >= index && $0.askedAt <= askedAt }
        guard waiting.count < Self.waitingMax else { return }
        waiting.append((askedAt, index))
    }

    /// The state now holds everything up to `index`.
    mutating func applied(through index: LogIndex) {
        guard !waiting.isEmpty else { return }
        for certificate in waiting where certificate.index <= index {
            advance(to: certificate.askedAt)
        }
        waiting.removeAll { $0.index <= index }
    }

    private mutating func advance(to askedAt: NodeInstant) {
        completeAsOf = completeAsOf.map { max($0, askedAt) } ?? askedAt
    }
}
