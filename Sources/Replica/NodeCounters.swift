import Ledger

/// What a loop counts for `/metrics`.
struct NodeCounters {
    var requests: UInt64 = 0
    var answered: UInt64 = 0
    var refused: UInt64 = 0
    var replayed: UInt64 = 0
    var unknown: UInt64 = 0
    var turnedAway: UInt64 = 0
    var malformedFrames: UInt64 = 0
    var elections: UInt64 = 0
    var leaderChanges: UInt64 = 0
    var snapshotsTaken: UInt64 = 0
    var snapshotsFailed: UInt64 = 0
    var snapshotsInstalled: UInt64 = 0
    var snapshotBytesCopied: UInt64 = 0
    var snapshotBytesSent: UInt64 = 0
    var snapshotBytesReceived: UInt64 = 0
    /// How long requests waited for their verdict on this node.
    var durations = DurationHistogram()
    /// What applied entries came to, since the start.
    var tally = LedgerTally()
    /// How often the status was published.
    var publications: UInt64 = 0

    mutating func count(_ verdict: SubmitVerdict) {
        switch verdict {
        case .boundary:
            break
        case .result(.answered(let answer)):
            answered += 1
            if answer.replayed { replayed += 1 }
            if case .refused = answer.outcome { refused += 1 }
        case .result(.unknown):
            unknown += 1
        case .result(.noLeader), .result(.overloaded):
            turnedAway += 1
        }
    }
}
