import ArgumentParser
import Simulation

/// Runs the worlds of some seeds, one after the other, and says what broke.
struct SeedRun {
    private let first: UInt64
    private let count: UInt64
    private let options: SeedOptions
    private let isTraced: Bool

    init(_ options: SeedOptions, isTraced: Bool) {
        count = options.seeds ?? 1
        // Few digits are enough for a seed that people pass on.
        first = options.seed ?? .random(in: 0..<1_000_000_000)
        self.options = options
        self.isTraced = isTraced
    }

    /// Runs all of them, whatever breaks; fails at the end if anything did.
    func run() throws {
        let start = ContinuousClock.now
        var total = RunStatistics()
        var failures = 0
        for seed in first..<first + count {
            let began = ContinuousClock.now
            let run = SimulationRun.run(simulationOptions(seed))
            total.add(run.statistics)
            if count == 1 { Terminal.out(summary(of: run, seed, took: .now - began)) }
            if let failure = run.failure {
                failures += 1
                show(failure)
            }
            showProgress(after: seed, failures)
        }
        if count > 1, Terminal.errIsTerminal { Terminal.rewriteLine("") }
        for line in total.lines { Terminal.out(line) }
        Terminal.out(
            "\(total.runs) worlds, seeds \(first)…\(first + count - 1), \(failures) broken, "
                + "\(seconds(total.simulatedNanoseconds)) simulated in \(seconds(.now - start)); "
                + "\(total.steps) steps"
        )
        guard failures == 0 else { throw ExitCode.failure }
    }

    private func simulationOptions(_ seed: UInt64) -> SimulationOptions {
        var simulation = SimulationOptions(
            seed: seed,
            nodes: options.nodes,
            operations: options.operations,
            steps: options.steps
        )
        if isTraced { simulation.trace = { Terminal.out($0) } }
        return simulation
    }

    // MARK: - Words

    private func summary(of run: SimulationRun, _ seed: UInt64, took: Duration) -> String {
        "seed \(seed): \(run.statistics.steps) steps, "
            + "\(seconds(run.statistics.simulatedNanoseconds)) simulated in \(seconds(took)), "
            + "fingerprint \(run.fingerprintText)"
    }

    private func show(_ failure: SimulationRun.Failure) {
        if !isTraced, count == 1 {
            Terminal.out("the last \(failure.trace.count) things that happened:")
            for line in failure.trace { Terminal.out("  \(line)") }
        }
        Terminal.out(
            "seed \(failure.seed) broke a promise in step \(failure.step), at \(failure.time) s:"
        )
        Terminal.out("  \(failure.violation)")
        Terminal.out("  to see it again: \(reproduction(of: failure.seed))")
    }

    private func reproduction(of seed: UInt64) -> String {
        var words = ["estoque simulate --seed \(seed)"]
        if let nodes = options.nodes { words.append("--nodes \(nodes)") }
        words.append("--operations \(options.operations) --steps \(options.steps) --trace")
        return words.joined(separator: " ")
    }

    private func showProgress(after seed: UInt64, _ failures: Int) {
        guard count > 1, !isTraced, Terminal.errIsTerminal else { return }
        Terminal.rewriteLine("\(seed - first + 1) of \(count) worlds, \(failures) broken")
    }

    private func seconds(_ nanoseconds: UInt64) -> String {
        "\(nanoseconds / 1_000_000_000).\(nanoseconds / 100_000_000 % 10) s"
    }

    private func seconds(_ duration: Duration) -> String {
        let (whole, attoseconds) = duration.components
        return "\(whole).\(attoseconds / 100_000_000_000_000_000) s"
    }
}
