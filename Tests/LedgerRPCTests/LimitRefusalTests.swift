import Ledger
import LedgerAPI
import LedgerClient
import NIOCore
import Replica
import Testing

/// Refusals that need more than one of everything: much time, much stock, many holds, a name used twice.
@Suite struct `Refusals at the limits, through gRPC` {
    private static let tooMuch: [Command] = [
        .receive(Receive(lines: [Shop.line(Shop.mug, Shop.store, 11)])),
        .adjust(Adjust(lines: [Shop.line(Shop.mug, Shop.store, 11)], reason: Shop.why)),
        .count(
            Count(lines: [
                CountLine(
                    sku: Shop.mug,
                    location: Shop.store,
                    counted: LedgerLimits.quantityMax,
                    book: 0
                )
            ])
        ),
    ]

    private static func hold(_ number: Int) -> Command {
        Shop.reserve(
            ReservationID(unchecked: "hold-\(number)"),
            [Shop.line(Shop.mug, Shop.store, 1)]
        )
    }

    private static func sell(_ quantity: Quantity) -> Command {
        .sell(Sell(lines: [Shop.line(Shop.tea, Shop.store, quantity)]))
    }

    @Test func `MAX_TTL_REACHED: a hold can be extended for a week and not longer`() async throws {
        try await withShop { client, node in
            let day = LedgerLimits.ttlMax
            let extend = Command.extend(Extend(reservation: Shop.held, ttl: day))
            let latest = try await client.reservation(Shop.held).value.maxExpireTime
            let step = Milliseconds(day.rawValue * 3 / 4)
            // As long as a step later it may still be extended by a day.
            repeat {
                _ = try await client.send(extend)
                node.advance(by: step)
            } while node.logTime.advanced(by: step).advanced(by: day) < latest
            let before = try await client.reservation(Shop.held).value
            let error = await #expect(throws: EstoqueError.self) { try await client.send(extend) }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.reason == .maxTTLReached)
            #expect(error?.problem.metadata["reservation_id"] == "held")
            #expect(
                error?.problem.metadata["latest_expire_time_us"]
                    == String(latest.microseconds)
            )
            #expect(try await client.reservation(Shop.held).value == before)
        }
    }

    @Test(arguments: tooMuch)
    func `QUANTITY_OVERFLOW: no bucket goes beyond its limit`(command: Command) async throws {
        try await withShop { client, node in
            node.rewrite(Shop.mug, at: Shop.store) { $0.onHand = LedgerLimits.bucketMax - 10 }
            let position = node.position
            let error = await #expect(throws: EstoqueError.self) { try await client.send(command) }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.reason == .quantityOverflow)
            #expect(error?.problem.metadata["sku"] == "mug")
            #expect(error?.problem.metadata["location_id"] == "store")
            #expect(node.position > position, "a refusal is an answer, and remembered")
            // Up to the limit it goes.
            let last = Command.receive(Receive(lines: [Shop.line(Shop.mug, Shop.store, 10)]))
            guard case .levels(let levels) = try await client.send(last).outcome else {
                Issue.record("no levels")
                return
            }
            #expect(levels.map(\.level.onHand) == [LedgerLimits.bucketMax])
        }
    }

    @Test func `HOLD_QUOTA_EXCEEDED: an owner has so many open holds and no more`() async throws {
        try await withShop { client, node in
            let crowd = LedgerLimits.openHoldsPerOwnerMax
            node.rewrite(Shop.mug, at: Shop.store) { $0.onHand = Quantity(crowd) + 1 }
            // The shop has one hold of this owner already.
            let requests = (1..<crowd).map {
                Request(id: .mint(), actor: client.actor, command: Self.hold($0))
            }
            node.submit(requests, deadline: .distantFuture) { _, result in
                guard case .answered(let answer) = result, !answer.outcome.isRefusal else {
                    Issue.record("\(result)")
                    return
                }
            }
            let error = await #expect(throws: EstoqueError.self) {
                try await client.send(Self.hold(crowd))
            }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.reason == .holdQuotaExceeded)
            #expect(error?.problem.metadata["owner_reference"] == "ada")
            #expect(error?.problem.metadata["limit"] == String(crowd))
            #expect(error?.problem.retryDelay == Milliseconds(1_000))
            _ = try await client.send(.release(Release(reservation: Shop.held)))
            _ = try await client.send(Self.hold(crowd + 1))
        }
    }

    @Test func `IDEMPOTENCY_KEY_REUSED: a request's name is for one request`() async throws {
        try await withShop { client, node in
            let id = RequestID.mint()
            let first = try await client.send(
                Request(id: id, actor: client.actor, command: Self.sell(1))
            )
            for other in [
                Self.sell(2), Shop.stocking[0], .release(Release(reservation: Shop.held)),
            ] {
                let error = await #expect(throws: EstoqueError.self) {
                    try await client.send(Request(id: id, actor: client.actor, command: other))
                }
                #expect(error?.code == .invalidArgument)
                #expect(error?.reason == .idempotencyKeyReused)
                #expect(error?.problem.metadata["request_id"] == id.text)
            }
            let again = try await client.send(
                Request(id: id, actor: client.actor, command: Self.sell(1))
            )
            #expect(again.replayed)
            #expect(again.outcome == first.outcome)
        }
    }
}
