import LedgerClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// The digital channel at one node: asks over HTTP what is available while the node follows, and
/// notes the age that the node claims.
struct FollowerReader: Sendable {
    let node: Int
    let address: NodeAddress
    let scoreboard: Scoreboard
    /// Between questions.
    let pause: Duration

    private typealias HTTPChannel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// Reads until it is over, on a new connection when one breaks.
    func run() async {
        while !scoreboard.isOver, !Task.isCancelled {
            if scoreboard.current.leader == node {
                note(.leads)
                await scoreboard.pause(for: .milliseconds(100))
                continue
            }
            do {
                try await readWhileFollowing()
            } catch {
                note(.down)
                await scoreboard.pause(for: .milliseconds(100))
            }
        }
    }

    private func readWhileFollowing() async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.milliseconds(500))
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try HTTPChannel(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { answers, questions in
            var parts = answers.makeAsyncIterator()
            while !scoreboard.isOver, scoreboard.current.leader != node {
                try await questions.write(.head(question()))
                try await questions.write(.end(nil))
                var head: HTTPResponseHead?
                reading: while true {
                    switch try await parts.next() {
                    case .head(let received): head = received
                    case .body: break
                    case .end: break reading
                    case nil: throw ChannelError.eof
                    }
                }
                if let head { note(head) }
                await scoreboard.pause(for: pause)
            }
        }
    }

    private func question() -> HTTPRequestHead {
        let skus = DemoCatalogue.products.prefix(6).map { "sku=\($0.sku)" }.joined(separator: "&")
        var head = HTTPRequestHead(
            version: .http1_1,
            method: .GET,
            uri: "/v1/availability?\(skus)"
        )
        head.headers.add(name: "host", value: "\(address)")
        return head
    }

    private func note(_ answer: HTTPResponseHead) {
        guard answer.status == .ok else {
            // Loading its state: the one reason to answer no to a stale read.
            if answer.status != .serviceUnavailable {
                scoreboard.complain("\(address) answered \(answer.status.code) to a stale read")
            }
            note(.down)
            return
        }
        let age = answer.headers.first(name: "estoque-staleness-ms").flatMap { Int($0) }
        scoreboard.change { score in
            score.reads += 1
            score.readings[node] = .age(milliseconds: age)
            if let age { score.greatestAge = max(score.greatestAge, age) }
        }
    }

    private func note(_ reading: Score.Reading) {
        scoreboard.change { $0.readings[node] = reading }
    }
}
