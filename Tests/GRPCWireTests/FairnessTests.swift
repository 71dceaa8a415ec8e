import Dispatch
import GRPCWire
import NIOCore
import NIOPosix
import Testing

/// What shares a loop takes turns, however much one of them has to say.
@Suite
struct FairnessTests {
    private static let calls = 400

    /// All calls of one connection in one piece, as a client in a hurry sends them.
    private func burst(_ path: String) -> [UInt8] {
        let fields = RawPeer.requestHeaders.map { ($0.0, $0.0 == ":path" ? path : $0.1) }
        return (0..<Self.calls).flatMap { number in
            let stream = UInt32(2 * number + 1)
            return RawPeer.headers(stream, fields)
                + RawPeer.message(stream, Array(repeating: 1, count: 100))
        }
    }

    @Test
    func `connections with many calls take turns, a little of each at a time`() async throws {
        let handled = Probe<String>()
        var router = GRPCRouter()
        let paths = ["/test.Turns/A", "/test.Turns/B"]
        for path in paths {
            router.unary(path) { request, call in
                handled.note(path)
                call.respond(request)
            }
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let server = try await GRPCServer.start(
            on: group,
            host: "127.0.0.1",
            port: 0,
            router: router
        )
        var peers: [RawPeer] = []
        for _ in paths {
            let peer = try await RawPeer.connect(to: server)
            peer.send(RawPeer.preface)
            _ = try await peer.frame { $0.type == RawPeer.Frame.settings && $0.flags == 0 }
            peer.send(RawPeer.frame(RawPeer.Frame.settings, 1, 0, []))
            // The whole burst must fit the window, and the acknowledgement be read by then.
            _ = try await peer.frame {
                $0.type == RawPeer.Frame.windowUpdate && $0.streamID == 0
            }
            peer.send(RawPeer.frame(RawPeer.Frame.ping, 0, 0, Array(repeating: 0, count: 8)))
            _ = try await peer.frame { $0.type == RawPeer.Frame.ping && $0.flags == 1 }
            peers.append(peer)
        }

        // The server looks up only when both bursts lie before it.
        let isHeld = DispatchSemaphore(value: 0)
        group.next().execute { isHeld.wait() }
        for (peer, path) in zip(peers, paths) { try await peer.sendWhole(burst(path)) }
        isHeld.signal()

        let order = try await handled.wait { $0.count == 2 * Self.calls }
        var longest = 0
        var run = 0
        for (index, path) in order.enumerated() {
            run = index > 0 && order[index - 1] == path ? run + 1 : 1
            longest = max(longest, run)
        }
        // A call has some 250 bytes here; a quarter of a burst is more than a turn may take.
        #expect(longest < Self.calls / 4, "\(longest) calls of one connection in a row")

        for peer in peers { try await peer.close() }
        await server.shutdown(within: .zero)
        try await group.shutdownGracefully()
    }
}
