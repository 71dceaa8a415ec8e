import ArgumentParser

/// What every change of the cluster takes.
struct AdminOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions

    @Flag(
        name: .customLong("no-wait"),
        help: "Begin it and return; 'estoque cluster status' shows how it goes on."
    )
    var isNotAwaited = false

    /// Catching up may take long; whoever makes no progress is given up by the leader.
    private static let limitDefault = Duration.seconds(600)

    /// Does it, says how it goes on, and ends with what became of it.
    func run(_ task: AdminTask) async throws {
        let result = try await connection.withClusterAdmin { admin in
            var run = AdminRun(
                task,
                on: admin,
                limit: connection.chosenTimeout ?? Self.limitDefault,
                isWaiting: !isNotAwaited,
                progress: ChangeProgress.suiting(connection.output)
            )
            return await run.run()
        }
        try result.finish(as: connection.output)
    }
}
