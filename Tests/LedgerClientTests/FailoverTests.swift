import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import NIOCore
import NIOPosix
import TestSupport
import Testing

@Suite struct FailoverTests {
    static let delay = Milliseconds(1)

    @Test(arguments: Way.allCases)
    func `a command that one node can't take goes to another with the same id`(
        way: Way
    ) async throws {
        let first = try await FakeNode.start { _, _ in
            .result(.failed(.noQuorum(retryDelay: Self.delay)))
        }
        let second = try await FakeNode.start()
        try await withClient(of: [first, second]) { client in
            let answer = try await way.sender(of: client).send(Sample.sell)
            #expect(answer == FakeNode.answer(0))
            #expect(first.requests.count == 1)
            #expect(first.requests == second.requests)
            // The node that answered is asked first from now on.
            _ = try await way.sender(of: client).send(Sample.sell)
            #expect(first.requests.count == 1)
            #expect(second.requests.count == 2)
            #expect(second.requests[0].id != second.requests[1].id)
        }
    }

    @Test(arguments: Way.allCases)
    func `a node that isn't there is passed over`(way: Way) async throws {
        let gone = try await FakeNode.start()
        await gone.stop()
        let here = try await FakeNode.start()
        try await withClient(of: [here], knowing: [gone.address, here.address]) { client in
            _ = try await way.sender(of: client).send(Sample.sell)
            #expect(here.requests.count == 1)
        }
    }

    @Test(arguments: Way.allCases)
    func `a leader that is named is asked next, even if it was unknown`(way: Way) async throws {
        let leader = try await FakeNode.start()
        let other = try await FakeNode.start()
        let hint = "\(leader.address)"
        let follower = try await FakeNode.start { _, _ in
            .result(.failed(.notLeader(hint: hint, retryDelay: Milliseconds(60_000))))
        }
        try await withClient(
            of: [follower, other, leader],
            knowing: [follower.address, other.address]
        ) { client in
            _ = try await way.sender(of: client).send(Sample.sell)
            #expect(other.requests.isEmpty)
            #expect(leader.requests == follower.requests)
        }
    }

    @Test(arguments: Way.allCases)
    func `a leader may be named in the trailers`(way: Way) async throws {
        let leader = try await FakeNode.start()
        let hint = "\(leader.address)"
        let follower = try await FakeNode.start { _, _ in
            .end(GRPCStatus(.unavailable, "ask another"), ["estoque-leader": hint])
        }
        try await withClient(of: [follower, leader], knowing: [follower.address]) { client in
            _ = try await way.sender(of: client).send(Sample.sell)
            #expect(leader.requests == follower.requests)
        }
    }

    @Test func `nodes that name each other do not keep a client busy`() async throws {
        let first = try await FakeNode.start { _, _ in
            .result(.failed(.notLeader(hint: "nonsense", retryDelay: Self.delay)))
        }
        let firstAddress = "\(first.address)"
        let second = try await FakeNode.start { _, _ in
            .result(.failed(.notLeader(hint: firstAddress, retryDelay: Self.delay)))
        }
        var options = ClientOptions()
        options.timeout = .milliseconds(600)
        options.backoffBase = .milliseconds(50)
        try await withClient(of: [first, second], options: options) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await client.send(Sample.sell)
            }
            #expect(error?.reason == .notLeader)
            #expect(error?.isOutcomeUnknown == false)
            let requests = first.requests + second.requests
            #expect(requests.count < 100)
            #expect(Set(requests.map(\.id)) == [error?.requestID])
        }
    }

    @Test(arguments: Way.allCases)
    func `a silent node is given up for another, with the same id`(way: Way) async throws {
        let silent = try await FakeNode.start { _, _ in .silence }
        let second = try await FakeNode.start()
        var options = ClientOptions()
        options.attemptTimeout = .seconds(1)
        try await withClient(of: [silent, second], options: options) { client in
            let answer = try await way.sender(of: client).send(Sample.sell)
            #expect(answer == FakeNode.answer(0))
            #expect(silent.requests == second.requests)
        }
    }

    @Test(arguments: Way.allCases)
    func `when nobody answers in time, the outcome is unknown`(way: Way) async throws {
        let silent = try await FakeNode.start { _, _ in .silence }
        var options = ClientOptions()
        options.timeout = .seconds(1)
        try await withClient(of: [silent], options: options) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await way.sender(of: client).send(Sample.sell)
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(error?.reason == .outcomeUnknown)
            #expect(error?.isOutcomeUnknown == true)
            #expect(error?.requestID == silent.requests.first?.id)
        }
    }

    @Test(arguments: Way.allCases)
    func `a connection that breaks is no reason to forget a command`(way: Way) async throws {
        let silent = try await FakeNode.start { _, _ in .silence }
        let second = try await FakeNode.start()
        try await withClient(of: [silent, second]) { client in
            async let answer = way.sender(of: client).send(Sample.sell)
            try await eventually("the first node got it") { silent.requests.count == 1 }
            await silent.stop()
            #expect(try await answer == FakeNode.answer(0))
            #expect(silent.requests == second.requests)
        }
    }

    @Test(arguments: Way.allCases)
    func `an overloaded node is asked again`(way: Way) async throws {
        let node = try await FakeNode.start { _, number in
            number < 2
                ? .result(.failed(.overloaded(retryDelay: Self.delay)))
                : .result(.answered(FakeNode.answer(number)))
        }
        try await withClient(of: [node]) { client in
            let answer = try await way.sender(of: client).send(Sample.sell)
            #expect(answer == FakeNode.answer(2))
            #expect(Set(node.requests.map(\.id)).count == 1)
        }
    }

    @Test(arguments: Way.allCases)
    func `a malformed command is not asked again`(way: Way) async throws {
        let violation = FieldViolation(field: "lines", description: "must not be empty")
        let invalid = InvalidRequest(violations: [violation])
        let node = try await FakeNode.start { _, _ in .result(.failed(Problem(invalid))) }
        try await withClient(of: [node, try await FakeNode.start()]) { client in
            let error = await #expect(throws: EstoqueError.self) {
                try await way.sender(of: client).send(Sample.sell)
            }
            #expect(error?.code == .invalidArgument)
            #expect(error?.problem.violations == [violation])
            #expect(error?.isOutcomeUnknown == false)
            #expect(node.requests.count == 1)
        }
    }

    @Test func `a cancelled task stops asking`() async throws {
        let node = try await FakeNode.start { _, _ in
            .result(.failed(.noQuorum(retryDelay: Milliseconds(60_000))))
        }
        var options = ClientOptions()
        options.timeout = .seconds(600)
        try await withClient(of: [node], options: options) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let error = await #expect(throws: EstoqueError.self) {
                        try await client.send(Sample.sell)
                    }
                    #expect(error?.reason == .cancelled)
                    // The attempt before may have been written.
                    #expect(error?.isOutcomeUnknown == true)
                }
                try await eventually("the node was asked") { node.requests.count == 1 }
                group.cancelAll()
            }
        }
    }

    @Test func `a closed client asks nobody`() async throws {
        let node = try await FakeNode.start()
        try await withClient(of: [node]) { client in
            _ = try await client.send(Sample.sell)
            await client.close()
            let error = await #expect(throws: EstoqueError.self) {
                try await client.send(Sample.sell)
            }
            #expect(error?.message == "the client is closed")
            #expect(node.requests.count == 1)
        }
    }
}

/// Connections that do not come about.
@Suite struct ConnectTests {
    /// A listener that takes connections and never says a word.
    private func withMutePort(_ body: (NodeAddress) async throws -> Void) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(NodeAddress(host: "127.0.0.1", port: port)))
        } catch {
            result = .failure(error)
        }
        try await listener.close().get()
        try result.get()
    }

    @Test func `a mute node holds nobody up beyond the deadline`() async throws {
        try await withMutePort { mute in
            var options = ClientOptions()
            options.connectTimeout = .seconds(600)
            try await withClient(of: [], knowing: [mute], options: options) { client in
                let errors = await withTaskGroup(of: EstoqueError?.self) { group in
                    for _ in 0..<5 {
                        group.addTask {
                            await #expect(throws: EstoqueError.self) {
                                try await client.send(Sample.sell, timeout: .milliseconds(200))
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(errors.map { $0?.reason } == Array(repeating: .unreachable, count: 5))
                #expect(errors.allSatisfy { $0?.isOutcomeUnknown == false })
            }
        }
    }

    @Test func `callers share the connection that one of them makes`() async throws {
        let node = try await FakeNode.start()
        try await withClient(of: [node]) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await client.send(Sample.sell) } }
                try await group.waitForAll()
            }
            #expect(node.requests.count == 20)
            #expect(node.server.connectionCount == 1)
        }
    }
}
