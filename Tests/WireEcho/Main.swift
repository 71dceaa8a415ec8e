import GRPCWire
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A server that answers with what it was asked, to measure the wire and to try other clients against it.
///
/// Usage: `WireEcho [port] [descriptor set]`; prints the port that it listens on.
@main
enum WireEcho {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let port = arguments.first.flatMap { Int($0) } ?? 0
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        var router = echoRouter
        let health = GRPCHealthService()
        health.set(.serving, for: "wire.Echo")
        health.register(in: &router)
        if let path = arguments.dropFirst().first {
            let reflection = try GRPCReflectionService(fileDescriptorSet: read(path))
            reflection.register(in: &router)
        }
        let server = try await GRPCServer.start(
            on: loop,
            host: "127.0.0.1",
            port: port,
            router: router
        )
        print("listening on \(server.localAddress.port ?? 0)")
        fflush(nil)
        try await Task.sleep(for: .seconds(24 * 3_600))
    }

    private static var echoRouter: GRPCRouter {
        var router = GRPCRouter()
        router.unary("/wire.Echo/Unary") { request, call in call.respond(request) }
        router.unary("/wire.Echo/Metadata") { request, call in
            call.sendInitialMetadata(call.metadata)
            call.send(request)
            call.finish(.ok, trailers: call.metadata)
        }
        router.unary("/wire.Echo/Fail") { request, call in
            call.fail(GRPCStatus(.aborted, "não 100%", details: Array(buffer: request)))
        }
        router.unary("/wire.Echo/Never") { _, _ in }
        // As many bytes as the request says, in messages of 64 KiB, no faster than they are read.
        router.serverStreaming("/wire.Echo/Produce") { request, call in
            var bytesLeft = Int(String(buffer: request)) ?? 0
            let produce = { [unowned call] in
                while bytesLeft > 0, call.isWritable {
                    let size = min(bytesLeft, 65_536)
                    bytesLeft -= size
                    call.send(ByteBuffer(repeating: 0x2E, count: size))
                }
                if bytesLeft == 0 { call.finish() }
            }
            call.onEvent = { event in
                if case .writable = event { produce() }
            }
            produce()
        }
        router.streaming("/wire.Echo/Chat") { call in
            call.onEvent = { [unowned call] event in
                switch event {
                case .message(let message):
                    call.send(message)
                    if !call.isWritable { call.pauseReading() }
                case .writable: call.resumeReading()
                case .requestsEnded, .draining: call.finish()
                case .cancelled: break
                }
            }
        }
        router.streaming("/wire.Echo/Consume") { call in
            var bytes = 0
            call.onEvent = { [unowned call] event in
                switch event {
                case .message(let message): bytes += message.readableBytes
                case .requestsEnded: call.respond(ByteBuffer(string: "\(bytes)"))
                case .writable, .draining, .cancelled: break
                }
            }
        }
        return router
    }

    private static func read(_ path: String) throws -> ByteBuffer {
        guard let file = fopen(path, "r") else { throw IOError(errnoCode: errno, reason: path) }
        defer { fclose(file) }
        var contents = ByteBuffer()
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            contents.writeBytes(chunk.prefix(count))
        }
        return contents
    }
}
