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

            With --agents, the worlds are of stores: the ledger's rules and the agents' core, with tills \
            and a digital channel, over days in which stores are cut off, killed, cloned, restored \
            from old copies and lost, and the ledger from a backup.

            With --script, scenarios drive the consensus cores command by command, with a hand on \
            every clock, message and disk write.

            With --disconnections, the demand of an Online Retail file (doi.org/10.24432/C5BW33) is \
            played on a store that is cut off for minutes to days, with each way of sharing its \
            stock with the digital channel; tells what was lost, oversold and cancelled.

            Exit codes: 0 all is well; 1 a promise, an expectation, an invariant or 'converge' \
            failed, or what was shown differs from the golden file; 2 wrong use, or a script is \
            wrong, and nothing ran.

            Examples: estoque simulate --seed 7 --trace
                      estoque simulate --seed 1 --seeds 100 --nodes 5
                      estoque simulate --seed 1 --seeds 100 --agents
                      estoque simulate --script figure-8.scenario
            """
    )

    @OptionGroup var scripts: ScriptOptions
    @OptionGroup var seeds: SeedOptions
    @OptionGroup var study: StudyOptions

    func validate() throws {
        let asked = [scripts.isAsked, seeds.isAsked, study.isAsked].filter { $0 }.count
        guard asked == 1 else {
            throw ValidationError(
                asked > 1
                    ? "Give one of --script, --seed and --disconnections."
                    : "Give --seed N, --script FILE… or --disconnections FILE."
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
        } else if let file = study.disconnections {
            try DisconnectionMode(file).run(as: study.output)
        } else if seeds.agents {
            try AgentSeedRun(seeds, isTraced: scripts.trace).run()
        } else {
            try SeedRun(seeds, isTraced: scripts.trace).run()
        }
    }
}
