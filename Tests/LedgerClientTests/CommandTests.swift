import Ledger
import LedgerAPI
import LedgerClient
import Testing

@Suite struct CommandTests {
    @Test(arguments: Way.allCases)
    func `a hold comes back with its place in the log`(way: Way) async throws {
        let node = try await FakeNode.start { request, number in
            guard case .reserve(let reserve) = request.command else { return .silence }
            var answer = FakeNode.answer(number)
            answer.outcome = .reservation(Sample.reservation(reserve.reservation))
            answer.replayed = true
            return .result(.answered(answer))
        }
        try await withClient(of: [node]) { client in
            guard case .reserve(let reserve) = Sample.reserve(1).command else { return }
            let id = RequestID(unchecked: "my-own")
            let held = try await way.sender(of: client).reserve(reserve, id: id)
            #expect(held.value == Sample.reservation(reserve.reservation))
            #expect(held.position == Position(1))
            #expect(held.isReplay)
            #expect(
                node.requests == [
                    Request(id: id, actor: Sample.till, command: .reserve(reserve))
                ]
            )
        }
    }

    @Test(arguments: Way.allCases)
    func `a refusal is an error that says everything`(way: Way) async throws {
        let node = try await FakeNode.start { _, number in
            var answer = FakeNode.answer(number)
            answer.outcome = .refused(.insufficientStock([Sample.shortage]))
            return .result(.answered(answer))
        }
        try await withClient(of: [node]) { client in
            let error = try #require(
                await #expect(throws: EstoqueError.self) {
                    try await way.sender(of: client).sell(Sell(lines: Sample.lines))
                }
            )
            #expect(error.code == .failedPrecondition)
            #expect(error.reason == .insufficientStock)
            #expect(error.shortages == [Sample.shortage])
            #expect(error.refusal == .insufficientStock([Sample.shortage]))
            #expect(error.refused?.position == Position(1))
            #expect(error.isOutcomeUnknown == false)
            #expect(error.requestID == node.requests[0].id)
            #expect(node.requests.count == 1)
            #expect(
                error.description
                    == "INSUFFICIENT_STOCK: not enough stock: 1 of MUG at store-7 asked for, "
                    + "0 available"
            )
        }
    }

    @Test(arguments: Way.allCases)
    func `a quota tells how long to wait and is not asked again`(way: Way) async throws {
        let owner = Owner(kind: .customer, reference: Reference(unchecked: "c"))
        let node = try await FakeNode.start { _, number in
            var answer = FakeNode.answer(number)
            answer.outcome = .refused(.holdQuotaExceeded(owner, limit: 5))
            return .result(.answered(answer))
        }
        try await withClient(of: [node]) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await way.sender(of: client).send(Sample.sell)
            }
            #expect(error?.code == .resourceExhausted)
            #expect(error?.retryDelay == .seconds(1))
            #expect(node.requests.count == 1)
        }
    }

    @Test func `an answer of another kind is no answer`() async throws {
        let node = try await FakeNode.start()
        try await withClient(of: [node]) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.sell(Sell(lines: Sample.lines))
            }
            #expect(error?.reason == .unreadableAnswer)
            #expect(error?.isOutcomeUnknown == true)
        }
    }

    @Test func `a batch is answered command by command`() async throws {
        let node = try await FakeNode.start { request, number in
            var answer = FakeNode.answer(number)
            switch number {
            case 1: answer.outcome = .refused(.itemNotFound(Sample.sku))
            case 2: return .result(.failed(.outcomeUnknown))
            default: break
            }
            return .result(.answered(answer))
        }
        try await withClient(of: [node]) { client in
            let requests = (0..<4).map(Sample.reserve)
            let results = try await client.batch(requests)
            #expect(node.requests == requests)
            #expect(results.count == 4)
            #expect(try results[0].get() == FakeNode.answer(0))
            #expect(try results[3].get() == FakeNode.answer(3))
            let refused = #expect(throws: EstoqueError.self) { try results[1].get() }
            #expect(refused?.refusal == .itemNotFound(Sample.sku))
            #expect(refused?.requestID == requests[1].id)
            let unknown = #expect(throws: EstoqueError.self) { try results[2].get() }
            #expect(unknown?.isOutcomeUnknown == true)
        }
    }

    @Test func `ids are minted as random UUIDs in lower case`() {
        let ids = Set((0..<100).map { _ in RequestID.mint().text })
        #expect(ids.count == 100)
        for id in ids {
            let parts = id.split(separator: "-", omittingEmptySubsequences: false)
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(parts[2].first == "4")
            #expect("89ab".contains(parts[3].prefix(1)))
            #expect(id.allSatisfy { "0123456789abcdef-".contains($0) })
        }
    }
}
