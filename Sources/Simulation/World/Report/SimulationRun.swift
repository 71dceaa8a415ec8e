import Raft

/// The outcome of a simulated run.
package struct SimulationRun: Sendable {
    /// A promise was broken, here.
    package struct Failure: Error, Sendable {
        package var seed: UInt64
        package var step: Int
        package var time: WorldTime
        package var violation: Violation
        /// What happened just before.
        package var trace: [String]
    }

    package var statistics: RunStatistics
    /// The same for every run of the same seed with the same options.
    package var fingerprint: UInt64
    package var failure: Failure?

    /// The fingerprint in sixteen hexadecimal digits.
    package var fingerprintText: String { RunningHash(fingerprint).text }

    /// Runs a world to its end, or to the first violation.
    package static func run(_ options: SimulationOptions) -> SimulationRun {
        let world = World(options)
        var failure: Failure?
        do throws(Violation) {
            try world.run()
        } catch {
            failure = Failure(
                seed: options.seed,
                step: world.step,
                time: world.now,
                violation: error,
                trace: world.trace.lines
            )
        }
        world.statistics.runs = 1
        world.statistics.steps = world.step
        world.statistics.simulatedNanoseconds = world.now.nanoseconds
        world.statistics.entriesCommitted = Int(world.checks.committed.lastIndex.rawValue)
        return SimulationRun(
            statistics: world.statistics,
            fingerprint: world.fingerprint.value,
            failure: failure
        )
    }
}
