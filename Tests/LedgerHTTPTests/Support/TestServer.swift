import LedgerHTTP
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Runs a server over `node` on a port of its own while `body` runs, then shuts it down gracefully.
func withServer(
    _ node: FakeNode,
    limits: HTTPLimits = HTTPLimits(),
    _ body: (TestServer) async throws -> Void
) async throws {
    var configuration = LedgerHTTPConfiguration(port: 0)
    configuration.limits = limits
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
    try await withThrowingTaskGroup { tasks in
        tasks.addTask { try await group.run() }
        var iterator = addresses.makeAsyncIterator()
        guard let address = await iterator.next() else { throw TestFailure("no address") }
        do {
            try await body(
                TestServer(address: address, shutDown: { await group.triggerGracefulShutdown() })
            )
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// The usual limits but for a change.
func changed(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
    var limits = HTTPLimits()
    change(&limits)
    return limits
}

/// A server that runs, and ways to talk to it.
struct TestServer: Sendable {
    let address: SocketAddress
    /// As requests call the server.
    var host = "test"
    let shutDown: @Sendable () async -> Void

    /// Opens a connection for `body`.
    func connect<T: Sendable>(
        _ body: (inout TestConnection) async throws -> T
    ) async throws -> T {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.socketOption(.so_rcvbuf), value: 65_536)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = TestConnection(
                iterator: inbound.makeAsyncIterator(),
                outbound: outbound,
                host: host
            )
            return try await body(&connection)
        }
    }

    /// One request on a connection of its own.
    func get(
        _ target: String,
        method: String = "GET",
        headers: [String] = [],
        body: String = ""
    )
        async throws -> TestResponse
    {
        try await connect { connection in
            try await connection.request(target, method: method, headers: headers, body: body)
        }
    }
}

/// One connection, read and written byte by byte.
struct TestConnection {
    var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private let host: String
    private var received = ByteBuffer()

    init(
        iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        host: String
    ) {
        self.iterator = iterator
        self.outbound = outbound
        self.host = host
    }

    mutating func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    mutating func request(
        _ target: String,
        method: String = "GET",
        headers: [String] = [],
        body: String = ""
    ) async throws -> TestResponse {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host)"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        return try await response(isHead: method == "HEAD")
    }

    /// The next answer on the connection.
    mutating func response(isHead: Bool = false) async throws -> TestResponse {
        while true {
            if let response = TestResponse(consuming: &received, isHead: isHead) { return response }
            guard var more = try await iterator.next(isolation: #isolation) else {
                throw TestFailure("closed after \(String(buffer: received))")
            }
            received.discardReadBytes()
            received.writeBuffer(&more)
        }
    }

    /// What comes next, up to a separator, without it; nil at the end.
    mutating func text(until separator: String) async throws -> String? {
        while true {
            if let end = received.readableBytesView.firstRange(of: separator.utf8) {
                let text = received.readString(length: end.lowerBound - received.readerIndex)
                received.moveReaderIndex(forwardBy: separator.utf8.count)
                return text
            }
            guard var more = try await iterator.next(isolation: #isolation) else { return nil }
            received.discardReadBytes()
            received.writeBuffer(&more)
        }
    }

    /// Reads to the end; true when nothing came any more.
    mutating func isClosedByServer() async throws -> Bool {
        do {
            while var more = try await iterator.next(isolation: #isolation) {
                received.writeBuffer(&more)
            }
        } catch let error as IOError where error.errnoCode == ECONNRESET {
            // Bytes of ours that crossed the end on their way: closed all the same.
        }
        return received.readableBytes == 0
    }
}

/// An answer, taken apart.
struct TestResponse: Sendable {
    var status: Int
    /// By lower-case name; a name that comes twice would trap, as it never should.
    var headers: [String: String]
    /// As text, as far as it is.
    var body: String { String(buffer: bytes) }
    var bytes: ByteBuffer

    init?(consuming buffer: inout ByteBuffer, isHead: Bool) {
        guard let end = buffer.readableBytesView.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        let headBytes = end.upperBound - buffer.readerIndex
        guard let head = buffer.getString(at: buffer.readerIndex, length: headBytes) else {
            return nil
        }
        let lines = head.split(separator: "\r\n")
        guard let code = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        headers = Dictionary(
            uniqueKeysWithValues: lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
            }
        )
        status = code
        let length = isHead ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
        guard buffer.readableBytes >= headBytes + length else { return nil }
        buffer.moveReaderIndex(forwardBy: headBytes)
        guard let bytes = buffer.readSlice(length: length) else { return nil }
        self.bytes = bytes
    }
}

/// Something that a test needs didn't happen.
struct TestFailure: Error {
    let what: String
    init(_ what: String) { self.what = what }
}
