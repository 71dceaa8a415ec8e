import ArgumentParser

/// The command `simulate`: whole clusters in one thread, without a clock or chance of their own.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run clusters in memory, deterministically.",
        discussion: """
            With --seed, whole nodes (consensus, log, ledger) run with clients over a simulated \
            network, disks and clocks, under every fault that the seed draws, and are checked after \
            each step; what the clients saw is checked for linearizability. The same seed is the \
            same run, bit by bit.

            With --script, scenarios drive the consensus cores command by command, with a hand on \
            every clock, message and disk write.

            Exit codes: 0 all is well; 1 a promise, an expectation, an invariant or 'converge' \
            failed, or what was shown differs from the golden file; 2 wrong use, or a script is \
            wrong, and nothing ran.

            Examples: estoque simulate --seed 7 --trace
                      estoque simulate --seed 1 --seeds 100 --nodes 5
                      estoque simulate --script figure-8.scenario
            """
    )

    @OptionGroup var scripts: ScriptOptions
    @OptionGroup var seeds: SeedOptions

    func validate() throws {
        guard scripts.isAsked != seeds.isAsked else {
            throw ValidationError(
                scripts.isAsked
                    ? "Give --script or --seed, not both." : "Give --seed N, or --script FILE…."
            )
        }
        if !scripts.isAsked, scripts.golden != nil || scripts.update {
            throw ValidationError("--golden and --update go with --script.")
        }
        try scripts.validateTogether()
        try seeds.validateTogether()
    }

    func run() throws {
        if scripts.isAsked {
            try ScriptMode(scripts).run()
        } else {
            try SeedRun(seeds, isTraced: scripts.trace).run()
        }
    }
}
