import ArgumentParser
import LedgerClient

/// A node joins.
struct ClusterAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a node, which becomes a voter by itself once it has caught up.",
        discussion: """
            Start the new node first. It names members that it can reach, and the cluster's id, which \
            'estoque cluster status' shows:

              estoque node start --join --cluster-id ID \\
                --members n1=10.0.0.1:7001,n2=10.0.0.2:7001 \\
                --id n4 --data /var/lib/estoque --peer-address 10.0.0.4:7001 \\
                --rpc-address 10.0.0.4:7002 --http-address 10.0.0.4:7003

            Then add it, with its peer address. It gets everything as a learner, while the others serve \
            on; once it keeps up with them it becomes a voter, unless it is to stay a learner. A node \
            that makes no progress is given up and stays a learner: see to it, then 'estoque cluster \
            promote'. A name that was a member's once is never used again.

            Example: estoque cluster add n4=10.0.0.4:7001
            """
    )

    @Argument(
        help: ArgumentHelp(
            "The new node and where the others reach it.",
            valueName: "id=host:port"
        ),
        transform: MemberArgument.withAddress
    )
    var member: MemberArgument

    @Flag(
        name: .long,
        help: "It stays a learner: it has everything and serves reads, and has no vote."
    )
    var learner = false

    @OptionGroup var options: AdminOptions

    func run() async throws {
        try await options.run(
            .change(.add(member.node, at: member.address ?? "", asLearner: learner))
        )
    }
}

/// A node goes.
struct ClusterRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a node, for good; a leader hands over first.",
        discussion: """
            A voter goes by joint consensus, so that nothing acknowledged is lost. Refused where too few \
            of the remaining voters live. Stop the node afterwards, and delete its data: its name \
            is never used again. A node that is still joining is called back.

            For a node that is dead and to be replaced, 'estoque cluster replace' does both in one step.

            Example: estoque cluster remove n2
            """
    )

    @Argument(help: "The member to remove.", transform: MemberArgument.name)
    var node: String

    @OptionGroup var options: AdminOptions

    func run() async throws { try await options.run(.change(.remove(node))) }
}

/// A node takes another one's place.
struct ClusterReplace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Put a new node in a voter's place, in one step; the old one may be dead.",
        discussion: """
            Start the new node with --join first, as for 'estoque cluster add'. It gets everything as a \
            learner; once it keeps up, it comes in and the old one goes, together: at no time \
            are there more or fewer voters. A learner takes the place without an address.

            Example: estoque cluster replace n2 n4=10.0.0.4:7001
            """
    )

    @Argument(help: "The voter that goes, for good.", transform: MemberArgument.name)
    var old: String

    @Argument(
        help: ArgumentHelp(
            "The new node and where the others reach it; a learner's name alone will do.",
            valueName: "id=host:port"
        ),
        transform: MemberArgument.init
    )
    var new: MemberArgument

    @OptionGroup var options: AdminOptions

    func validate() throws {
        guard old != new.node else {
            throw ValidationError("a node can't take its own place; names are never used twice")
        }
    }

    func run() async throws {
        try await options.run(.change(.replace(old, with: new.node, at: new.address)))
    }
}

/// A learner gets a vote.
struct ClusterPromote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Make a learner a voter, as soon as it has caught up.",
        discussion: """
            For learners added with --learner, and for those that were given up before.

            Example: estoque cluster promote n4
            """
    )

    @Argument(help: "The learner.", transform: MemberArgument.name)
    var node: String

    @OptionGroup var options: AdminOptions

    func run() async throws { try await options.run(.change(.promote(node))) }
}

/// A voter loses its vote.
struct ClusterDemote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demote",
        abstract:
            "Make a voter a learner: it has everything and serves reads, and decides nothing.",
        discussion: """
            Refused where too few of the remaining voters live. A leader hands over.

            Example: estoque cluster demote n2
            """
    )

    @Argument(help: "The voter.", transform: MemberArgument.name)
    var node: String

    @OptionGroup var options: AdminOptions

    func run() async throws { try await options.run(.change(.demote(node))) }
}

/// Another node leads.
struct ClusterTransferLeader: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer-leader",
        abstract: "Have another voter lead, such as before its machine is stopped.",
        discussion: """
            The leader stops taking writes, sees that the other has everything, and has it take over. \
            Writes wait meanwhile, for an election timeout at most: if the other hasn't taken over \
            by then, the leader goes on. Without a name, the voter that has the most.

            Example: estoque cluster transfer-leader n3
            """
    )

    @Argument(help: "The voter that is to lead.", transform: MemberArgument.name)
    var node: String?

    @OptionGroup var options: AdminOptions

    func run() async throws { try await options.run(.transfer(to: node)) }
}
