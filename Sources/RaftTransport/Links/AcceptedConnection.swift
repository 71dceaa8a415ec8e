import NIOCore
import Raft

/// A connection that a peer dialled: this node only receives on it.
///
/// All it sends is its part of the handshake and signs of life.
final class AcceptedConnection: FrameEndpoint {
    private enum Phase {
        /// Nobody yet; then ``open`` or ``ended``.
        case awaitingHello(until: NIODeadline)
        /// An authorized peer; then ``ended``.
        case open(InboundPeer)
        /// Over.
        case ended
    }

    let channel: any Channel
    private let network: PeerNetwork
    private var phase: Phase
    private var liveness: Liveness
    /// Whether a test cut the way from this peer: what it sends is lost.
    var isCut = false

    init(channel: any Channel, network: PeerNetwork) {
        self.channel = channel
        self.network = network
        phase = .awaitingHello(until: network.now + network.limits.handshakeTimeout)
        liveness = Liveness(silentTicksMax: network.limits.silentTicksMax)
    }

    /// Who dialled, once that is known and agreed.
    var peer: NodeID? {
        guard case .open(let inbound) = phase else { return nil }
        return inbound.peer
    }

    // MARK: frames

    var bufferBytesKept: Int { network.limits.bufferBytesKept }

    var payloadBytesMax: Int {
        switch phase {
        case .open: network.limits.payloadBytesMax
        case .awaitingHello, .ended: HandshakeFormat.payloadBytesMax
        }
    }

    var isReading: Bool {
        if case .ended = phase { false } else { true }
    }

    func heard() {
        if !isCut { liveness.heard() }
    }

    func received(kind: UInt8, payload: RawSpan) {
        switch phase {
        case .open(let inbound):
            receive(kind: kind, payload: payload, from: inbound)
        case .awaitingHello:
            if kind == FrameKind.hello {
                answer(payload)
            } else {
                ended(.outOfPlace(kind: kind))
            }
        case .ended:
            break
        }
    }

    private func receive(kind: UInt8, payload: RawSpan, from inbound: InboundPeer) {
        guard !isCut else { return }
        if kind < FrameKind.reservedFirst {
            inbound.status.frames += 1
            inbound.status.bytes += UInt64(FrameHeader.byteCount + payload.byteCount)
            network.deliver(kind: kind, payload: payload, from: inbound.peer)
        } else if kind != FrameKind.keepAlive || payload.byteCount != 0 {
            ended(.outOfPlace(kind: kind))
        }
    }

    func readCompleted() {
        network.readCompleted()
    }

    // MARK: handshake

    private func answer(_ payload: RawSpan) {
        do throws(Refusal) {
            let hello = try Hello(reading: payload)
            isCut = network.isCut(.inbound, hello.node)
            // A cut way stays silent, as a broken cable would, and the time-out ends it.
            guard !isCut else { return }
            do throws(Refusal) {
                let welcome = try network.rules.welcome(hello)
                try network.authorize(
                    hello.node,
                    incarnation: hello.incarnation,
                    returnAddress: hello.returnAddress
                )
                write(FrameKind.welcome) { welcome.write(to: &$0) }
                phase = .open(network.accept(self, hello))
            } catch {
                network.noteRefusal(error, of: hello.node)
                throw error
            }
        } catch {
            refuse(error)
        }
    }

    private func refuse(_ refusal: Refusal) {
        write(FrameKind.refusal) { refusal.write(to: &$0) }
        ended(.mistrusted(refusal))
    }

    private func write(_ kind: UInt8, payload: (inout ByteBuffer) -> Void) {
        var frame = channel.allocator.buffer(capacity: 128)
        FrameHeader.append(kind: kind, to: &frame, payload: payload)
        channel.writeAndFlush(frame, promise: nil)
        liveness.spoke()
    }

    // MARK: time and end

    func tick() {
        switch phase {
        case .awaitingHello(let deadline):
            if network.now >= deadline { ended(.handshakeTimedOut) }
        case .open:
            switch liveness.tick() {
            case .nothing: break
            case .speak: if !isCut && channel.isWritable { write(FrameKind.keepAlive) { _ in } }
            case .giveUp: ended(.silent)
            }
        case .ended: break
        }
    }

    func ended(_ failure: LinkFailure) {
        let before = phase
        guard isReading else { return }
        phase = .ended
        channel.close(promise: nil)
        if case .open(let inbound) = before {
            network.ended(self, inbound, failure)
        } else {
            network.ended(self, nil, failure)
        }
    }
}
