import ArgumentParser

/// The noun `cluster`.
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "The nodes and how they stand; growing, shrinking and repairing the cluster.",
        discussion: """
            A cluster changes while it serves. Three or five voters are usual; learners have \
            everything and serve reads, and decide nothing. One change goes at a time, every change of \
            voters by joint consensus: at no moment could two majorities decide apart from each other. \
            The name of a node that was removed is never used again.

            Any node may be asked (--node); it hands a change to the leader.

            Exit codes: 0 done, 1 refused or given up, 2 wrong use, 69 no answer, or not done in time.
            """,
        subcommands: [
            ClusterStatus.self, ClusterVerify.self, ClusterAdd.self, ClusterRemove.self,
            ClusterReplace.self,
            ClusterPromote.self, ClusterDemote.self, ClusterTransferLeader.self,
        ]
    )
}
