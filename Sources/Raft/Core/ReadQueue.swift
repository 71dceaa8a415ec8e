/// Linearizable reads on a leader: gathered, sent out in rounds, confirmed by a quorum.
///
/// A round's name is its sequence, made here; callers' tokens are never compared with anything that
/// comes from the network (rule 14).
struct ReadQueue: Sendable {
    private struct Round: Sendable {
        let sequence: UInt64
        let index: LogIndex
        let tokens: [ReadToken]
    }

    /// The newest round begun.
    ///
    /// Heartbeats carry it; it never repeats in the life of a core.
    private(set) var sequence: UInt64 = 1
    private var rounds: [Round] = []
    private var waiting: [ReadToken] = []
    /// How many reads have no answer yet.
    private(set) var count = 0

    var hasWaiting: Bool { !waiting.isEmpty }
    var hasRound: Bool { !rounds.isEmpty }

    mutating func add(_ token: ReadToken) {
        waiting.append(token)
        count += 1
    }

    /// Everything that waits shares a new round, which promises the commit index of this moment.
    mutating func beginRound(at commit: LogIndex) {
        sequence += 1
        rounds.append(Round(sequence: sequence, index: commit, tokens: waiting))
        waiting.removeAll(keepingCapacity: true)
    }

    /// A quorum has answered rounds up to this one.
    mutating func confirm(through sequence: UInt64, into outcomes: inout [ReadOutcome]) {
        var confirmed = 0
        for round in rounds where round.sequence <= sequence {
            confirmed += 1
            count -= round.tokens.count
            for token in round.tokens {
                outcomes.append(ReadOutcome(token: token, result: .confirmed(round.index)))
            }
        }
        rounds.removeFirst(confirmed)
    }

    /// Fails every read that has no answer, aloud.
    mutating func failAll(_ failure: ReadFailure, into outcomes: inout [ReadOutcome]) {
        for round in rounds {
            for token in round.tokens {
                outcomes.append(ReadOutcome(token: token, result: .failed(failure)))
            }
        }
        for token in waiting {
            outcomes.append(ReadOutcome(token: token, result: .failed(failure)))
        }
        rounds.removeAll()
        waiting.removeAll(keepingCapacity: true)
        count = 0
    }
}
