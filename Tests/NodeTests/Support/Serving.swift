import LedgerHTTP
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import Replica

/// Runs an HTTP server of a node while `body` runs.
func serving<Value: Sendable>(
    _ node: ReplicaNode,
    change: (inout HTTPLimits) -> Void = { _ in },
    _ body: @Sendable (SocketAddress) async throws -> Value
) async throws -> Value {
    var configuration = LedgerHTTPConfiguration(port: 0)
    change(&configuration.limits)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let (addresses, continuation) = AsyncStream.makeStream(of: SocketAddress.self)
    let server = LedgerHTTPServer(
        node: node,
        configuration: configuration,
        eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
        logger: logger,
        onServerRunning: { continuation.yield($0) }
    )
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(address))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try result.get()
    }
}

/// One request, as `GET /path`, on a connection of its own, in HTTP/1.0: the answer ends with the connection.
func ask(
    _ address: SocketAddress,
    _ request: String,
    json: String? = nil
) async throws -> (status: Int, body: String) {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(to: address) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                    wrappingChannelSynchronously: channel
                )
            }
        }
    return try await channel.executeThenClose { inbound, outbound in
        var text = "\(request) HTTP/1.0\r\nHost: test\r\n"
        if let json {
            text += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n"
        }
        try await outbound.write(ByteBuffer(string: text + "\r\n" + (json ?? "")))
        var received = ""
        for try await bytes in inbound { received += String(buffer: bytes) }
        let parts = received.split(separator: "\r\n\r\n", maxSplits: 1)
        let status = parts.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (try #require(status), parts.count > 1 ? String(parts[1]) : "")
    }
}
