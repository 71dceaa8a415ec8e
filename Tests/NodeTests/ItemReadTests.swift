import Ledger
import NIOCore
import Raft
import Testing

@testable import Replica

/// Items of real nodes as readers see them: out of memory, and fetched when they aren't there.
@Suite(.serialized) struct ItemReadTests {
    private func receive(_ skus: [String]) -> Command {
        .receive(
            Receive(
                lines: skus.map {
                    StockLine(
                        sku: SKU(unchecked: $0),
                        location: LocationID(unchecked: "s1"),
                        quantity: 1
                    )
                }
            )
        )
    }

    @Test(arguments: [3, 1_000])
    func `what memory lacks is fetched in slices, and is of one position all the same`(
        viewItemsMax: Int
    ) async throws {
        try await NodeCluster.run(1) { settings in
            settings.limits.viewItemsMax = viewItemsMax
            settings.limits.rowsFetchedPerSliceMax = 1
        } _: { cluster in
            let id = try await cluster.leader()
            let node = try await cluster.node(id)
            let names = (0..<40).map { "item-\($0)" }
            let skus = names.map { SKU(unchecked: $0) }
            _ = try await cluster.submit(.place("s1"), at: id)
            for name in names { _ = try await cluster.submit(.item(name), at: id) }
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for _ in 0..<150 {
                        // The first and the last item move together, always.
                        let result = try await cluster.submit(
                            receive([names[0], names[39]]),
                            at: id
                        )
                        _ = try #require(result.answer)
                    }
                }
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<40 {
                            let read = try await node.read(skus)
                            let units = read.value.map { $0?.levels.first?.level.onHand ?? 0 }
                            #expect(read.value.allSatisfy { $0 != nil })
                            #expect(units.first == units.last)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let last = try await node.read(skus)
            #expect(last.value.first??.levels.first?.level.onHand == 150)
            #expect(node.shared.view.count <= viewItemsMax)
        }
    }

    @Test func `an item is fetched once however many ask for it at the same time`() async throws {
        try await NodeCluster.run(1) { settings in
            settings.limits.rowsFetchedPerSliceMax = 3
        } _: { cluster in
            let node = try await cluster.node(try await cluster.leader())
            let skus = (0..<50).map { SKU(unchecked: "cold-\($0)") }
            try await withThrowingTaskGroup { group in
                for start in 0..<200 {
                    // Each in an order of its own.
                    let asked = Array(skus[(start % 50)...] + skus[..<(start % 50)])
                    group.addTask { _ = try await node.read(asked) }
                }
                try await group.waitForAll()
            }
            let loop = node.loop
            let fetched = try await node.eventLoop.submit { loop.value.fetches.fetchedCount }.get()
            #expect(fetched == 50)
        }
    }

    @Test func `more readers than may wait for cold items are told so`() async throws {
        try await NodeCluster.run(1) { settings in
            settings.limits.rowsFetchedPerSliceMax = 1
            settings.limits.itemFetchesMax = 4
        } _: { cluster in
            let node = try await cluster.node(try await cluster.leader())
            let skus = (0..<200).map { SKU(unchecked: "none-\($0)") }
            let results = await withTaskGroup { group in
                for _ in 0..<40 {
                    group.addTask { await node.tryToRead(skus) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let refused = results.count {
                if case .failure(.overloaded) = $0 { true } else { false }
            }
            let answered = results.count { if case .success = $0 { true } else { false } }
            #expect(answered >= 1)
            #expect(answered + refused == 40)
            #expect(try await node.read(skus).value.count == 200)
        }
    }

    @Test func `offers and locations that change are seen in memory at once`() async throws {
        try await NodeCluster.run(1) { cluster in
            let id = try await cluster.leader()
            let node = try await cluster.node(id)
            for command in [Command.item("tea"), .place("s1"), .place("s2"), receive(["tea"])] {
                _ = try #require(try await cluster.submit(command, at: id).answer)
            }
            _ = try await node.read(["tea"])
            let price = Money(amount: 590, currency: "GBP")
            for place in ["s1", "s2"] {
                let offer = SetOffer(
                    sku: SKU(unchecked: "tea"),
                    location: LocationID(unchecked: place),
                    price: price
                )
                _ = try #require(try await cluster.submit(.setOffer(offer), at: id).answer)
            }
            let renamed = UpsertLocation(id: LocationID(unchecked: "s1"), name: "Lisbon")
            _ = try #require(try await cluster.submit(.upsertLocation(renamed), at: id).answer)
            // Still in memory: nobody fetches it anew because of a location's name.
            let items = try #require(node.itemsInView([SKU(unchecked: "tea")])).value
            let tea = try #require(items.first.flatMap { $0 })
            #expect(tea.levels.map(\.place.name) == ["Lisbon"])
            for place in ["s1", "s2"] {
                #expect(tea.price(at: LocationID(unchecked: place)) == price)
                #expect(Availability(tea, at: LocationID(unchecked: place)).price == price)
            }
            #expect(tea.price(at: nil) == nil)
            // The same, read from the state.
            node.shared.view.removeAll(at: Position(0))
            #expect(try await node.read(["tea"]).value == [tea])
        }
    }
}

extension ReplicaNode {
    fileprivate func tryToRead(
        _ skus: [SKU]
    ) async -> Result<Stamped<[ItemView?]>, Replica.ReadFailure> {
        await withCheckedContinuation { continuation in
            items(skus, consistency: .stale, deadline: .now() + .seconds(30)) {
                continuation.resume(returning: $0)
            }
        }
    }

    fileprivate func read(_ skus: [SKU]) async throws -> Stamped<[ItemView?]> {
        try await tryToRead(skus).get()
    }

    fileprivate func read(_ names: [String]) async throws -> Stamped<[ItemView?]> {
        try await read(names.map { SKU(unchecked: $0) })
    }
}
