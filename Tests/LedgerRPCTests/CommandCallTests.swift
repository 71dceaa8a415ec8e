import Ledger
import LedgerAPI
import LedgerClient
import Testing

/// Every command through gRPC, over the production rules.
@Suite struct `Commands through gRPC` {
    private func check(_ error: EstoqueError?, _ row: Refused) {
        #expect(error?.code == row.code)
        #expect(error?.reason == row.reason)
        #expect(error?.shortages == row.shortages)
        for (name, value) in row.metadata { #expect(error?.problem.metadata[name] == value) }
        if let version = row.version {
            #expect(error?.problem.detail == .versionMismatch(current: version))
        }
    }

    @Test func `every refusal has its code, its reason and its details`() async throws {
        try await withShop { client, _ in
            for row in Refused.all {
                let error = await #expect(throws: EstoqueError.self, "\(row.testDescription)") {
                    try await client.send(row.command)
                }
                check(error, row)
            }
        }
    }

    @Test func `asking what would be gives the same refusals, and leaves nothing behind`()
        async throws
    {
        try await withShop { client, node in
            let position = node.position
            for row in Refused.all {
                let request = Request(id: .mint(), actor: client.actor, command: row.command)
                let error = await #expect(throws: EstoqueError.self, "\(row.testDescription)") {
                    try await client.validate(request)
                }
                check(error, row)
                if row.reason != .malformed { #expect(error?.refused?.validated == true) }
            }
            #expect(node.position == position)
        }
    }

    @Test func `in a batch every refusal is named with its index, and nothing is done`()
        async throws
    {
        try await withShop { client, _ in
            let before = try await client.reservation(Shop.held).value
            for row in Refused.all where row.reason != .malformed {
                let error = await #expect(throws: EstoqueError.self, "\(row.testDescription)") {
                    try await client.together([
                        .extend(
                            Extend(reservation: Shop.held, ttl: Milliseconds(7_200_000))
                        ),
                        row.command,
                    ])
                }
                #expect(error?.reason == .batchRefused)
                #expect(error?.code == .failedPrecondition)
                guard case .batchRefused(let index, let problem)? = error?.problem.detail else {
                    Issue.record("\(row.testDescription) has no detail")
                    continue
                }
                #expect(index == 1)
                #expect(problem.reason == row.reason)
                #expect(problem.code == row.code)
                for (name, value) in row.metadata { #expect(problem.metadata[name] == value) }
            }
            #expect(try await client.reservation(Shop.held).value == before)
        }
    }

    @Test func `what is only asked is answered as if it were done, and then can be done`()
        async throws
    {
        try await withShop { client, node in
            let request = Request(
                id: .mint(),
                actor: client.actor,
                command: .sell(Sell(lines: [Shop.line(Shop.tea, Shop.store, 1)]))
            )
            let asked = try await client.validate(request)
            #expect(asked.validated)
            #expect(asked.position == node.position)
            let done = try await client.send(request)
            #expect(!done.validated)
            #expect(!done.replayed)
            #expect(done.outcome == asked.outcome)
            let again = try await client.validate(request)
            #expect(again.replayed && again.validated)
        }
    }

    @Test func `goods go out, come back, move and are counted`() async throws {
        try await withShop { client, _ in
            let back = try await client.returnGoods(
                ReturnGoods(
                    origin: .sale(Shop.receipt),
                    lines: [ReturnLine(sku: Shop.tea, soldAt: Shop.store, quantity: 1)]
                )
            )
            guard case .sale(let sale) = back.value else {
                Issue.record("\(back.value)")
                return
            }
            #expect(sale.lines.map(\.returned) == [1])
            #expect(try await client.sale(Shop.receipt).value == sale)

            let arrived = try await client.receiveTransfer(
                ReceiveTransfer(
                    transfer: Shop.moving,
                    lines: [ArrivalLine(sku: Shop.tea, ok: 1, rejected: 1, lost: 1)]
                )
            )
            #expect(arrived.value.lines.map(\.inTransit) == [0])
            #expect(try await client.transfer(Shop.moving).value == arrived.value)

            let counted = try await client.count(
                Count(lines: [
                    CountLine(sku: Shop.tea, location: Shop.store, counted: 9, book: 10),
                    CountLine(
                        sku: Shop.mug,
                        location: Shop.store,
                        counted: 4,
                        book: 0,
                        bookVersion: 99
                    ),
                ])
            )
            guard case .counted(let applied, let outdated) = counted.value else {
                Issue.record("\(counted.value)")
                return
            }
            #expect(applied.map(\.sku) == [Shop.tea])
            #expect(outdated.map(\.sku) == [Shop.mug])

            let price = Money(amount: 250, currency: "GBP")
            let offer = try await client.setOffer(
                SetOffer(sku: Shop.tea, location: Shop.store, price: price, fields: [.price])
            )
            #expect(offer.value.price == price)
            #expect(try await client.offer(Shop.tea, at: Shop.store).value == offer.value)
        }
    }

    @Test func `a batch that goes through says what each command did`() async throws {
        try await withShop { client, _ in
            let done = try await client.together([
                .receive(Receive(lines: [Shop.line(Shop.mug, Shop.store, 5)])),
                .sell(Sell(lines: [Shop.line(Shop.mug, Shop.store, 5)])),
            ])
            guard case .levels(let received)? = done.value.first,
                case .levels(let sold)? = done.value.last
            else {
                Issue.record("\(done.value)")
                return
            }
            #expect(received.map(\.level.onHand) == [5])
            #expect(sold.map(\.level.onHand) == [0])
        }
    }

    @Test(arguments: [
        (ServicePath.getSale, Reason.saleNotFound), (ServicePath.getTransfer, .transferNotFound),
        (ServicePath.getOffer, .offerNotFound),
    ])
    func `what isn't there is not found`(path: String, reason: Reason) async throws {
        try await withShop { client, _ in
            let error = await #expect(throws: EstoqueError.self) {
                switch reason {
                case .saleNotFound: _ = try await client.sale(SaleID(unchecked: "x"))
                case .transferNotFound:
                    _ = try await client.transfer(TransferID(unchecked: "x"))
                default: _ = try await client.offer(Shop.mug, at: Shop.store)
                }
            }
            #expect(error?.reason == reason)
            #expect(error?.code == .notFound)
        }
    }
}
