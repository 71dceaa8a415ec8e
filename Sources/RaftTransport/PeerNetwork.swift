package import Logging
package import NIOCore
import NIOPosix
package import Raft

/// The network between the nodes of a cluster: opaque frames over TCP, one connection for each
/// pair and direction.
///
/// A node dials every peer for what it *sends*, and receives on what it accepts. A frame arrives
/// whole, undamaged and in order, or not at all; those that can't be sent now are dropped, for
/// Raft sends again. Nothing is ever waited for.
///
/// It lives on one event loop: it is made there, and every call is made and every callback comes
/// there. It holds its delegate, and itself through its sockets, until ``shutdown()``.
package final class PeerNetwork {
    /// The loop on which all of this happens.
    package let eventLoop: any EventLoop

    let limits: PeerNetworkLimits
    let rules: HandshakeRules
    let logger: Logger
    var random: any RandomNumberGenerator

    enum Phase {
        /// Made; then ``running``.
        case idle
        /// Sockets may open; then ``stopped``.
        case running
        /// Over.
        case stopped
    }

    private let configuration: PeerNetworkConfiguration
    private(set) var phase = Phase.idle
    private(set) var delegate: (any PeerNetworkDelegate)?
    private var server: (any Channel)?
    private var ticking: RepeatedTask?
    /// Sorted by name, and searched from the front: a cluster is small, and comparing beats hashing.
    private(set) var links: [PeerLink] = []
    /// Sorted by name.
    var inbounds: [InboundPeer] = []
    var accepted: [AcceptedConnection] = []
    var cutOutbound: Set<NodeID> = []
    var cutInbound: Set<NodeID> = []
    private var isFlushScheduled = false
    private var scratch: [UInt8] = []
    var hasDelivered = false
    private var untold: [Notice] = []
    var strangers: LogThrottle

    /// Something that the delegate is told once the present call has returned.
    enum Notice {
        case changed(NodeID, PeerState)
        case overflowed(NodeID)
    }

    /// Makes a network that does nothing yet; called on `eventLoop`.
    ///
    /// - Parameters:
    ///   - configuration: who this node is, and the bounds it keeps.
    ///   - eventLoop: where everything happens, the replica's own loop.
    ///   - logger: what happens to connections goes there, nothing that happens to frames.
    ///   - random: shakes the pauses between dials.
    package init(
        configuration: PeerNetworkConfiguration,
        eventLoop: any EventLoop,
        logger: Logger,
        random: any RandomNumberGenerator = SystemRandomNumberGenerator()
    ) {
        eventLoop.preconditionInEventLoop()
        configuration.limits.checkConsistency()
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.random = random
        var logger = logger
        logger[metadataKey: "node.id"] = "\(configuration.node)"
        self.logger = logger
        limits = configuration.limits
        rules = HandshakeRules(configuration)
        strangers = LogThrottle(interval: configuration.limits.logInterval)
    }

    var now: NIODeadline { eventLoop.now }

    /// Whether peers are dialled yet, and still.
    var isDialling: Bool { server != nil }

    // MARK: - Life

    /// Binds the listening address, then begins to dial the peers.
    ///
    /// - Returns: the address that was bound, with the real port where 0 was asked for.
    package func start(delegate: any PeerNetworkDelegate) -> EventLoopFuture<SocketAddress> {
        eventLoop.preconditionInEventLoop()
        precondition(phase == .idle, "a network starts once")
        phase = .running
        self.delegate = delegate
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.prepare(channel) }
            }
            .bind(host: configuration.listen.host, port: configuration.listen.port)
            .assumeIsolated()
            .flatMapThrowing { [self] channel in try listening(channel) }
            .nonisolated()
    }

    private func listening(_ channel: any Channel) throws -> SocketAddress {
        guard phase == .running else {
            channel.close(promise: nil)
            throw ChannelError.ioOnClosedChannel
        }
        guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
        server = channel
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticking = eventLoop.scheduleRepeatedTask(
            initialDelay: limits.tickInterval,
            delay: limits.tickInterval
        ) { _ in bound.value.tick() }
        for link in links { link.dial() }
        logger.info("listening for peers", metadata: ["address": "\(address)"])
        return address
    }

    /// Closes every socket and lets go of the delegate, which is not called again.
    ///
    /// - Returns: done when all sockets are closed; never fails.
    package func shutdown() -> EventLoopFuture<Void> {
        eventLoop.preconditionInEventLoop()
        phase = .stopped
        delegate = nil
        ticking?.cancel()
        let channels =
            (server.map { [$0] } ?? []) + links.flatMap(\.channels) + accepted.map(\.channel)
        server?.close(promise: nil)
        server = nil
        for link in links { link.remove(.shutDown) }
        for connection in accepted { connection.ended(.shutDown) }
        links = []
        return .andAllComplete(channels.map(\.closeFuture), on: eventLoop)
    }

    private func tick() {
        for link in links { link.tick() }
        for connection in accepted { connection.tick() }
    }

    // MARK: - Peers

    /// Replaces the set of peers.
    ///
    /// New ones are dialled, changed addresses are dialled anew, and both connections of those
    /// that are gone end. This node itself may be among them. Who may connect to this node is not
    /// decided here but by ``PeerNetworkDelegate/authorize(_:incarnation:returnAddress:)``.
    package func setPeers(_ peers: [NodeID: PeerAddress]) {
        eventLoop.preconditionInEventLoop()
        guard phase != .stopped else { return }
        for link in links where peers[link.peer] == nil {
            link.remove(.peersChanged)
            closeInbound(from: link.peer, .peersChanged)
            inbounds.removeAll { $0.peer == link.peer }
        }
        var next: [PeerLink] = []
        for (peer, address) in peers.sorted(by: { $0.key < $1.key }) where peer != rules.node {
            if let link = link(to: peer) {
                next.append(link)
                if link.address != address { link.move(to: address) }
            } else {
                let link = PeerLink(peer: peer, address: address, network: self)
                link.isCut = cutOutbound.contains(peer)
                next.append(link)
                link.dial()
            }
        }
        links = next
    }

    func link(to peer: NodeID) -> PeerLink? {
        for link in links where link.peer == peer { return link }
        return nil
    }

    /// The figures of every peer, sorted by name.
    package var status: [PeerLinkStatus] {
        eventLoop.assertInEventLoop()
        var all: [PeerLinkStatus] = links.map {
            PeerLinkStatus(peer: $0.peer, outbound: $0.currentStatus, inbound: nil)
        }
        for inbound in inbounds {
            if let index = all.firstIndex(where: { $0.peer == inbound.peer }) {
                all[index].inbound = inbound.status
            } else {
                all.append(
                    PeerLinkStatus(peer: inbound.peer, outbound: nil, inbound: inbound.status)
                )
            }
        }
        return all.sorted { $0.peer < $1.peer }
    }

    // MARK: - Sending

    /// Queues one frame whose payload `payload` appends to the peer's own buffer.
    ///
    /// Frames to one peer arrive in the order in which they were sent.
    ///
    /// - Parameters:
    ///   - kind: the application's own, below 0xF0.
    ///   - peer: who shall have it.
    ///   - payload: must only append, and must not call the network.
    /// - Returns: whether the frame waits for the next flush or is gone.
    @discardableResult
    package func send(
        kind: UInt8,
        to peer: NodeID,
        payload: (inout ByteBuffer) -> Void
    ) -> SendOutcome {
        eventLoop.assertInEventLoop()
        precondition(kind < FrameKind.reservedFirst, "frame kind \(kind) is the transport's own")
        guard let link = link(to: peer) else { return .dropped(.unknownPeer) }
        let outcome = link.send(kind: kind, payload: payload)
        if configuration.flushesAutomatically, !isFlushScheduled, outcome == .queued {
            isFlushScheduled = true
            eventLoop.assumeIsolated().execute { [self] in
                isFlushScheduled = false
                flush()
            }
        }
        return outcome
    }

    /// Queues one frame with a copy of `payload`.
    @discardableResult
    package func send(kind: UInt8, to peer: NodeID, payload: RawSpan) -> SendOutcome {
        send(kind: kind, to: peer) { $0.writeBytes(payload) }
    }

    /// Queues one frame whose payload `encode` appends to an empty, reused array.
    ///
    /// For encoders that know nothing of `ByteBuffer`; costs one copy more than
    /// ``send(kind:to:payload:)``. `encode` must not call the network.
    @discardableResult
    package func sendEncoded(
        kind: UInt8,
        to peer: NodeID,
        _ encode: (inout [UInt8]) -> Void
    ) -> SendOutcome {
        scratch.removeAll(keepingCapacity: scratch.capacity <= limits.bufferBytesKept)
        encode(&scratch)
        return send(kind: kind, to: peer) { $0.writeBytes(scratch) }
    }

    /// Gives all that was sent to the sockets, one write for each peer.
    package func flush() {
        eventLoop.assertInEventLoop()
        for link in links { link.flush() }
    }

    /// Bytes that wait for the peer's socket, so that bulk can be paced to leave room for the rest.
    package func waitingByteCount(to peer: NodeID) -> Int {
        eventLoop.assertInEventLoop()
        return link(to: peer)?.waitingByteCount ?? 0
    }

    // MARK: - Telling the delegate

    /// Tells the delegate after the present call has returned, so that it is never called from
    /// within one of its own.
    func tell(_ notice: Notice) {
        untold.append(notice)
        guard untold.count == 1 else { return }
        eventLoop.assumeIsolated().execute { [self] in
            let notices = untold
            untold = []
            for notice in notices {
                switch notice {
                case .changed(let peer, let state): delegate?.peerChanged(peer, to: state)
                case .overflowed(let peer): delegate?.peerOverflowed(peer)
                }
            }
        }
    }
}
