import ArgumentParser
import Simulation

/// Runs worlds of stores, one after the other, and says what broke.
struct AgentSeedRun {
    private let first: UInt64
    private let count: UInt64
    private let isTraced: Bool

    init(_ options: SeedOptions, isTraced: Bool) {
        count = options.seeds ?? 1
        // Few digits are enough for a seed that people pass on.
        first = options.seed ?? .random(in: 0..<1_000_000_000)
        self.isTraced = isTraced
    }

    /// Runs all of them, whatever breaks; fails at the end if anything did.
    func run() throws {
        let start = ContinuousClock.now
        let print: @Sendable (String) -> Void = { Terminal.out($0) }
        var total = AgentStatistics()
        var failures = 0
        for seed in first..<first + count {
            let run = AgentRun.run(seed: seed, trace: isTraced ? print : nil)
            total.add(run.statistics)
            if count == 1 {
                Terminal.out(
                    "seed \(seed): \(run.statistics.steps) steps, fingerprint \(run.fingerprintText)"
                )
            }
            if let failure = run.failure {
                failures += 1
                show(failure)
            }
            guard count > 1, !isTraced, Terminal.errIsTerminal else { continue }
            Terminal.rewriteLine("\(seed - first + 1) of \(count) worlds, \(failures) broken")
        }
        if count > 1, Terminal.errIsTerminal { Terminal.rewriteLine("") }
        for line in total.lines { Terminal.out(line) }
        let days = total.simulatedNanoseconds / 86_400_000_000_000
        let took = (ContinuousClock.now - start).components.seconds
        Terminal.out(
            "\(total.worlds) worlds, seeds \(first)…\(first + count - 1), \(failures) broken, "
                + "\(days) days simulated in \(took) s; \(total.steps) steps"
        )
        guard failures == 0 else { throw ExitCode.failure }
    }

    private func show(_ failure: AgentRun.Failure) {
        if !isTraced, count == 1 {
            Terminal.out("the last \(failure.trace.count) things that happened:")
            for line in failure.trace { Terminal.out("  \(line)") }
        }
        Terminal.out(
            "seed \(failure.seed) broke a promise in step \(failure.step), at \(failure.time) s:"
        )
        Terminal.out("  \(failure.violation)")
        Terminal.out(
            "  to see it again: estoque simulate --agents --seed \(failure.seed) --trace"
        )
    }
}
