import Testing

@testable import Simulation

@Suite struct `Simulated stores keep every promise` {
    /// Seeds in which stores are cut off, killed, cloned, restored, lost, and the ledger restored.
    @Test(arguments: [4, 13, 26, 46, 82, 95, 137, 189, 273, 314] as [UInt64])
    func `known seeds of stores`(seed: UInt64) {
        check(seed)
    }

    /// Other worlds each time: what they find is named with the seed that shows it again.
    @Test func `fresh seeds of stores`() {
        let first = UInt64.random(in: 1...UInt64(UInt32.max))
        for seed in first..<first + 10 { check(seed) }
    }

    @Test func `the same seed is the same run of stores`() {
        let first = AgentRun.run(seed: 6)
        let second = AgentRun.run(seed: 6)
        #expect(first.fingerprint == second.fingerprint)
        #expect(first.statistics == second.statistics)
        #expect(AgentRun.run(seed: 7).fingerprint != first.fingerprint)
    }

    @Test func `what is simulated happens`() {
        var total = AgentStatistics()
        for seed in 1...40 as ClosedRange<UInt64> { total.add(AgentRun.run(seed: seed).statistics) }
        #expect(total.done > 500 && total.facts > 500 && total.refused > 0)
        #expect(total.cutOffs > 0 && total.kills > 0 && total.clones > 0 && total.restores > 0)
        #expect(total.lostDisks > 0 && total.reprovisions > 0 && total.revocations > 0)
        #expect(total.centreRestores > 0 && total.secondAgents > 0)
        #expect(total.forks + total.oldCopies > 0)
    }

    private func check(_ seed: UInt64) {
        guard let failure = AgentRun.run(seed: seed).failure else { return }
        Issue.record(
            """
            step \(failure.step), \(failure.time) s: \(failure.violation)
            to see it again: estoque simulate --agents --seed \(seed) --trace
            \(failure.trace.suffix(40).joined(separator: "\n"))
            """
        )
    }
}
