import Ledger
import LedgerClient

/// The whole demonstration: a cluster, shops, readers, an accident, the books.
struct DemoRun: Sendable {
    let nodes: Int
    let duration: Duration?
    let directory: String?

    private static let tillsPerShop = 3
    /// When the accident happens if nobody says how long it will take.
    private static let openEndedDelay = Duration.seconds(10)
    private static let absenceMax = Duration.seconds(3)

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
        DemoPrint.introduce(cluster, keeping: directory != nil)
        let books = DemoBooks()
        let tills = tills(cluster, books, scoreboard)
        guard let first = tills.first else { return true }
        for command in DemoCatalogue.commands {
            guard await first.ask(command, counting: nil) else {
                throw CommandFailure("the shops can't be set up")
            }
        }
        scoreboard.open()
        let accident = await runShops(cluster, tills, scoreboard)
        for till in tills { await till.client.close() }
        Terminal.out("\nThe shops are closed after \(DemoText.seconds(scoreboard.elapsed)).")
        let findings = await DemoCheck(cluster: cluster, books: books).run()
        let score = scoreboard.current
        DemoPrint.conclude(score, accident, findings)
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
        _ scoreboard: Scoreboard
    ) async -> LeaderDrill.Outcome? {
        let screen = DemoScreen(
            cluster: cluster,
            scoreboard: scoreboard,
            duration: duration,
            isTerminal: Terminal.outIsTerminal
        )
        let watch = ClusterWatch(cluster: cluster, scoreboard: scoreboard)
        return await withTaskGroup { group in
            group.addTask { await screen.run() }
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
            let accident = await runBusiness(cluster, tills, scoreboard)
            group.cancelAll()
            return accident
        }
    }

    /// The tills, the deliveries and the accident; returns when every customer has been served.
    private func runBusiness(
        _ cluster: LocalCluster,
        _ tills: [Till],
        _ scoreboard: Scoreboard
    ) async -> LeaderDrill.Outcome? {
        let drill = LeaderDrill(
            cluster: cluster,
            scoreboard: scoreboard,
            delay: duration.map { $0 / 2 } ?? Self.openEndedDelay,
            absence: duration.map { min($0 / 4, Self.absenceMax) } ?? Self.absenceMax
        )
        return await withTaskGroup(of: LeaderDrill.Outcome?.self) { group in
            for till in tills {
                for _ in 0..<Self.tillsPerShop {
                    group.addTask {
                        await till.run()
                        return nil
                    }
                }
                group.addTask {
                    while await !scoreboard.pause(for: .milliseconds(500)) { await till.restock() }
                    return nil
                }
            }
            group.addTask { await drill.run() }
            if let duration {
                group.addTask {
                    await scoreboard.pause(for: duration)
                    scoreboard.end()
                    return nil
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
    }
}
