import NIOCore
import NIOHPACK
import NIOHTTP2

/// A server's end of one connection: opens calls, and drains when the server shuts down.
///
/// Phases: serving → announced (the client knows, calls on their way are served) → draining (no more calls) → closed.
final class ServerConnection: WireConnectionOwner {
    /// Time for a peer to answer that it has seen the end announced.
    private static let announcementPatience = TimeAmount.seconds(5)
    /// Time for a peer to read our last bytes before the socket goes.
    private static let linger = TimeAmount.seconds(1)

    private let router: GRPCRouter
    private let wire: WireConnection
    private let onClosed: () -> Void
    private enum Phase {
        case serving
        case announced
        case draining
    }

    private var phase = Phase.serving

    init(wire: WireConnection, router: GRPCRouter, onClosed: @escaping () -> Void) {
        self.wire = wire
        self.router = router
        self.onClosed = onClosed
    }

    func wire(
        _ wire: WireConnection,
        opened id: HTTP2StreamID,
        headers: HPACKHeaders,
        endStream: Bool
    ) {
        guard phase != .draining else {
            wire.reset(id, code: .refusedStream)
            return
        }
        let head = RequestHead(headers)
        let call = GRPCServerCall(wire: wire, id: id, head: head, headers: headers)
        wire.streams[id] = call
        if head.isMalformed {
            call.abort()
            return
        }
        if let refusal = head.refusal {
            call.refuse(refusal)
        } else if let handler = router.handler(for: head.path) {
            call.start(handler, admission: router.admission)
        } else {
            call.fail(GRPCStatus(.unimplemented, "no method \(head.path)"))
        }
        if endStream { call.receivedEndOfStream() }
    }

    func wire(_ wire: WireConnection, received settings: HTTP2Settings) {}

    func wire(_ wire: WireConnection, goingAway code: HTTP2ErrorCode, lastStreamID: HTTP2StreamID) {
        // A client that goes away opens no more calls; those that are open end as usual, then so do we.
        phase = .draining
        closeIfDrained()
    }

    func wireEndIsKnown(_ wire: WireConnection) {
        guard phase == .announced else { return }
        phase = .draining
        wire.confirmEnd()
        closeIfDrained()
    }

    func wireStreamClosed(_ wire: WireConnection) {
        closeIfDrained()
    }

    func wireOutputOverflowed(_ wire: WireConnection) {
        wire.fail(.enhanceYourCalm, "the peer does not read its answers")
    }

    func wireIdled(_ wire: WireConnection) {
        drain()
    }

    func wire(_ wire: WireConnection, expireAt now: NIODeadline) -> NIODeadline? { nil }

    func wireClosed(_ wire: WireConnection, reason: GRPCStatus) {
        onClosed()
    }

    /// Accepts no more calls and closes after the last one.
    func drain() {
        guard phase == .serving else { return }
        phase = .announced
        wire.announceEnd()
        // A peer that answers no PING must not hold up the shutdown.
        _ = wire.eventLoop.assumeIsolated().scheduleTask(in: Self.announcementPatience) {
            self.wireEndIsKnown(self.wire)
        }
        for call in calls { call.drain() }
    }

    /// Ends the calls that are still open, then the connection.
    func cutOff() {
        for call in calls where !call.isFinished {
            call.inputFailed(GRPCStatus(.unavailable, "the server is shutting down"))
        }
        wire.closeGently(linger: Self.linger)
    }

    /// The calls whose streams are open, in the order in which they came.
    private var calls: [GRPCServerCall] {
        wire.streams.sorted { $0.key < $1.key }.compactMap { $0.value as? GRPCServerCall }
    }

    private func closeIfDrained() {
        guard phase == .draining, wire.streams.isEmpty else { return }
        wire.closeGently(linger: Self.linger)
    }
}
