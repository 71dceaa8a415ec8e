package import Raft

/// What a run of the simulator is asked for.
package struct SimulationOptions: Sendable {
    /// Decides everything else.
    package var seed: UInt64
    /// How many nodes the cluster begins with; drawn from the seed if nil.
    package var nodes: Int?
    /// How many operations the clients begin before the faults end.
    package var operations: Int
    /// At the latest the faults end after so many steps.
    package var steps: Int
    /// A mistake that is switched on, to see that it is found; in debug builds only.
    package var knownBug: KnownBug?
    /// Takes each line of the trace as it happens; nil to keep just the last ones for a failure.
    package var trace: (@Sendable (String) -> Void)?

    package init(
        seed: UInt64,
        nodes: Int? = nil,
        operations: Int = 300,
        steps: Int = 2_000_000,
        knownBug: KnownBug? = nil,
        trace: (@Sendable (String) -> Void)? = nil
    ) {
        self.seed = seed
        self.nodes = nodes
        self.operations = operations
        self.steps = steps
        self.knownBug = knownBug
        self.trace = trace
    }
}
