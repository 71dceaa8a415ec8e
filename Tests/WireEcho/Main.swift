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
/// Usage: `WireEcho [port]`; prints the port that it listens on.
@main
enum WireEcho {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 0
        var router = GRPCRouter()
        router.unary("/wire.Echo/Unary") { request, call in call.respond(request) }
        let server = try await GRPCServer.start(
            on: MultiThreadedEventLoopGroup.singleton.next(),
            host: "127.0.0.1",
            port: port,
            router: router
        )
        print("listening on \(server.localAddress.port ?? 0)")
        fflush(nil)
        try await Task.sleep(for: .seconds(24 * 3_600))
    }
}
