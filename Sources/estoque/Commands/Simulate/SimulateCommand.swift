import ArgumentParser

/// The command `simulate`: whole clusters in one thread, without a clock or chance of their own.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run Raft clusters in memory, deterministically.",
        discussion: """
            With --script, scenarios drive the consensus cores command by command, with a hand on \
            every clock, message and disk write.

            Exit codes: 0 all passed; 1 an expectation, an invariant or 'converge' failed, or what \
            was shown differs from the golden file; 2 a script is wrong, and nothing ran.

            Example: estoque simulate --script figure-8.scenario
            """
    )

    @OptionGroup var scripts: ScriptOptions

    func validate() throws {
        guard scripts.isAsked else { throw ValidationError("Give --script FILE….") }
        try scripts.validateTogether()
    }

    func run() throws {
        try ScriptMode(scripts).run()
    }
}
