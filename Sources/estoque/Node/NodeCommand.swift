import ArgumentParser

/// The noun `node`.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Run a node of the cluster.",
        subcommands: [NodeStart.self, NodeCheckConfig.self]
    )
}

/// Runs a node.
struct NodeStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Run one node until it is told to stop (SIGINT or SIGTERM).",
        discussion: """
            Every setting can come from a flag, from the environment (ESTOQUE_ID, ESTOQUE_DATA, \
            ESTOQUE_PEER_ADDRESS, …) or from a JSON file given with --config, in falling \
            precedence. The file is one object with the keys id, data, peerAddress, rpcAddress, \
            httpAddress, members, cluster, clusterID, join, watchersMax, changesKept, factsShare, \
            logLevel, logFormat.

            All nodes of a new cluster are started with the same --members and --cluster; \
            afterwards their data directories remember which cluster they belong to.

            A node that joins a cluster which runs is started with --join, the cluster's id, and some \
            members that it can reach; then it waits for 'estoque cluster add'. It is started again with \
            the same flags.
            """
    )

    @OptionGroup var options: NodeOptions

    @Flag(name: .long, help: ArgumentHelp("End when standard input does.", visibility: .hidden))
    var exitWithParent = false

    func run() async throws {
        let configuration = try await options.resolve()
        if exitWithParent { ParentWatch.begin() }
        try await NodeProcess(configuration).run()
    }
}

/// Checks a node's settings.
struct NodeCheckConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check the settings of a node without starting it, and print them."
    )

    @OptionGroup var options: NodeOptions

    func run() async throws {
        Terminal.out(try await options.resolve().summary)
    }
}
