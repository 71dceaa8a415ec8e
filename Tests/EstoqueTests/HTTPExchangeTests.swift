import LedgerClient
import NIOCore
import NIOPosix
import Testing

@testable import estoque

struct HTTPExchangeTests {
    /// A server that closes as soon as it has answered; the end of a request is no bytes, and was once
    /// written after them, onto a closed connection.
    @Test func `an answer is whole however soon the server closes the connection`() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HastyServer())
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = try #require(server.localAddress?.port)
        let exchange = HTTPExchange(address: NodeAddress(host: "127.0.0.1", port: port))
        // So many at a time that a task waits for its turn between two steps.
        try await withThrowingTaskGroup { tasks in
            for _ in 1...64 {
                tasks.addTask {
                    for number in 1...30 {
                        let answer =
                            number.isMultiple(of: 2)
                            ? try await exchange.get("/")
                            : try await exchange.post("/", json: "{}", key: "k")
                        #expect(answer == HTTPExchange.Answer(status: 200, body: Array("ok".utf8)))
                    }
                }
            }
            try await tasks.waitForAll()
        }
        try await server.close()
    }

    private final class HastyServer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var received = ""

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            let end = received.hasPrefix("GET") ? "\r\n\r\n" : "{}"
            guard received.hasSuffix(end) else { return }
            let text = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        }
    }
}
