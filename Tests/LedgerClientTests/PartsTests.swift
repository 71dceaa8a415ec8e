import Ledger
import LedgerAPI
import NIOCore
import Testing

@testable import LedgerClient

@Suite struct PartsTests {
    @Test(arguments: [
        ("127.0.0.1:7000", "127.0.0.1", 7_000), ("node-1.example:1", "node-1.example", 1),
        ("[::1]:65535", "::1", 65_535),
    ])
    func `an address is read and written`(text: String, host: String, port: Int) {
        #expect(NodeAddress(text) == NodeAddress(host: host, port: port))
        #expect(NodeAddress(text)?.description == text)
    }

    @Test(arguments: [
        "", ":", "host", "host:", ":7000", "host:0", "host:65536", "::1:7000", "h:-1",
    ])
    func `what is no address is refused`(text: String) {
        #expect(NodeAddress(text) == nil)
    }

    @Test func `pauses double up to a limit, and are random below it`() {
        var options = ClientOptions()
        options.backoffBase = .milliseconds(10)
        options.backoffMax = .milliseconds(500)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            var backoff = Backoff(options)
            var ceiling = Duration.milliseconds(10)
            for _ in 0..<40 {
                let pause = backoff.next(atLeast: nil, using: &random)
                #expect(pause >= .zero && pause <= ceiling)
                ceiling = min(ceiling * 2, options.backoffMax)
            }
            let asked = backoff.next(atLeast: .seconds(2), using: &random)
            #expect(asked >= .seconds(2) && asked <= .milliseconds(2_500))
        }
    }

    @Test(arguments: [
        (Problem.notLeader(hint: "a:1", retryDelay: .init(1)), Verdict.follow("a:1"), false),
        (.notLeader(hint: nil, retryDelay: .init(1)), .elsewhere, false),
        (.noQuorum(retryDelay: .init(1)), .elsewhere, true),
        (.notReady(retryDelay: .init(1)), .elsewhere, false),
        (.unreachable("x"), .elsewhere, false),
        (.overloaded(retryDelay: .init(1)), .later, false),
        (.outcomeUnknown, .elsewhere, true),
        (.noAnswerInTime, .elsewhere, true),
        (.role(method: "m"), .final, false),
        (.notAMessage, .final, false),
        (.unreadableAnswer, .final, true),
        (Problem(.reasonRequired), .final, false),
    ])
    func `a problem says whom to ask next, and whether the command may be written`(
        problem: Problem,
        verdict: Verdict,
        isUnknown: Bool
    ) {
        #expect(Verdict(problem) == verdict)
        #expect(problem.leavesOutcomeUnknown == isUnknown)
    }

    @Test func `a slot is used again under another tag`() {
        var slots = CommandSlots()
        let first = slots.insert(.init(message: 1, deadline: .distantFuture) { _ in })
        let second = slots.insert(.init(message: 1, deadline: .uptimeNanoseconds(5)) { _ in })
        #expect(first != second)
        #expect(slots.count == 2)
        #expect(slots.remove(first)?.message == 1)
        #expect(slots.remove(first) == nil)
        let third = slots.insert(.init(message: 2, deadline: .distantFuture) { _ in })
        #expect(third & 0xFFFF_FFFF == first & 0xFFFF_FFFF)
        #expect(slots.remove(first) == nil)
        #expect(slots.removeExpired(at: .uptimeNanoseconds(4)).isEmpty)
        #expect(slots.removeExpired(at: .uptimeNanoseconds(5)).count == 1)
        #expect(slots.remove(.max) == nil)
        #expect(slots.remove(third)?.message == 2)
        #expect(slots.isEmpty)
    }
}
