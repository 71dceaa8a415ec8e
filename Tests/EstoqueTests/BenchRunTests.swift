import Ledger
import LedgerClient
import NIOCore
import Testing

@testable import estoque

/// The generator against real nodes, for a moment each.
@Suite(.serialized) struct BenchRunTests {
    private static func plan(_ mode: BenchMode) -> BenchPlan {
        var plan = BenchPlan()
        plan.mode = mode
        plan.clients = 8
        plan.batch = mode == .batch ? 8 : 1
        plan.skus = 5
        plan.locations = 2
        plan.warmUp = .milliseconds(100)
        plan.duration = .milliseconds(500)
        plan.connections = 2
        return plan
    }

    private func client(_ cluster: LocalCluster) -> EstoqueClient {
        EstoqueClient(nodes: cluster.rpcAddresses, actor: LoadNames.actor)
    }

    @Test func `a rate is not exceeded`() async throws {
        try await LocalRig.withCluster(nodes: 1) { cluster in
            var plan = Self.plan(.unary)
            plan.rate = 100
            let stock = BenchStock(plan, run: BenchStock.newRun())
            try await BenchSetup(stock: stock, client: client(cluster)).run()
            let measured = try await BenchMeasurement.take(
                plan,
                stock: stock,
                probe: cluster.probe,
                local: cluster
            )
            #expect(measured.tally.operations > 0)
            // Each caller may have asked just before the first moment that counts.
            let most = measured.elapsed / plan.turn * Double(plan.clients)
            #expect(Double(measured.tally.operations) <= most + Double(plan.clients))
        }
    }

    @Test func `each mode's acknowledged reservations are in the ledger`() async throws {
        try await LocalRig.withCluster(nodes: 1) { cluster in
            let client = client(cluster)
            for mode in BenchMode.allCases {
                let plan = Self.plan(mode)
                let stock = BenchStock(plan, run: BenchStock.newRun())
                try await BenchSetup(stock: stock, client: client).run()
                let measured = try await BenchMeasurement.take(
                    plan,
                    stock: stock,
                    probe: cluster.probe,
                    local: cluster
                )
                #expect(measured.tally.operations > 0)
                #expect(measured.tally.refused == 0)
                #expect(measured.elapsed >= plan.duration)
                #expect(measured.clientTime > .zero)
                let books = BenchBooks(stock: stock, client: client, probe: cluster.probe)
                let result = await books.check(measured.tally)
                #expect(result.complaints == [], "\(mode)")

                // One more than there is: the check must see it.
                var wrong = measured.tally
                wrong.acknowledge(askOfNobody(), at: .now())
                #expect(await !books.check(wrong).complaints.isEmpty, "\(mode)")
            }
            await client.close()
        }
    }

    @Test(arguments: BenchMode.allCases)
    func `a killed leader costs no acknowledged reservation`(mode: BenchMode) async throws {
        try await LocalRig.withCluster(nodes: 3) { cluster in
            let client = client(cluster)
            var plan = Self.plan(mode)
            plan.duration = .seconds(3)
            let stock = BenchStock(plan, run: BenchStock.newRun())
            try await BenchSetup(stock: stock, client: client).run()
            async let killed: Int? = {
                await Uncancelled.sleep(for: .seconds(1))
                guard let leader = await cluster.probe.leader() else { return nil }
                await cluster.kill(leader.node)
                return leader.node
            }()
            let measured = try await BenchMeasurement.take(
                plan,
                stock: stock,
                probe: cluster.probe,
                local: cluster
            )
            try cluster.start(try #require(await killed))
            #expect(measured.tally.retried > 0)
            #expect(measured.tally.operations > 0)
            let books = BenchBooks(stock: stock, client: client, probe: cluster.probe)
            #expect(await books.check(measured.tally).complaints == [])
            await client.close()
        }
    }

    @Test(arguments: BenchMode.allCases)
    func `load that is interrupted ends in good order`(mode: BenchMode) async throws {
        try await LocalRig.withCluster(nodes: 1) { cluster in
            let client = client(cluster)
            var plan = Self.plan(mode)
            plan.duration = .seconds(60)
            let stock = BenchStock(plan, run: BenchStock.newRun())
            try await BenchSetup(stock: stock, client: client).run()
            let began = ContinuousClock.now
            await withTaskGroup { [plan] group in
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await BenchMeasurement.take(
                            plan,
                            stock: stock,
                            probe: cluster.probe,
                            local: cluster
                        )
                    }
                }
                await Uncancelled.sleep(for: .milliseconds(500))
                group.cancelAll()
            }
            #expect(began.duration(to: .now) < .seconds(30))
            await client.close()
        }
    }

    private func askOfNobody() -> Ask {
        var random = Xoshiro256()
        return Ask(
            request: RandomUUID(using: &random),
            reservation: RandomUUID(using: &random),
            place: 0,
            customer: 0,
            began: .now()
        )
    }
}
