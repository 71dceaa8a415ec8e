import Raft
import Simulation
import Testing

#if KNOWN_BUGS
/// Proof that scripts can fail: each mistake that is switched back into the cores is found.
@Suite struct `Known mistakes` {
    private static let ofCores = KnownBug.allCases.filter {
        // These are made outside the core.
        ![.takesDamageForTornTail, .answersBeforeCommit, .certifiesByContact].contains($0)
    }

    @Test(arguments: ofCores)
    func `each is found by a scenario`(_ bug: KnownBug) throws {
        var finders: [String] = []
        for name in ScenarioFiles.names {
            let script = try Script.read(file: name, ScenarioFiles.content(of: name)).get()
            if runScript(script, knownBug: bug).tally.failures > 0 { finders.append(name) }
        }
        #expect(!finders.isEmpty)
    }
}
#endif
