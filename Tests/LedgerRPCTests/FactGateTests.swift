import Ledger
import LedgerAPI
import LedgerClient
import LedgerRPC
import NIOCore
import Testing

/// Facts that come faster than they are applied.
@Suite struct `Too many facts at once` {
    private static var limits: LedgerServiceLimits {
        var limits = LedgerServiceLimits()
        limits.facts.submissionsPerStoreMax = 1
        limits.facts.waitingPerStoreMax = 0
        return limits
    }

    /// The reason that a client is given which doesn't try again.
    private func refusal(
        _ client: EstoqueClient,
        _ submission: FactSubmission
    ) async -> EstoqueError? {
        await #expect(throws: EstoqueError.self) {
            try await client.submitFacts(submission, timeout: .milliseconds(200))
        }
    }

    @Test func `are refused with a delay, while everybody else goes on`() async throws {
        try await withShop(limits: Self.limits) { client, node in
            _ = try await client.send(StoreShop.register(Shop.store))
            var outbox = Outbox(Shop.store)
            let submission = outbox.write([.sale("s-1", Shop.tea, 1, at: Shop.store)])
            let (isHeld, onHeld) = AsyncStream.makeStream(of: Void.self)
            node.holdFacts { onHeld.yield() }
            async let first = client.submitFacts(submission)
            var held = isHeld.makeAsyncIterator()
            await held.next()
            let error = await refusal(client, outbox.heartbeat())
            #expect(error?.reason == .overloaded)
            #expect(error?.code == .resourceExhausted)
            #expect(error?.isOutcomeUnknown == false)
            let delay = try #require(error?.retryDelay)
            #expect(delay >= .milliseconds(250))
            _ = try await client.sell(Sell(lines: [Shop.line(Shop.tea, Shop.store, 1)]))
            node.releaseFacts()
            #expect(try await first.value.receipt.lastSequence == 1)
            // There is room again.
            #expect(try await client.submitFacts(outbox.heartbeat()).value.credit > 0)
        }
    }

    @Test func `wait for those before them, and are refused when that takes too long`()
        async throws
    {
        var limits = Self.limits
        limits.facts.waitingPerStoreMax = 8
        limits.facts.patience = .milliseconds(150)
        try await withShop(limits: limits) { client, node in
            _ = try await client.send(StoreShop.register(Shop.store))
            var outbox = Outbox(Shop.store)
            let submission = outbox.write([.sale("s-1", Shop.tea, 1, at: Shop.store)])
            let (isHeld, onHeld) = AsyncStream.makeStream(of: Void.self)
            node.holdFacts { onHeld.yield() }
            async let first = client.submitFacts(submission)
            var held = isHeld.makeAsyncIterator()
            await held.next()
            let error = await #expect(throws: EstoqueError.self) {
                try await client.submitFacts(outbox.heartbeat(), timeout: .milliseconds(400))
            }
            #expect(error?.reason == .overloaded)
            // One that waits is answered once there is room.
            async let second = client.submitFacts(outbox.heartbeat())
            node.releaseFacts()
            #expect(try await first.value.receipt.lastSequence == 1)
            #expect(try await second.value.receipt.lastSequence == 1)
        }
    }

    @Test func `leave the node a rest before the next are let in`() async throws {
        var limits = Self.limits
        limits.facts.waitingPerStoreMax = 8
        limits.facts.restFactor = 1_000_000
        limits.facts.restMax = .milliseconds(300)
        try await withShop(limits: limits) { client, _ in
            _ = try await client.send(StoreShop.register(Shop.store))
            var outbox = Outbox(Shop.store)
            let submission = outbox.write([.sale("s-1", Shop.tea, 1, at: Shop.store)])
            let begun = ContinuousClock.now
            _ = try await client.submitFacts(submission)
            // Nobody else rests.
            _ = try await client.sell(Sell(lines: [Shop.line(Shop.tea, Shop.store, 1)]))
            _ = try await client.submitFacts(outbox.heartbeat())
            // The rest began after the first was sent, however long its answer took.
            #expect(ContinuousClock.now - begun > .milliseconds(299))
        }
    }

    @Test func `of too many bytes are malformed`() async throws {
        try await withShop { client, _ in
            _ = try await client.send(StoreShop.register(Shop.store))
            var outbox = Outbox(Shop.store)
            var long = WrittenFact.unreadable
            long.payload = [UInt8](repeating: 7, count: LedgerLimits.factBytesMax)
            let whole = outbox.write(Array(repeating: long, count: 16))
            let taken = try await client.submitFacts(whole).value.receipt
            #expect(taken.fates.allSatisfy { $0 == [.quarantined] })
            #expect(taken.lastHash == outbox.hash)
            let more = await #expect(throws: EstoqueError.self) {
                try await client.submitFacts(outbox.write(Array(repeating: long, count: 17)))
            }
            #expect(more?.reason == .malformed)
            long.payload.append(7)
            let longer = await #expect(throws: EstoqueError.self) {
                try await client.submitFacts(outbox.write([long]))
            }
            #expect(longer?.problem.violations.map(\.field) == ["facts[0].payload"])
        }
    }
}
