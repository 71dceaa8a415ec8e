import ArgumentParser

/// Runs a store's agent.
struct StoreRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the agent of a store beside its tills until it is told to stop.",
        discussion: """
            Tills talk to it over the cluster's own gRPC services and a small HTTP API; people find their \
            till at the HTTP address. It sells what is allotted to the store with the cluster or without, \
            and tells the cluster everything exactly once.

            Example: estoque store run --location store-7 --data /var/lib/estoque-store \
            --node 10.0.0.1:7001,10.0.0.2:7001,10.0.0.3:7001
            """
    )

    @OptionGroup var options: StoreOptions

    @Flag(name: .long, help: ArgumentHelp("End when standard input does.", visibility: .hidden))
    var exitWithParent = false

    func validate() throws { _ = try options.resolve() }

    func run() async throws {
        let configuration = try options.resolve()
        if exitWithParent { ParentWatch.begin() }
        try await StoreProcess(configuration).run()
    }
}
