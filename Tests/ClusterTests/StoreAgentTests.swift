import Foundation
import Ledger
import LedgerClient
import TestSupport
import Testing

extension ClusterTests {
    /// A real agent beside a real cluster.
    @Suite struct StoreAgentTests {
        private static let sku = SKU(unchecked: "TEA-250")
        private static let stock: Int64 = 1_000

        /// A cluster with a store, and its agent with some rights.
        private static func run(
            _ body: (Cluster, StoreAgentProcess, EstoqueClient) async throws -> Void
        ) async throws {
            try await Cluster.run { cluster in
                let client = cluster.roamingClient(
                    from: 0,
                    actor: "head-office",
                    patience: .seconds(20)
                )
                let agent = try StoreAgentProcess(of: cluster)
                let result: Result<Void, any Error>
                do {
                    try await furnish(client)
                    try await agent.start()
                    try await agent.wait("the agent has rights") {
                        $0.state == "CONNECTED" && $0.unitsAllotted > 0
                    }
                    result = .success(try await body(cluster, agent, client))
                } catch {
                    result = .failure(error)
                }
                agent.kill()
                await client.close()
                try result.get()
            }
        }

        private static func furnish(_ client: EstoqueClient) async throws {
            let location = StoreAgentProcess.location
            _ = try await client.upsert(
                UpsertLocation(id: location, name: "Porto")
            )
            _ = try await client.upsert(
                UpsertItem(
                    sku: sku,
                    title: "Green tea",
                    price: 350,
                    currency: "EUR"
                )
            )
            let line = StockLine(sku: sku, location: location, quantity: stock)
            _ = try await client.receive(Receive(lines: [line]))
        }

        private static func onHand(
            _ cluster: Cluster,
            _ node: Cluster.Node
        ) async throws -> Int64 {
            try await cluster.client(of: node).stockLevel(
                sku,
                at: StoreAgentProcess.location,
                .linearizable,
                timeout: .seconds(10)
            ).value.level.onHand
        }

        @Test
        func `a store sells while its cluster is gone, and all of it arrives once`() async throws {
            try await Self.run { cluster, agent, client in
                let sku = Self.sku
                // Connected: over HTTP, and over the cluster's own gRPC.
                #expect(try await agent.sell(2, of: sku, key: "http-1").status == 200)
                let till = EstoqueClient(nodes: [agent.rpc], actor: Actor(unchecked: "till"))
                let request = RequestID.mint()
                let line = StockLine(
                    sku: sku,
                    location: StoreAgentProcess.location,
                    quantity: 1
                )
                for _ in 1...2 {
                    let sold = try await till.sell(Sell(lines: [line]), id: request).value
                    #expect(sold.first?.level.onHand == Self.stock - 3)
                }
                await till.close()
                try await eventually("a node has the sales", within: .seconds(30)) {
                    try await Self.onHand(cluster, cluster.nodes[0]) == Self.stock - 3
                }

                // Cut off: within its rights, and not beyond.
                for node in cluster.nodes { cluster.kill(node) }
                try await agent.wait("the agent notices") { $0.state == "CUT_OFF" }
                let open = try #require(await agent.stock(sku)).allotted
                try #require(open > 2)
                var told: [String: Data] = [:]
                for number in 1..<open {
                    let answer = try await agent.sell(1, of: sku, key: "cut-\(number)")
                    #expect(answer.status == 200, "\(answer.text)")
                    told["cut-\(number)"] = answer.body
                }
                let refused = try await agent.sell(2, of: sku, key: "beyond")
                #expect(refused.status == 409)
                #expect(refused.text.contains("\"reason\":\"INSUFFICIENT_STOCK\""))
                #expect(refused.text.contains("\"requested\":2,\"available\":1"))
                #expect(!refused.text.contains("\"cutOffSince\":null"))

                // Killed: what was told is what is there.
                agent.kill()
                try await agent.start()
                try await agent.wait("nothing is forgotten") {
                    $0.outboxDepth >= told.count && $0.state == "CUT_OFF"
                }
                for (key, body) in told {
                    #expect(try await agent.sell(1, of: sku, key: key).body == body)
                }
                #expect(try await agent.sell(1, of: sku, key: "last").status == 200)
                #expect(try await agent.sell(1, of: sku, key: "none").status == 409)

                // Back: everything arrives, once, and on every node.
                for node in cluster.nodes { try cluster.start(node) }
                let status = try await agent.wait("everything is told") {
                    $0.state == "CONNECTED" && $0.outboxDepth == 0
                }
                let left = Self.stock - 3 - open
                for node in cluster.nodes {
                    try await cluster.waitUntilServing(node)
                    #expect(try await Self.onHand(cluster, node) == left)
                }
                for (key, body) in told {
                    #expect(try await agent.sell(1, of: sku, key: key).body == body)
                }
                // Lists are of what is on the disk, which is a moment older.
                let store = try await eventually("the store is listed", within: .seconds(30)) {
                    let rows = try await client.stores(at: StoreAgentProcess.location).value.rows
                    return rows.first { $0.agent.lastSequence >= status.sequence }
                }
                #expect(store.agent.conflictCount == 0)
                #expect(store.openConflicts == 0)
                #expect(try await agent.stop() == .exited(0))
                #expect(try await Self.onHand(cluster, cluster.nodes[1]) == left)
            }
        }

        @Test
        func `an old disk's facts are put aside when another database has the store`() async throws
        {
            try await Self.run { cluster, agent, client in
                let location = StoreAgentProcess.location
                for node in cluster.nodes { cluster.kill(node) }
                try await agent.wait("the agent notices") { $0.state == "CUT_OFF" }
                for number in 1...2 {
                    let answer = try await agent.sell(1, of: Self.sku, key: "lost-\(number)")
                    #expect(answer.status == 200)
                }
                let untold = try #require(await agent.status()).outboxDepth
                agent.kill()
                for node in cluster.nodes { try cluster.start(node) }
                for node in cluster.nodes { try await cluster.waitUntilServing(node) }

                let reprovision = [
                    "store", "reprovision", "--location", location.text, "--data", agent.data,
                    "--node", agent.nodes, "--timeout", "20s",
                ]
                let made = try await Estoque.run(reprovision, in: cluster.directory)
                #expect(made.ending == .exited(0), "\(made.output)")
                let old = agent.data + ".old-1"
                #expect(FileManager.default.fileExists(atPath: old + "/agent.sqlite"))
                try await agent.start()
                try await agent.wait("the new database has the store") {
                    $0.state == "CONNECTED" && $0.epoch == 2
                }

                for _ in 1...2 {
                    let salvaged = try await Estoque.run(
                        [
                            "store", "salvage", "--location", location.text, "--data", old,
                            "--node", agent.nodes, "--timeout", "20s", "--output", "json",
                        ],
                        in: cluster.directory
                    )
                    #expect(salvaged.ending == .exited(0), "\(salvaged.output)")
                    #expect(salvaged.output.contains("\"told\":\(untold)"))
                }
                let report = try await eventually("it is put aside", within: .seconds(30)) {
                    let rows = try await client.stores(at: location).value.rows
                    return rows.first { $0.quarantined >= untold }
                }
                #expect(report.quarantined == untold)
                #expect(report.agent.state == .active)
                #expect(try await Self.onHand(cluster, cluster.nodes[0]) == Self.stock)
            }
        }
    }
}
