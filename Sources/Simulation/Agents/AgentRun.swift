/// The outcome of a simulated run of stores.
package struct AgentRun: Sendable {
    /// A promise was broken, here.
    package struct Failure: Error, Sendable {
        package var seed: UInt64
        package var step: Int
        package var time: WorldTime
        package var violation: Violation
        /// What happened just before.
        package var trace: [String]
    }

    package var statistics: AgentStatistics
    /// The same for every run of the same seed.
    package var fingerprint: UInt64
    package var failure: Failure?

    /// The fingerprint in sixteen hexadecimal digits.
    package var fingerprintText: String { RunningHash(fingerprint).text }

    /// Runs a world to its end, or to the first violation.
    package static func run(
        seed: UInt64,
        trace: (@Sendable (String) -> Void)? = nil
    ) -> AgentRun {
        let world = AgentWorld(seed: seed, trace: trace)
        var failure: Failure?
        do throws(Violation) {
            try world.run()
        } catch {
            failure = Failure(
                seed: seed,
                step: world.step,
                time: world.now,
                violation: error,
                trace: Array(world.lastLines.suffix(60))
            )
        }
        world.statistics.worlds = 1
        world.statistics.steps = world.step
        world.statistics.simulatedNanoseconds = world.now.nanoseconds
        return AgentRun(
            statistics: world.statistics,
            fingerprint: world.fingerprint.value,
            failure: failure
        )
    }
}
