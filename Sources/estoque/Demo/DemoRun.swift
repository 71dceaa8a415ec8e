import Ledger
import LedgerClient

/// What befell the cluster and its stores.
struct DemoAccidents: Sendable {
    var leader: LeaderDrill.Outcome?
    var store: StoreDrill.Outcome?
}

/// The whole demonstration: a cluster, shops, readers, accidents, the books.
struct DemoRun: Sendable {
    let nodes: Int
    let duration: Duration?
    let directory: String?

    private static let tillsPerShop = 3
    private static let tillsPerAgent = 2
    /// When the accident happens if nobody says how long it will take.
    private static let openEndedDelay = Duration.seconds(10)
    private static let absenceMax = Duration.seconds(3)
    /// When the line is cut, and for how long, if nobody says how long it will take.
    private static let openEndedCut = (delay: Duration.seconds(7), length: Duration.seconds(15))

    func run() async throws {
        let scoreboard = Scoreboard(nodes: nodes)
        let isGood = try await Interruption.watched {
            scoreboard.end()
        } body: {
            Terminal.out("Starting \(nodes == 1 ? "a node" : "\(nodes) nodes") …")
            let cluster = try await LocalCluster.start(nodes: nodes, directory: directory)
            do {
                let isGood = try await show(cluster, scoreboard)
                await cluster.stop(keepingFiles: !isGood)
                return isGood
            } catch {
                let dead = cluster.nodes.indices.filter { cluster.pid($0) == nil }
                await cluster.stop(keepingFiles: true)
                throw cluster.failure("\(error)", showing: dead)
            }
        }
        guard isGood else { throw CommandFailure("the books do not balance") }
    }

    private func show(_ cluster: LocalCluster, _ scoreboard: Scoreboard) async throws -> Bool {
        let books = DemoBooks()
        let tills = tills(cluster, books, scoreboard)
        guard let first = tills.first else { return true }
        for command in DemoCatalogue.commands {
            guard await first.ask(command, counting: nil) else {
                throw CommandFailure("the shops can't be set up")
            }
        }
        let agents = try await DemoStores.start(
            at: DemoCatalogue.shopsWithAgents,
            of: cluster,
            keepingOnline: DemoCatalogue.onlineShare
        )
        scoreboard.change { $0.stores = agents.stores.map { StoreScore($0.location) } }
        DemoPrint.introduce(cluster, agents.stores, keeping: directory != nil)
        scoreboard.open()
        let accidents = await runShops(cluster, tills, agents.stores, scoreboard)
        for till in tills { await till.client.close() }
        Terminal.out("\nThe shops are closed after \(DemoText.seconds(scoreboard.elapsed)).")
        // What agents have to tell is among what the shelves are held against.
        let told = await StoreCheck(cluster: cluster, stores: agents.stores).run()
        let findings = told + (await DemoCheck(cluster: cluster, books: books).run())
        await agents.stop()
        let score = scoreboard.current
        DemoPrint.conclude(score, accidents, findings)
        let isGood = score.complaints.isEmpty && findings.allSatisfy(\.isGood)
        if !isGood { DemoPrint.showFiles(cluster) }
        return isGood
    }

    /// One shop after another, a client and a Session for each.
    private func tills(
        _ cluster: LocalCluster,
        _ books: DemoBooks,
        _ scoreboard: Scoreboard
    ) -> [Till] {
        DemoCatalogue.shops.enumerated().map { index, shop in
            // Each begins at another node: followers forward to the leader.
            let start = index % cluster.nodes.count
            let addresses = cluster.rpcAddresses
            var options = ClientOptions()
            options.backoffMax = .milliseconds(100)
            return Till(
                shop: shop.id,
                client: EstoqueClient(
                    nodes: Array(addresses[start...] + addresses[..<start]),
                    actor: Ledger.Actor(unchecked: "till-\(shop.id)"),
                    options: options
                ),
                books: books,
                scoreboard: scoreboard,
                pauseMax: duration == nil ? .milliseconds(400) : .milliseconds(50)
            )
        }
    }

    /// Business until it is over, with everything around it.
    private func runShops(
        _ cluster: LocalCluster,
        _ tills: [Till],
        _ stores: [DemoStore],
        _ scoreboard: Scoreboard
    ) async -> DemoAccidents {
        let screen = DemoScreen(
            cluster: cluster,
            scoreboard: scoreboard,
            duration: duration,
            isTerminal: Terminal.outIsTerminal
        )
        let watch = ClusterWatch(cluster: cluster, scoreboard: scoreboard)
        let storeWatch = StoreWatch(stores: stores, scoreboard: scoreboard)
        return await withTaskGroup { group in
            group.addTask { await screen.run() }
            group.addTask { await storeWatch.run() }
            group.addTask { await watch.run() }
            for (index, node) in cluster.nodes.enumerated() {
                let reader = FollowerReader(
                    node: index,
                    address: node.http,
                    scoreboard: scoreboard,
                    pause: duration == nil ? .milliseconds(200) : .milliseconds(25)
                )
                group.addTask { await reader.run() }
            }
            let accidents = await runBusiness(cluster, tills, stores, scoreboard)
            group.cancelAll()
            return accidents
        }
    }

    /// The tills, the deliveries and the accidents; returns when every customer has been served.
    private func runBusiness(
        _ cluster: LocalCluster,
        _ tills: [Till],
        _ stores: [DemoStore],
        _ scoreboard: Scoreboard
    ) async -> DemoAccidents {
        let leaderDrill = LeaderDrill(
            cluster: cluster,
            scoreboard: scoreboard,
            delay: duration.map { $0 / 2 } ?? Self.openEndedDelay,
            absence: duration.map { min($0 / 4, Self.absenceMax) } ?? Self.absenceMax
        )
        let storeDrill = stores.indices.last.map { index in
            StoreDrill(
                store: stores[index],
                index: index,
                scoreboard: scoreboard,
                delay: duration.map { $0 / 3 } ?? Self.openEndedCut.delay,
                length: duration.map { $0 / 3 } ?? Self.openEndedCut.length
            )
        }
        async let killed = leaderDrill.run()
        async let cut = storeDrill?.run()
        await withTaskGroup { group in
            for till in tills { addTasks(of: till, scoreboard, to: &group) }
            for till in storeTills(stores, tills, scoreboard) {
                for _ in 0..<Self.tillsPerAgent { group.addTask { await till.run() } }
            }
            if let duration {
                group.addTask {
                    await scoreboard.pause(for: duration)
                    scoreboard.end()
                }
            }
        }
        return DemoAccidents(leader: await killed, store: await cut)
    }

    private func addTasks(
        of till: Till,
        _ scoreboard: Scoreboard,
        to group: inout TaskGroup<Void>
    ) {
        for _ in 0..<Self.tillsPerShop { group.addTask { await till.run() } }
        group.addTask {
            while await !scoreboard.pause(for: .milliseconds(500)) { await till.restock() }
        }
    }

    /// The tills that sell by an agent, which write in the same books as all others.
    private func storeTills(
        _ stores: [DemoStore],
        _ tills: [Till],
        _ scoreboard: Scoreboard
    ) -> [StoreTill] {
        guard let books = tills.first?.books else { return [] }
        return stores.enumerated().map { index, store in
            StoreTill(
                store: store,
                index: index,
                books: books,
                scoreboard: scoreboard,
                pauseMax: duration == nil ? .milliseconds(1_500) : .milliseconds(300)
            )
        }
    }
}
