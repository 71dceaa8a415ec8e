import Foundation
import Ledger
import LedgerAPI
import LedgerClient
import TestSupport
import Testing

/// What an admin does about stores, on real nodes, with facts that a client submits.
extension ClusterTests {
    @Suite struct `Stores on the command line` {
        private func estoque(
            _ cluster: Cluster,
            _ words: String,
            expecting ending: ChildProcess.Ending = .exited(0)
        ) async throws -> [String: Any] {
            let addresses = cluster.nodes.map { "\($0.rpc)" }.joined(separator: ",")
            let process = try ChildProcess(
                Estoque.path(),
                words.split(separator: " ").map(String.init)
                    + ["--node", addresses, "--timeout", "60s", "--output", "json"],
                output: cluster.directory.path("store-\(UUID().uuidString)")
            )
            let ended = try await process.end(within: .seconds(90))
            let output = process.output
            #expect(ended == ending, "\(words): \(output)")
            let line = output.split(separator: "\n").first { $0.hasPrefix("{") } ?? "{}"
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any])
        }

        private let shop = LocationID(unchecked: "shop")
        private let tea = SKU(unchecked: "tea")

        /// A sale of 8 tea, more than there is, and what no node can read.
        private func submit(
            _ client: EstoqueClient,
            epoch: UInt32
        ) async throws -> Position {
            let sell = Sell(
                lines: [StockLine(sku: tea, location: shop, quantity: 8)],
                sale: SaleID(unchecked: "receipt-1")
            )
            let time = LogTime(microseconds: 1_700_000_000_000_000)
            let sale = FactPayload.encode(Fact(command: .sell(sell)), occurredAt: time)
            let taken = try await client.submitFacts(
                FactSubmission(
                    location: shop,
                    epoch: epoch,
                    firstSequence: 1,
                    previousHash: .start,
                    facts: [
                        WrittenFact(
                            claimedTime: time,
                            kind: sale.kind,
                            version: sale.version,
                            payload: sale.bytes
                        ),
                        WrittenFact(claimedTime: time, kind: 99, version: 1, payload: [7]),
                    ]
                )
            )
            #expect(taken.value.receipt.lastSequence == 2)
            return taken.position
        }

        @Test func `are seen, changed, recalled, revoked and put right`() async throws {
            try await Cluster.run { cluster in
                func run(
                    _ words: String,
                    _ ending: ChildProcess.Ending = .exited(0)
                ) async throws -> [String: Any] {
                    try await estoque(cluster, words, expecting: ending)
                }
                _ = try await run("item upsert tea --title Tea")
                _ = try await run("location upsert shop --name Shop")
                _ = try await run("stock receive tea@shop=5")
                _ = try await run("store show shop", .exited(1))
                let made = try await run("store takeover shop --instance db-1")
                #expect((made["store"] as? [String: Any])?["epoch"] as? Int == 1)
                let set = try await run(
                    "store settings shop --online-share 20 --no-release-holds"
                )
                let store = try #require(set["store"] as? [String: Any])
                #expect(store["onlineShare"] as? Int == 20)
                #expect(store["releasesHolds"] as? Bool == false)
                #expect(store["instance"] as? String == "db-1")
                let client = cluster.roamingClient(from: 0, actor: "agent")
                let granted = try await client.grantAllotment(
                    GrantAllotment(
                        location: shop,
                        epoch: 1,
                        lines: [ItemLine(sku: tea, quantity: 3)]
                    )
                )
                #expect(granted.value.allotments.map(\.allotment.granted) == [3])
                let recalled = try await run("store recall shop tea=2")
                let rights = try #require(recalled["allotments"] as? [[String: Any]])
                #expect(rights.map { $0["recalled"] as? Int } == [2])
                try await revoke(run, after: recalled)
                try await putRight(run, try await submitAgain(client))
                let verified = try await run("cluster verify")
                #expect(verified["isWell"] as? Bool == true)
                await client.close()
            }
        }

        private typealias Run = (String, ChildProcess.Ending) async throws -> [String: Any]

        /// Nothing happens before it was said how much that exposes.
        private func revoke(_ run: Run, after answer: [String: Any]) async throws {
            let position = try #require(answer["position"] as? Int)
            let listed = try await run(
                "store allotments shop --min-position \(position)",
                .exited(0)
            )
            #expect((listed["allotments"] as? [[String: Any]])?.first?["open"] as? Int == 3)
            let warned = try await run("store revoke shop tea --reason gone", .exited(1))
            #expect(warned["exposedUnits"] as? Int == 3)
            #expect(warned["allottedUnits"] as? Int == 3)
            let level = try await run("stock get tea shop --consistency linearizable", .exited(0))
            #expect((level["level"] as? [String: Any])?["allotted"] as? Int == 3)
            let asked = try await run(
                "store revoke shop --all --reason gone --validate-only",
                .exited(0)
            )
            #expect(asked["validated"] as? Bool == true)
            let revoked = try await run("store revoke shop --all --reason gone --yes", .exited(0))
            #expect(revoked["exposedUnits"] as? Int == 3)
            #expect(revoked["epoch"] as? Int == 2)
            let after = try await run("stock get tea shop --consistency linearizable", .exited(0))
            #expect((after["level"] as? [String: Any])?["allotted"] as? Int == 0)
        }

        /// The revocation has ended the agent's epoch: another takes over, and tells of a sale too many.
        private func submitAgain(_ client: EstoqueClient) async throws -> Position {
            let taken = try await client.registerStore(
                RegisterStore(
                    location: shop,
                    instance: Reference(unchecked: "db-2"),
                    takeover: true
                )
            )
            #expect(taken.value.epoch == 3)
            return try await submit(client, epoch: 3)
        }

        private func putRight(_ run: Run, _ position: Position) async throws {
            let since = "--min-position \(position.rawValue)"
            let listed = try await run("store list \(since)", .exited(0))
            let store = try #require((listed["stores"] as? [[String: Any]])?.first)
            #expect(store["lastSequence"] as? Int == 2)
            #expect(store["quarantined"] as? Int == 1)
            let conflicts = try await run("conflict list --location shop \(since)", .exited(0))
            let open = try #require(conflicts["conflicts"] as? [[String: Any]])
            #expect(Set(open.map { $0["kind"] as? String }) == ["OVERSOLD", "NEGATIVE_ON_HAND"])
            let id = try #require(open.first?["id"] as? String)
            _ = try await run("conflict resolve \(id) --dismiss --reason so-be-it", .exited(1))
            let shown = try await run("store show shop", .exited(0))
            #expect((shown["conflicts"] as? [[String: Any]])?.count == 2)
            let aside = try await run("store quarantine list \(since)", .exited(0))
            let fact = try #require((aside["facts"] as? [[String: Any]])?.first)
            #expect(fact["payload"] as? String == "Bw==")
            _ = try await run("store quarantine replay shop 3 2 --reason upgraded", .exited(1))
            let dropped = try await run(
                "store quarantine drop shop 3 2 --reason test --request-id drop-1",
                .exited(0)
            )
            #expect(dropped["replayed"] as? Bool == false)
            let again = try await run(
                "store quarantine drop shop 3 2 --reason test --request-id drop-1",
                .exited(0)
            )
            #expect(again["replayed"] as? Bool == true)
            let healed = try await run("stock receive tea@shop=3", .exited(0))
            let now = try #require(healed["position"] as? Int)
            let rest = try await run("conflict list --min-position \(now)", .exited(0))
            #expect((rest["conflicts"] as? [Any])?.isEmpty == true)
            let history = try await run("history --item tea --min-position \(now)", .exited(0))
            let rows = try #require(history["entries"] as? [[String: Any]])
            let sale = try #require(rows.first { $0["kind"] as? String == "SELL" })
            let trace = try #require(sale["fact"] as? [String: Any])
            #expect((trace["mark"] as? [String: Any])?["sequence"] as? Int == 1)
        }
    }
}
