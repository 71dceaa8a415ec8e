import NIOCore
import Raft

/// A connection that this node dialled: it only sends on it.
///
/// All it reads is the acceptor's part of the handshake and signs of life.
final class DialledConnection: FrameEndpoint {
    private enum Phase {
        /// TCP is being connected; then ``awaitingWelcome`` or ``ended``.
        case connecting
        /// The hello has left; then ``open`` or ``ended``.
        case awaitingWelcome(until: NIODeadline)
        /// Frames may flow; then ``ended``.
        case open
        /// Over.
        case ended
    }

    let channel: any Channel
    private let link: PeerLink
    private let network: PeerNetwork
    private var phase = Phase.connecting
    private var liveness: Liveness
    private var outbound: OutboundBuffer

    init(channel: any Channel, link: PeerLink, network: PeerNetwork) {
        self.channel = channel
        self.link = link
        self.network = network
        liveness = Liveness(silentTicksMax: network.limits.silentTicksMax)
        outbound = OutboundBuffer(limits: network.limits)
    }

    // MARK: sending

    /// Bytes that are accepted and not with the kernel yet.
    var waitingByteCount: Int { outbound.byteCount }

    /// Appends a frame to what leaves with the next flush.
    func append(kind: UInt8, payload: (inout ByteBuffer) -> Void) -> SendOutcome {
        outbound.append(kind: kind, payload: payload)
    }

    /// Writes all that was appended in one go, unless the write before it is still under way; what
    /// comes together meanwhile follows it as one.
    func flush() {
        guard let batch = outbound.takeBatch() else { return }
        link.countWritten(byteCount: batch.readableBytes)
        liveness.spoke()
        let written = channel.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { [self] in
            outbound.batchWritten()
            link.bufferDrained(to: outbound.byteCount)
            flush()
        }
        channel.writeAndFlush(batch, promise: written)
        outbound.recycle(batch)
    }

    // MARK: handshake

    /// Says hello, once TCP is connected.
    func greet() {
        guard case .connecting = phase else { return }
        phase = .awaitingWelcome(until: network.now + network.limits.handshakeTimeout)
        let hello = network.rules.hello(to: link.peer)
        var frame = channel.allocator.buffer(capacity: 256)
        FrameHeader.append(kind: FrameKind.hello, to: &frame) { hello.write(to: &$0) }
        channel.writeAndFlush(frame, promise: nil)
    }

    private func welcomed(_ payload: RawSpan) {
        do throws(Refusal) {
            let welcome = try Welcome(reading: payload)
            try network.rules.check(welcome, from: link.peer)
            try network.authorize(link.peer, incarnation: welcome.incarnation)
            phase = .open
            link.opened(self, welcome)
        } catch {
            ended(.mistrusted(error))
        }
    }

    // MARK: frames

    var bufferBytesKept: Int { network.limits.bufferBytesKept }
    var payloadBytesMax: Int { HandshakeFormat.payloadBytesMax }

    var isReading: Bool {
        if case .ended = phase { false } else { true }
    }

    func heard() { liveness.heard() }

    func readCompleted() {}

    func received(kind: UInt8, payload: RawSpan) {
        switch (phase, kind) {
        case (.awaitingWelcome, FrameKind.welcome):
            welcomed(payload)
        case (.awaitingWelcome, FrameKind.refusal):
            if let refusal = Refusal(reading: payload) {
                ended(.refused(refusal))
            } else {
                ended(.outOfPlace(kind: kind))
            }
        case (.open, FrameKind.keepAlive) where payload.byteCount == 0:
            break
        default:
            ended(.outOfPlace(kind: kind))
        }
    }

    // MARK: time and end

    func tick() {
        switch phase {
        case .connecting, .ended: break
        case .awaitingWelcome(let deadline):
            if network.now >= deadline { ended(.handshakeTimedOut) }
        case .open:
            switch liveness.tick() {
            case .nothing: break
            case .speak: speak()
            case .giveUp: ended(.silent)
            }
        }
    }

    private func speak() {
        // While a write is stuck, another would not arrive any sooner.
        guard !link.isCut, outbound.byteCount == 0 else { return }
        _ = outbound.append(kind: FrameKind.keepAlive) { _ in }
        flush()
    }

    func ended(_ failure: LinkFailure) {
        guard isReading else { return }
        phase = .ended
        channel.close(promise: nil)
        link.ended(self, failure)
    }
}
