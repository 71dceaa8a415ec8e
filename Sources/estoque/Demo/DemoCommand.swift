import ArgumentParser

/// The demonstration.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "See it work: nodes, shops that sell, one cut off, and the leader killed in the middle.",
        discussion: """
            Starts real node processes on this machine, fills a small catalogue, and lets four \
            stores and a web shop sell at the same time: they reserve, confirm and hand over, \
            change their minds, walk away, ask for what isn't there. HTTP readers ask the \
            followers what is available, and show the age that each follower claims.

            Two of the stores have an agent beside their tills ('estoque store run'). One of them is \
            cut off from all nodes for a third of the time, and goes on selling what it has rights to; \
            connected again, it tells what happened.

            Halfway the leader is killed with SIGKILL; later it comes back. At the end the books \
            are checked: every acknowledged request, asked again, gets the same answer; every fact \
            of an agent is in the ledger once, without a conflict; the stock on every shelf is what \
            the answers say; nothing is promised twice; all nodes have the same digest. The exit code \
            is 0 only if they balance.

            Without --duration a store is cut off once, after seven seconds and for fifteen, the \
            leader is killed once, after ten seconds, and the shops go on at an easy pace until \
            Ctrl-C, so that there is time to look around with curl and the other commands.

            Examples:
              estoque demo --duration 20s
              estoque demo --nodes 5
            """
    )

    @Option(name: .long, help: "How long the shops are open: 20s, 2m (default: until Ctrl-C).")
    var duration: DurationArgument?

    @Option(name: .long, help: "How many nodes, 1 to 5.")
    var nodes = 3

    @Option(name: .long, help: "Where the nodes keep their files (default: temporary).")
    var data: String?

    private static let shortest = Duration.seconds(2)
    private static let longest = Duration.seconds(86_400)

    func validate() throws {
        try BenchPlan.check(nodes, "--nodes", BenchPlan.Bounds.nodes)
        if let duration, !(Self.shortest...Self.longest).contains(duration.duration) {
            throw ValidationError("--duration must be between 2s and 24h")
        }
    }

    func run() async throws {
        try await DemoRun(nodes: nodes, duration: duration?.duration, directory: data).run()
    }
}
