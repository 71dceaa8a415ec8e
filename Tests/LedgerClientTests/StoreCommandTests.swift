import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import NIOCore
import Testing

/// Commands about stores against nodes that fail.
@Suite struct StoreCommandTests {
    private static let receipt = FactsReceipt(
        location: Sample.store,
        epoch: 2,
        lastSequence: 7,
        lastHash: .start,
        fates: [[.quarantined]]
    )

    private static let submission = FactSubmission(
        location: Sample.store,
        epoch: 2,
        firstSequence: 7,
        previousHash: FactHash(words: (1, 2, 3, 4)),
        facts: [
            WrittenFact(
                claimedTime: LogTime(microseconds: 5),
                kind: 99,
                version: 3,
                payload: [0, 255, 7]
            )
        ],
        completeThrough: LogTime(microseconds: 4)
    )

    /// Can't say first what became of the command, then answers it.
    private static func startNode(_ outcome: Outcome) async throws -> FakeNode {
        try await FakeNode.start { _, number in
            guard number > 0 else { return .end(GRPCStatus(.unavailable, "gone"), [:]) }
            var answer = FakeNode.answer(number)
            answer.outcome = outcome
            answer.replayed = true
            return .result(.answered(answer))
        }
    }

    @Test func `facts are sent again to the byte, with the id that they had`() async throws {
        let node = try await Self.startNode(.facts(Self.receipt))
        try await withClient(of: [node]) { client in
            let taken = try await client.submitFacts(Self.submission)
            #expect(taken.value.receipt == Self.receipt)
            #expect(taken.isReplay)
            // A node that says nothing of it gives none.
            #expect(taken.value.credit == 0)
            #expect(node.requests.count == 2)
            #expect(node.requests[0] == node.requests[1])
            guard case .submitFacts(let sent) = node.requests[0].command else {
                Issue.record("\(node.requests[0])")
                return
            }
            #expect(sent.location == Sample.store)
            #expect(sent.epoch == 2)
            #expect(sent.firstSequence == 7)
            #expect(sent.previousHash == Self.submission.previousHash)
            #expect(sent.completeThrough == LogTime(microseconds: 4))
            #expect(!sent.isSalvage)
            let unread = UnreadFact(kind: 99, version: 3, payload: [0, 255, 7])
            #expect(sent.facts.map(\.content) == [.unknown(unread)])
            #expect(sent.facts.map(\.claimedTime) == [LogTime(microseconds: 5)])
        }
    }

    @Test func `a replay is asked for again with the id that it had`() async throws {
        let node = try await Self.startNode(.facts(Self.receipt))
        try await withClient(of: [node]) { client in
            let mark = FactMark(location: Sample.store, epoch: 2, sequence: 7)
            let reason = Reference(unchecked: "why")
            let settled = try await client.replayFact(mark, reason: reason)
            #expect(settled.value == Self.receipt)
            #expect(node.requests.count == 2)
            #expect(node.requests[0] == node.requests[1])
        }
    }

    @Test func `an answer of another command's kind is none`() async throws {
        let node = try await FakeNode.start()
        try await withClient(of: [node]) { client in
            let register = RegisterStore(
                location: Sample.store,
                instance: Reference(unchecked: "db")
            )
            let store = await #expect(throws: EstoqueError.self) {
                try await client.registerStore(register)
            }
            #expect(store?.reason == .unreadableAnswer)
            let facts = await #expect(throws: EstoqueError.self) {
                try await client.submitFacts(Self.submission)
            }
            #expect(facts?.reason == .unreadableAnswer)
            #expect(facts?.isOutcomeUnknown == true)
        }
    }
}
