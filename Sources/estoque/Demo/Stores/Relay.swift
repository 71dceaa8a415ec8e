import LedgerClient
import NIOCore
import NIOPosix
import Synchronization

/// The line between a store and the nodes: TCP connections that are passed on, until it is cut.
///
/// Whoever is given its addresses in place of the nodes' can be cut off without anybody else
/// noticing.
final class Relay: Sendable {
    private struct State {
        var listeners: [any Channel] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isOpen = false
    }

    /// Where it listens, for each node in turn.
    let addresses: [NodeAddress]
    private let nodes: [NodeAddress]
    private let state = Mutex(State())

    /// More than one agent ever needs.
    private static let connectionsMax = 64

    /// A line to some nodes that is still cut.
    init(to nodes: [NodeAddress]) throws {
        self.nodes = nodes
        addresses = try FreePorts.take(nodes.count).map {
            NodeAddress(host: "127.0.0.1", port: $0)
        }
    }

    /// Connects.
    func open() async throws {
        let isNew = state.withLock { state in
            defer { state.isOpen = true }
            return !state.isOpen
        }
        guard isNew else { return }
        for (address, node) in zip(addresses, nodes) {
            let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.autoRead, value: false)
                .childChannelInitializer { [self] in pass($0, on: node) }
                .bind(host: address.host, port: address.port).get()
            state.withLock { $0.listeners.append(listener) }
        }
    }

    /// Cuts: what is connected is torn down, and nobody can connect.
    func cut() async {
        let channels = state.withLock { state in
            defer { state = State() }
            return state.listeners + state.connections.values
        }
        for channel in channels { try? await channel.close() }
    }

    private func pass(_ near: any Channel, on node: NodeAddress) -> EventLoopFuture<Void> {
        let isTaken = state.withLock { state in
            guard state.isOpen, state.connections.count < Self.connectionsMax else { return false }
            state.connections[ObjectIdentifier(near)] = near
            return true
        }
        let name = ObjectIdentifier(near)
        guard isTaken else {
            return near.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        near.closeFuture.whenComplete { [self] _ in
            state.withLock { $0.connections[name] = nil }
        }
        let (nearEnd, farEnd) = RelayEnd.pair()
        do {
            try near.pipeline.syncOperations.addHandler(nearEnd)
        } catch {
            return near.eventLoop.makeFailedFuture(error)
        }
        let end = NIOLoopBound(farEnd, eventLoop: near.eventLoop)
        // On the same loop, so that the two ends need no lock.
        return ClientBootstrap(group: near.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelInitializer { far in
                far.eventLoop.makeCompletedFuture {
                    try far.pipeline.syncOperations.addHandler(end.value)
                }
            }
            .connect(host: node.host, port: node.port).map { _ in }
    }
}

/// One end of a connection that is passed on: what it reads, the other writes.
private final class RelayEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private weak var other: RelayEnd?
    private var context: ChannelHandlerContext?
    /// It would read, but the other end has enough to write.
    private var isHeldUp = false

    /// The two ends of one connection.
    static func pair() -> (RelayEnd, RelayEnd) {
        let (near, far) = (RelayEnd(), RelayEnd())
        near.other = far
        far.other = near
        return (near, far)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Nothing is read before both ends are there.
    func channelActive(context: ChannelHandlerContext) {
        if let there = other?.context {
            if there.channel.isActive {
                there.read()
                context.read()
            }
        } else {
            // It was cut meanwhile.
            context.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        other?.context?.write(wrapOutboundOut(unwrapInboundIn(data)), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard let there = other?.context else { return }
        there.flush()
        if there.channel.isWritable { context.read() } else { isHeldUp = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, let other, other.isHeldUp {
            other.isHeldUp = false
            other.context?.read()
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        other?.context?.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
