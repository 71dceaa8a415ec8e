import AgentCore
import AgentTesting
import Ledger
import Testing

/// Agents and a ledger out of seeds: whatever was lost, late, twice, cut off or killed, in the end the
/// ledger has exactly what the tills were told.
@Suite("Agents and a ledger, out of a seed")
struct WorldTests {
    private static let seeds: [UInt64] = Array(1...6)

    @Test("Lost, late and repeated messages, cut wires and deaths", arguments: seeds)
    func faults(seed: UInt64) async {
        var world = World(seed: seed, plan: World.Plan())
        await finish(&world)
        world.expectAgreement()
        world.expectNothingOversold()
    }

    @Test("Overdrafts and losses are counted, and nothing else is amiss", arguments: seeds)
    func losses(seed: UInt64) async {
        var plan = World.Plan()
        plan.policy = .overdraw
        plan.hasLosses = true
        var world = World(seed: seed, plan: plan)
        await finish(&world)
        world.expectAgreement()
    }

    @Test("Rights are revoked while shops are cut off", arguments: seeds)
    func revocations(seed: UInt64) async {
        var plan = World.Plan()
        plan.hasRevocations = true
        var world = World(seed: seed, plan: plan)
        await finish(&world)
        world.expectAgreement()
    }

    @Test("The ledger is restored from backups, and is told everything again", arguments: seeds)
    func backups(seed: UInt64) async {
        var plan = World.Plan()
        plan.hasBackups = true
        plan.hasRevocations = seed % 2 == 0
        var world = World(seed: seed, plan: plan)
        await finish(&world)
        world.expectAgreement()
    }

    @Test("Clones and old copies are found out at the first difference", arguments: seeds)
    func copies(seed: UInt64) async {
        var plan = World.Plan()
        plan.hasCopies = true
        var world = World(seed: seed, plan: plan)
        await finish(&world)
        world.expectCopiesFoundOut()
        world.expectNothingOversold()
    }

    /// Lets other tests have the thread now and then.
    private func finish(_ world: inout World) async {
        for _ in 0..<14 {
            world.run(steps: 50)
            await Task.yield()
        }
        let facts = world.devices.map(\.core.head.sequence)
        #expect(facts.contains { $0 > 10 }, "a world in which nothing happens shows nothing")
        world.isHealing = true
        world.run(steps: 400)
    }
}

extension World {
    /// Every outbox is empty, every till answered, the books of both sides are equal, and the ledger's
    /// invariants hold.
    mutating func expectAgreement() {
        for violation in LedgerAudit.check(centre.state) { Issue.record("\(violation)") }
        for index in devices.indices {
            expectAgreement(of: index)
        }
    }

    private mutating func expectAgreement(of index: Int) {
        var device = devices[index]
        for fault in device.faults { Issue.record("\(fault)") }
        #expect(device.core.head.frozen == nil)
        #expect(device.core.head.outboxDepth == 0)
        #expect(device.errands.isEmpty, "every till is answered")
        guard let agent = centre.agent(device.location) else {
            Issue.record("not registered")
            return
        }
        #expect(agent.lastSequence == device.core.head.sequence)
        #expect(agent.factCount == device.core.head.sequence)
        #expect(agent.lastHash == device.core.head.hash)
        expectTold(&device)
        for sku in Self.skus {
            let level = centre.level(sku, device.location)
            guard let stock = stock(&device, sku) else {
                Issue.record("no copy of \(sku)")
                continue
            }
            #expect(stock.onHand == level.onHand)
            #expect(stock.unavailable == level.unavailable)
            expectRights(stock, sku, device)
        }
    }

    private func stock(_ device: inout Device, _ sku: SKU) -> AgentStock? {
        do throws(MortalRows.Death) {
            return try device.core.stock(sku)
        } catch {
            return nil
        }
    }

    /// The agent never has more rights than the ledger knows of.
    private func expectRights(_ stock: AgentStock, _ sku: SKU, _ device: Device) {
        let allotment = centre.allotment(sku, device.location)
        let open = allotment.map { $0.epoch == device.core.head.epoch ? $0.open : 0 } ?? 0
        #expect(stock.rights <= max(0, open))
        if backups == 0 { #expect(stock.rights == max(0, open)) }
    }

    /// What tills were told to be done is in the journal, each once.
    private func expectTold(_ device: inout Device) {
        var marks: Set<UInt64> = []
        for row in centre.state.journal {
            guard case .fact(let trace, actor: _, outcome: _) = row.cause,
                trace.mark.location == device.location
            else { continue }
            let isNew = marks.insert(trace.mark.sequence).inserted
            #expect(isNew, "each fact is applied once")
        }
        #expect(marks.count == Int(device.core.head.sequence))
        var sequences: Set<UInt64> = []
        for (id, answer) in device.told {
            guard case .done(let receipt) = answer, receipt.sequence > 0 else { continue }
            let isNew = sequences.insert(receipt.sequence).inserted
            #expect(isNew, "\(id) shares its fact with another request")
            #expect(marks.contains(receipt.sequence), "\(id) was told and isn't in the ledger")
        }
    }

    /// Without losses and overdrafts nobody is promised what isn't there.
    func expectNothingOversold() {
        for row in centre.state.journal {
            for movement in row.movements {
                let isFine = movement.after.available >= 0 && movement.after.onHand >= 0
                #expect(isFine, "\(row.kind) at \(row.position.rawValue): \(movement)")
            }
        }
    }

    /// No two devices go on with one chain as if nothing had been.
    mutating func expectCopiesFoundOut() {
        for violation in LedgerAudit.check(centre.state) { Issue.record("\(violation)") }
        for shop in Self.shops {
            let same = devices.filter { $0.location == shop }
            let agent = centre.agent(shop)
            for device in same where !device.isFrozen {
                // Who isn't frozen stands where the ledger does.
                #expect(device.core.head.sequence == agent?.lastSequence)
                #expect(device.core.head.hash == agent?.lastHash)
                #expect(device.faults.isEmpty)
            }
        }
    }
}
