import Raft
import Testing

@testable import Simulation

#if KNOWN_BUGS
/// The proof that the simulator's checks can fail: known mistakes are switched on, and found.
@Suite struct `The simulator finds known mistakes` {
    /// Where the search for each begins, so that tests don't search long for the rarer ones.
    private static let firstSeeds: [KnownBug: UInt64] = [:]

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
