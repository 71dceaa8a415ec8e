import Testing

@testable import Simulation

@Suite struct `Simulated worlds keep every promise` {
    /// Seeds that once broke a promise, or show something worth keeping.
    @Test(arguments: Array(1...12) as [UInt64])
    func `known seeds`(seed: UInt64) {
        check(SimulationOptions(seed: seed, operations: 120))
    }

    @Test(arguments: [3, 5])
    func `a cluster of so many`(nodes: Int) {
        check(SimulationOptions(seed: 77, nodes: nodes, operations: 120))
    }

    /// Other worlds each time: what they find is named with the seed that shows it again.
    @Test(arguments: [3, 5])
    func `fresh seeds`(nodes: Int) {
        let first = UInt64.random(in: 1...UInt64(UInt32.max))
        for seed in first..<first + 6 {
            check(SimulationOptions(seed: seed, nodes: nodes, operations: 120))
        }
    }

    private func check(_ options: SimulationOptions) {
        let run = SimulationRun.run(options)
        guard let failure = run.failure else { return }
        var words = "--seed \(options.seed) --operations \(options.operations)"
        if let nodes = options.nodes { words += " --nodes \(nodes)" }
        Issue.record(
            """
            step \(failure.step), \(failure.time) s: \(failure.violation)
            to see it again: estoque simulate \(words) --trace
            \(failure.trace.suffix(60).joined(separator: "\n"))
            """
        )
    }
}
