import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

/// The session on the event loop, as `estoque bench` uses it.
@Suite struct SessionTests {
    /// Collects what completions say, in their order.
    final class Results: Sendable {
        private let state = Mutex<[(Int, CommandResult)]>([])
        var all: [(number: Int, result: CommandResult)] { state.withLock { $0 } }
        func add(_ number: Int, _ result: CommandResult) {
            state.withLock { $0.append((number, result)) }
        }
    }

    /// Links to a node and runs a test with it.
    func withLink(
        to node: FakeNode,
        limits: SessionLimits = SessionLimits(),
        _ body: (NodeLink) async throws -> Void
    ) async throws {
        var options = ClientOptions()
        options.session = limits
        let link = try await NodeLink.connect(
            to: node.address,
            on: MultiThreadedEventLoopGroup.singleton,
            options: options
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(link))
        } catch {
            result = .failure(error)
        }
        await link.close()
        await node.stop()
        try result.get()
    }

    func submit(
        _ numbers: Range<Int>,
        to link: NodeLink,
        within timeout: TimeAmount = .seconds(10),
        _ results: Results
    ) async throws {
        try await link.connection.eventLoop.submit {
            for number in numbers {
                link.session.submit(Sample.reserve(number), deadline: .now() + timeout) {
                    results.add(number, $0)
                }
            }
        }.get()
    }

    @Test func `what is submitted in one turn of the loop leaves in one message`() async throws {
        let node = try await FakeNode.start()
        let results = Results()
        try await withLink(to: node) { link in
            try await submit(0..<64, to: link, results)
            try await eventually("all are answered") { results.all.count == 64 }
            #expect(node.sessionMessages == [64])
            // The node reads backwards; each caller has its own answer nevertheless.
            for (number, result) in results.all {
                #expect(result == .answered(FakeNode.answer(63 - number)))
            }
        }
    }

    @Test func `what is asked while a message is on its way goes in the next one`() async throws {
        let node = try await FakeNode.start(holdsAnswers: true)
        let results = Results()
        var limits = SessionLimits()
        limits.messagesUnansweredMax = 1
        try await withLink(to: node, limits: limits) { link in
            try await submit(0..<1, to: link, results)
            try await eventually("the first is there") { node.heldCount == 1 }
            for number in 1...10 { try await submit(number..<number + 1, to: link, results) }
            #expect(node.sessionMessages == [1])
            node.releaseAnswers()
            try await eventually("the others follow") { node.heldCount == 1 }
            #expect(node.sessionMessages == [1, 10])
            node.releaseAnswers()
            try await eventually("all are answered") { results.all.count == 11 }
        }
    }

    @Test func `many tasks share few messages`() async throws {
        let node = try await FakeNode.start()
        try await withClient(of: [node]) { client in
            _ = try await client.session.submit(Sample.sell)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 {
                    group.addTask { _ = try await client.session.submit(Sample.sell) }
                }
                try await group.waitForAll()
            }
            #expect(node.requests.count == 201)
            #expect(Set(node.requests.map(\.id)).count == 201)
            #expect(node.sessionMessages.reduce(0, +) == 201)
            #expect(node.sessionMessages.count < 150)
        }
    }

    @Test func `a message has no more commands than allowed`() async throws {
        let node = try await FakeNode.start()
        let results = Results()
        var limits = SessionLimits()
        limits.commandsPerMessageMax = 10
        try await withLink(to: node, limits: limits) { link in
            try await submit(0..<95, to: link, results)
            try await eventually("all are answered") { results.all.count == 95 }
            #expect(node.sessionMessages == Array(repeating: 10, count: 9) + [5])
        }
    }

    @Test func `more than may be under way is refused without being sent`() async throws {
        let node = try await FakeNode.start(holdsAnswers: true)
        let results = Results()
        var limits = SessionLimits()
        limits.commandsMax = 3
        try await withLink(to: node, limits: limits) { link in
            try await submit(0..<5, to: link, results)
            #expect(results.all.map(\.number) == [3, 4])
            for (_, result) in results.all {
                guard case .failed(let problem) = result else {
                    Issue.record("it was answered: \(result)")
                    continue
                }
                #expect(problem.reason == .overloaded)
            }
            try await eventually("the others are there") { node.heldCount == 1 }
            #expect(node.requests.count == 3)
            node.releaseAnswers()
            try await eventually("they are answered") { results.all.count == 5 }
            try await submit(5..<6, to: link, results)
            try await eventually("there is room again") { node.requests.count == 4 }
        }
    }

    @Test func `an answer that comes too late meets nobody else's command`() async throws {
        let node = try await FakeNode.start(holdsAnswers: true)
        let results = Results()
        try await withLink(to: node) { link in
            try await submit(0..<1, to: link, within: .milliseconds(50), results)
            try await eventually("its time is over") { results.all.count == 1 }
            guard case .failed(let problem) = results.all[0].result else {
                Issue.record("it was answered")
                return
            }
            #expect(problem.reason == .outcomeUnknown)
            try await submit(1..<2, to: link, results)
            try await eventually("the second is there") { node.heldCount == 2 }
            node.releaseAnswers()
            try await eventually("it is answered") { results.all.count == 2 }
            #expect(results.all[1].result == .answered(FakeNode.answer(1)))
        }
    }

    @Test func `a command that could not leave in time never leaves`() async throws {
        let node = try await FakeNode.start(holdsAnswers: true)
        let results = Results()
        var limits = SessionLimits()
        limits.messagesUnansweredMax = 1
        try await withLink(to: node, limits: limits) { link in
            try await submit(0..<1, to: link, results)
            try await eventually("the first is there") { node.heldCount == 1 }
            try await submit(1..<2, to: link, within: .milliseconds(50), results)
            try await eventually("its time is over") { results.all.count == 1 }
            guard case .failed(let problem) = results.all[0].result else {
                Issue.record("it was answered")
                return
            }
            #expect(results.all[0].number == 1)
            #expect(problem.reason == .unreachable)
            node.releaseAnswers()
            try await eventually("the first is answered") { results.all.count == 2 }
            #expect(node.requests == [Sample.reserve(0)])
        }
    }

    @Test func `a stream that ends fails what it carried, and the next command opens another`()
        async throws
    {
        let node = try await FakeNode.start { request, number in
            number == 0
                ? .end(GRPCStatus(.unavailable, "not now"), [:])
                : .result(.answered(FakeNode.answer(number)))
        }
        let results = Results()
        try await withLink(to: node) { link in
            try await submit(0..<2, to: link, results)
            try await eventually("both failed") { results.all.count == 2 }
            for (_, result) in results.all {
                guard case .failed(let problem) = result else {
                    Issue.record("it was answered: \(result)")
                    continue
                }
                #expect(problem.reason == .connectionLost)
                #expect(problem.message == "not now")
            }
            try await submit(2..<3, to: link, results)
            try await eventually("the third is answered") { results.all.count == 3 }
            #expect(results.all[2].result == .answered(FakeNode.answer(1)))
        }
    }

    @Test func `completions may submit, and their commands share a message`() async throws {
        let node = try await FakeNode.start()
        let results = Results()
        try await withLink(to: node) { link in
            try await link.connection.eventLoop.submit {
                for number in 0..<8 {
                    link.session.submit(Sample.reserve(number), deadline: .distantFuture) { _ in
                        link.session.submit(
                            Sample.reserve(number + 8),
                            deadline: .distantFuture
                        ) { results.add(number, $0) }
                    }
                }
            }.get()
            try await eventually("all are answered") { results.all.count == 8 }
            #expect(node.sessionMessages == [8, 8])
        }
    }
}
