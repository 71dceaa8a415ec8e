import GRPCWire
import NIOCore
import NIOPosix

/// A server on loopback with one method of each shape, for tests of whole calls.
enum EchoServer {
    static let unary = "/test.Echo/Unary"
    static let fail = "/test.Echo/Fail"
    static let never = "/test.Echo/Never"
    static let count = "/test.Echo/Count"
    static let chat = "/test.Echo/Chat"

    static let details: [UInt8] = [0, 1, 2, 0xFE, 0xFF]

    static var router: GRPCRouter {
        var router = GRPCRouter()
        router.unary(unary) { request, call in
            call.sendInitialMetadata(call.metadata)
            call.send(request)
            call.finish(.ok, trailers: ["x-trailer": "t"])
        }
        router.unary(fail) { _, call in
            call.fail(
                GRPCStatus(.failedPrecondition, "não há 100% disso\n", details: details),
                trailers: ["x-why": "because"]
            )
        }
        router.unary(never) { _, _ in }
        router.serverStreaming(count) { request, call in
            let count = Int(String(buffer: request)) ?? 0
            for number in 0..<count { call.send(ByteBuffer(string: "\(number)")) }
            call.finish()
        }
        router.streaming(chat) { call in
            call.onEvent = { [unowned call] event in
                switch event {
                case .message(let message): call.send(message)
                case .requestsEnded: call.finish()
                case .writable, .draining, .cancelled: break
                }
            }
        }
        return router
    }

    /// Starts the server, connects to it, and ends both afterwards.
    static func run(
        limits: GRPCLimits = GRPCLimits(),
        clientLimits: GRPCLimits = GRPCLimits(),
        router: GRPCRouter = EchoServer.router,
        _ body: (GRPCServer, GRPCClientConnection) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await GRPCServer.start(
            on: group,
            host: "127.0.0.1",
            port: 0,
            router: router,
            limits: limits
        )
        let client = try await GRPCClientConnection.connect(
            host: "127.0.0.1",
            port: server.localAddress.port ?? 0,
            on: group,
            limits: clientLimits
        )
        do {
            try await body(server, client)
        } catch {
            await client.close()
            await server.shutdown(within: .zero)
            throw error
        }
        await client.close()
        await server.shutdown(within: .zero)
    }
}
