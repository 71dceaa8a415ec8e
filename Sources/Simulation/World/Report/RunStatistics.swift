/// What happened in a run, in numbers; runs add up.
package struct RunStatistics: Hashable, Sendable {
    package var runs = 0
    package var steps = 0
    package var simulatedNanoseconds: Nanoseconds = 0

    package var elections = 0
    package var leadershipsLost = 0
    package var truncations = 0
    package var storageStalls = 0

    package var membershipChanges = 0
    package var transfers = 0
    package var adminRefusals = 0
    package var adminUnknown = 0
    package var compactions = 0
    package var snapshotsTaken = 0
    package var snapshotsInstalled = 0
    package var fetchesResumed = 0
    package var fetchesFailed = 0
    package var exchangesCompleted = 0
    package var hopelessClusters = 0

    package var starts = 0
    package var stops = 0
    package var kills = 0
    package var powerCuts = 0
    package var pauses = 0
    package var halts = 0
    package var tornWrites = 0
    package var lostWrites = 0
    package var failedWrites = 0
    package var fullDisks = 0
    package var bitFlips = 0
    package var rotRefusals = 0
    package var logReads = 0

    package var partitions = 0
    package var messagesSent = 0
    package var messagesLost = 0
    package var messagesRepeated = 0

    package var commandsAnswered = 0
    package var commandsRefusedByRule = 0
    package var commandsReplayed = 0
    package var commandsNotApplied = 0
    package var commandsUnknown = 0
    package var staleReads = 0
    package var boundedReads = 0
    package var sessionReads = 0
    package var linearizableReads = 0
    package var readsFailed = 0
    package var entriesCommitted = 0
    package var undecidedHistories = 0

    package init() {}

    private static var counters: [WritableKeyPath<RunStatistics, Int>] {
        [
            \.runs, \.steps, \.elections, \.leadershipsLost, \.truncations, \.storageStalls,
            \.membershipChanges, \.transfers, \.adminRefusals, \.adminUnknown, \.compactions,
            \.snapshotsTaken, \.snapshotsInstalled, \.fetchesResumed, \.fetchesFailed,
            \.exchangesCompleted, \.hopelessClusters, \.starts, \.stops, \.kills, \.powerCuts,
            \.pauses, \.halts, \.tornWrites, \.lostWrites, \.failedWrites, \.fullDisks, \.bitFlips,
            \.rotRefusals, \.logReads, \.partitions, \.messagesSent, \.messagesLost,
            \.messagesRepeated, \.commandsAnswered, \.commandsRefusedByRule, \.commandsReplayed,
            \.commandsNotApplied, \.commandsUnknown, \.staleReads, \.boundedReads, \.sessionReads,
            \.linearizableReads, \.readsFailed, \.entriesCommitted, \.undecidedHistories,
        ]
    }

    /// Adds another run, or other runs.
    package mutating func add(_ other: RunStatistics) {
        for counter in Self.counters { self[keyPath: counter] += other[keyPath: counter] }
        simulatedNanoseconds += other.simulatedNanoseconds
    }

    /// A few lines for people.
    package var lines: [String] {
        [
            "cluster    \(elections) elections, \(leadershipsLost) leaderships lost, "
                + "\(truncations) truncations, \(entriesCommitted) entries committed",
            "members    \(membershipChanges) changes, \(transfers) transfers, "
                + "\(adminRefusals) refused, \(adminUnknown) without a result; "
                + "\(hopelessClusters) clusters lost",
            "states     \(compactions) compactions, \(snapshotsTaken) snapshots taken, "
                + "\(snapshotsInstalled) installed, \(exchangesCompleted) completed on a start, "
                + "\(fetchesResumed) fetches resumed, \(fetchesFailed) failed",
            "processes  \(starts) starts, \(stops) stopped, \(kills) killed, \(powerCuts) power cuts, "
                + "\(pauses) paused, \(halts) halted",
            "disks      \(tornWrites) torn writes cut off, \(lostWrites) writes lost, "
                + "\(failedWrites) failed, \(fullDisks) times full, \(storageStalls) stalls, "
                + "\(bitFlips) bits flipped, \(rotRefusals) logs refused, \(logReads) log reads",
            "network    \(messagesSent) messages, \(messagesLost) lost, "
                + "\(messagesRepeated) repeated, \(partitions) partitions",
            "commands   \(commandsAnswered) answered (\(commandsRefusedByRule) refused by a rule, "
                + "\(commandsReplayed) replayed), \(commandsNotApplied) not applied, "
                + "\(commandsUnknown) unknown",
            "reads      \(staleReads) stale, \(boundedReads) bounded, \(sessionReads) session, "
                + "\(linearizableReads) linearizable, \(readsFailed) failed; "
                + "\(undecidedHistories) histories undecided",
        ]
    }
}
