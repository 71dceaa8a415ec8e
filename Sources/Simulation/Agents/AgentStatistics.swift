/// What happened in worlds of stores, added up.
package struct AgentStatistics: Equatable, Sendable {
    package var worlds = 0
    package var steps = 0
    package var simulatedNanoseconds: UInt64 = 0
    /// Requests of tills that were done, refused, and not answered at all.
    package var done = 0
    package var refused = 0
    package var unanswered = 0
    /// Facts that the ledger took in, by their rows in the journal.
    package var facts = 0
    package var overdrawn = 0
    package var conflicts = 0
    package var cures = 0
    package var cutOffs = 0
    package var kills = 0
    package var clockJumps = 0
    package var clones = 0
    package var restores = 0
    package var lostDisks = 0
    package var secondAgents = 0
    package var revocations = 0
    package var centreRestores = 0
    package var reprovisions = 0
    package var forks = 0
    package var oldCopies = 0
    package var grants = 0
    package var copies = 0
    package var redials = 0

    /// Nothing yet.
    package init() {}

    package mutating func add(_ other: Self) {
        worlds += other.worlds
        steps += other.steps
        simulatedNanoseconds += other.simulatedNanoseconds
        done += other.done
        refused += other.refused
        unanswered += other.unanswered
        facts += other.facts
        overdrawn += other.overdrawn
        conflicts += other.conflicts
        cures += other.cures
        cutOffs += other.cutOffs
        kills += other.kills
        clockJumps += other.clockJumps
        clones += other.clones
        restores += other.restores
        lostDisks += other.lostDisks
        secondAgents += other.secondAgents
        revocations += other.revocations
        centreRestores += other.centreRestores
        reprovisions += other.reprovisions
        forks += other.forks
        oldCopies += other.oldCopies
        grants += other.grants
        copies += other.copies
        redials += other.redials
    }

    /// For people.
    package var lines: [String] {
        [
            "tills      \(done) done, \(refused) refused, \(unanswered) without an answer",
            "facts      \(facts) taken in, \(overdrawn) overdrawn, \(conflicts) conflicts, "
                + "\(cures) holds released",
            "stores     \(cutOffs) cut off, \(kills) killed, \(clockJumps) clocks jumped, "
                + "\(redials) redials, \(copies) copies, \(grants) grants asked for",
            "databases  \(clones) cloned, \(restores) restored, \(lostDisks) lost, "
                + "\(secondAgents) seconds, \(reprovisions) set up anew; \(forks) forks and "
                + "\(oldCopies) old copies flagged",
            "centre     \(revocations) revocations, \(centreRestores) times restored",
        ]
    }
}
