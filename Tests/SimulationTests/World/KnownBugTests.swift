import Raft
import Testing

@testable import Simulation

#if KNOWN_BUGS
/// The proof that the simulator's checks can fail: known mistakes are switched on, and found.
@Suite struct `The simulator finds known mistakes` {
    /// The first world, counted from 1, in which each was found.
    ///
    /// Tests begin there, since debug builds are slow; what is missing here was found in the first.
    private static let firstSeeds: [KnownBug: UInt64] = [
        .certifiesByContact: 2,
        .changesMembersTooEarly: 21,
        .commitsBeyondVerified: 17,
        .commitsOldTermByCounting: 7,
        .completionIgnoresOverwriting: 17,
        .countsOwnUndurableEntries: 2,
        .forgetsVoteOnSteppingDown: 24,
        .jointDecidedByIncoming: 69,
        .keepsConfigurationAfterSnapshot: 11,
        .keepsConflictingSuffix: 222,
        .readsBeforeOwnCommit: 15,
        .readsWithoutRound: 2,
        .takesDamageForTornTail: 28,
        .truncatesWithoutConflict: 3,
        .votesForShorterLog: 8,
    ]

    /// All but the truncation below commit: it is the answer to a log that contradicts what was
    /// committed, and no world whose other parts are right has one.
    ///
    /// Tests of rule 7 hand such a log to the core.
    static let findable = KnownBug.allCases.filter { $0 != .truncatesBelowCommit }

    @Test(arguments: findable)
    func `within three hundred worlds`(bug: KnownBug) throws {
        let first = Self.firstSeeds[bug] ?? 1
        for seed in first..<first + 300 {
            let options = SimulationOptions(seed: seed, operations: 300, knownBug: bug)
            if SimulationRun.run(options).failure != nil { return }
        }
        Issue.record("\(bug.rawValue) was not found in the worlds of seeds \(first)…\(first + 299)")
    }
}
#endif
