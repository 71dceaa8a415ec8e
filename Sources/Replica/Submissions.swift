import Ledger

/// Who waits for a verdict: the requests that a caller handed in together share one completion.
struct Submission {
    /// The request's place among those that were handed in with it.
    var index: Int
    var begunAt: NodeInstant
    var done: (Int, SubmitVerdict) -> Void
}

/// The requests in flight, found by their tokens without hashing.
///
/// A token is a place in an array, with the number of the submission above it, so that a token that was
/// answered already finds nothing. Places are used again; there are as many as were ever in flight at
/// once, which the core's limits bound.
struct Submissions {
    private struct Slot {
        var token: UInt64
        var submission: Submission?
    }

    private static let placeBits: UInt64 = 24

    private var slots: [Slot] = []
    private var free: [Int] = []
    /// How many there ever were.
    private(set) var last: UInt64 = 0

    mutating func add(_ submission: Submission) -> SubmitToken {
        let place = free.popLast() ?? slots.count
        precondition(place < 1 << Self.placeBits, "the core bounds what is in flight")
        last += 1
        let slot = Slot(
            token: last << Self.placeBits | UInt64(place),
            submission: submission
        )
        if place == slots.count { slots.append(slot) } else { slots[place] = slot }
        return SubmitToken(rawValue: slot.token)
    }

    /// The submission under a token, once.
    mutating func remove(_ token: SubmitToken) -> Submission? {
        let place = Int(token.rawValue & (1 << Self.placeBits - 1))
        guard slots.indices.contains(place), slots[place].token == token.rawValue,
            let submission = slots[place].submission.take()
        else { return nil }
        free.append(place)
        return submission
    }

    /// All of them, in the order in which they were added.
    mutating func removeAll() -> [Submission] {
        let waiting = slots.filter { $0.submission != nil }.sorted { $0.token < $1.token }
        slots = []
        free = []
        return waiting.compactMap(\.submission)
    }
}
