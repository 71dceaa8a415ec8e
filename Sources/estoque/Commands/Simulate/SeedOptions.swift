import ArgumentParser

/// What is said of simulated worlds on the command line.
struct SeedOptions: ParsableArguments {
    @Option(name: .long, help: "Run the world of this seed (default: one at random, printed).")
    var seed: UInt64?

    @Option(name: .long, help: "So many worlds, of this seed and those that follow it.")
    var seeds: UInt64?

    @Option(name: .long, help: "Nodes that each cluster begins with, 1 to 5 (default: drawn).")
    var nodes: Int?

    @Option(name: .long, help: "Client operations begun before the faults end.")
    var operations = 300

    @Option(name: .long, help: "The faults end after so many events at the latest.")
    var steps = 2_000_000

    @Flag(
        name: .long,
        help:
            "Worlds of stores with their agents, in place of clusters: cut off for days, cloned, lost."
    )
    var agents = false

    /// Whether worlds are to run at all.
    var isAsked: Bool { seed != nil || seeds != nil }

    /// Whether each value makes sense.
    func validateTogether() throws {
        if let seeds, !(1...1_000_000_000).contains(seeds) {
            throw ValidationError("--seeds must be between 1 and 1000000000.")
        }
        if let seed, seed > UInt64.max - (seeds ?? 1) {
            throw ValidationError("--seed must leave room for the seeds that follow it.")
        }
        if agents, nodes != nil {
            throw ValidationError("--nodes is for clusters; with --agents the ledger is one.")
        }
        if let nodes, !(1...5).contains(nodes) {
            throw ValidationError("--nodes must be between 1 and 5.")
        }
        guard (1...1_000_000).contains(operations) else {
            throw ValidationError("--operations must be between 1 and 1000000.")
        }
        guard (1...1_000_000_000).contains(steps) else {
            throw ValidationError("--steps must be between 1 and 1000000000.")
        }
    }
}
