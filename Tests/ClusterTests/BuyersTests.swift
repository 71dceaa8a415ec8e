import Foundation
import Ledger
import LedgerAPI
import LedgerClient
import Testing

/// Many buyers and few units, on real nodes.
extension ClusterTests {
    @Suite struct `The last units` {
        /// Rounds; more are asked for by `ESTOQUE_BUYER_ROUNDS`, such as 1000.
        private static let rounds =
            ProcessInfo.processInfo.environment["ESTOQUE_BUYER_ROUNDS"].flatMap(Int.init) ?? 20
        private static let buyers = 100
        private static let units = 10
        private static let shop = LocationID(unchecked: "shop")

        @Test func `of a hundred buyers of the last ten units, ten get one each`() async throws {
            try await Cluster.run { cluster in
                // A client a node, so that followers forward too.
                let clients = try cluster.nodes.map { try cluster.client(of: $0) }
                let first = try #require(clients.first)
                _ = try await first.upsert(UpsertLocation(id: Self.shop, name: "Shop"))
                for round in 0..<Self.rounds {
                    try await play(round, clients)
                }
            }
        }

        private func play(_ round: Int, _ clients: [EstoqueClient]) async throws {
            let client = clients[round % clients.count]
            let sku = SKU(unchecked: "last-\(round)")
            _ = try await client.upsert(UpsertItem(sku: sku, title: "The last ones"))
            let stock = StockLine(
                sku: sku,
                location: Self.shop,
                quantity: Quantity(Self.units)
            )
            _ = try await client.receive(Receive(lines: [stock]))
            let (won, lost, other) = await buy(sku, clients)
            #expect(won == Self.units, "round \(round)")
            #expect(lost == Self.buyers - Self.units, "round \(round)")
            #expect(other.isEmpty, "round \(round): \(other)")
            let level = try await client.stockLevel(sku, at: Self.shop, .linearizable).value.level
            #expect(level.reserved == Quantity(Self.units))
            #expect(level.available == 0)
        }

        /// All at once; says how many got one, how many were refused, and what else became of them.
        private func buy(
            _ sku: SKU,
            _ clients: [EstoqueClient]
        ) async -> (won: Int, lost: Int, other: [String]) {
            await withTaskGroup(of: Result<Void, EstoqueError>.self) { group in
                for buyer in 0..<Self.buyers {
                    group.addTask {
                        do throws(EstoqueError) {
                            _ = try await clients[buyer % clients.count].reserve(
                                Reserve(
                                    reservation: .mint(),
                                    owner: Owner(
                                        kind: .customer,
                                        reference: Reference(unchecked: "b\(buyer)")
                                    ),
                                    lines: [
                                        StockLine(sku: sku, location: Self.shop, quantity: 1)
                                    ],
                                    ttl: Milliseconds(600_000)
                                )
                            )
                            return .success(())
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                var (won, lost) = (0, 0)
                var other: [String] = []
                for await result in group {
                    switch result {
                    case .success: won += 1
                    case .failure(let error) where error.reason == .insufficientStock: lost += 1
                    case .failure(let error): other.append("\(error)")
                    }
                }
                return (won, lost, other)
            }
        }
    }
}
