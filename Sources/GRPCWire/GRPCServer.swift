package import NIOCore
import NIOHTTP2
import NIOPosix
import Synchronization

/// A gRPC server on one port.
package final class GRPCServer: Sendable {
    /// Why a server didn't start.
    package struct StartError: Error, CustomStringConvertible {
        package let host: String
        package let port: Int
        /// What the system said.
        package let cause: any Error

        package var description: String { "cannot listen on \(host):\(port): \(cause)" }
    }

    /// Adds what a connection needs below HTTP/2, such as TLS; runs on the connection's event loop.
    package typealias ChannelPreparation = @Sendable (any Channel) throws -> Void

    /// Where the server listens, with the port that the system chose if 0 was asked for.
    package let localAddress: SocketAddress
    private let listener: any Channel
    private let connections: ServerConnections

    private init(listener: any Channel, localAddress: SocketAddress, connections: ServerConnections)
    {
        self.listener = listener
        self.localAddress = localAddress
        self.connections = connections
    }

    /// Listens and serves until `shutdown`.
    ///
    /// The listener and all connections live on loops of `group`; give one loop to have everything on it.
    package static func start(
        on group: any EventLoopGroup,
        host: String,
        port: Int,
        router: GRPCRouter,
        limits: GRPCLimits = GRPCLimits(),
        prepareChannel: ChannelPreparation? = nil
    ) async throws(StartError) -> GRPCServer {
        let connections = ServerConnections(max: limits.connectionsMax)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A turn of the loop takes so little of each connection that however many calls come at
            // once, the others on the loop (a leader's heartbeats among them) get their turn in time.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 1_024,
                    initial: 4_096,
                    maximum: 16_384
                )
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: 128 * 1_024, high: 256 * 1_024)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try connections.admit(
                        channel,
                        router: router,
                        limits: limits,
                        prepare: prepareChannel
                    )
                }
            }
        do {
            let listener = try await bootstrap.bind(host: host, port: port).get()
            guard let address = listener.localAddress else {
                throw ChannelError.unknownLocalAddress
            }
            return GRPCServer(listener: listener, localAddress: address, connections: connections)
        } catch {
            throw StartError(host: host, port: port, cause: error)
        }
    }

    /// How many connections are open.
    package var connectionCount: Int { connections.count }

    /// Stops accepting, lets the open calls end for at most `grace`, and returns when every connection is closed.
    package func shutdown(within grace: TimeAmount = .seconds(10)) async {
        // A listener that is closed already is what we want.
        try? await listener.close().get()
        connections.drain(cutOffAfter: grace)
        await connections.waitUntilEmpty()
    }
}

/// The open connections of a server, from any thread.
final class ServerConnections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: NIOLoopBound<ServerConnection>] = [:]
        var isDraining = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let max: Int
    private let state = Mutex(State())

    init(max: Int) {
        self.max = max
    }

    var count: Int { state.withLock { $0.open.count } }

    /// Sets up a new connection, or refuses it by throwing, which closes it.
    func admit(
        _ channel: any Channel,
        router: GRPCRouter,
        limits: GRPCLimits,
        prepare: GRPCServer.ChannelPreparation?
    ) throws {
        let key = ObjectIdentifier(channel)
        let wire = WireConnection(role: .server, channel: channel, limits: limits)
        let connection = ServerConnection(wire: wire, router: router) { [self] in forget(key) }
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        let isAdmitted = state.withLock { state in
            guard !state.isDraining, state.open.count < max else { return false }
            state.open[key] = bound
            return true
        }
        guard isAdmitted else { throw ChannelError.inputClosed }
        do {
            try prepare?(channel)
            try channel.pipeline.syncOperations.addHandlers(WirePipeline.handlers(for: wire))
            wire.owner = connection
        } catch {
            forget(key)
            throw error
        }
    }

    private func forget(_ key: ObjectIdentifier) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.open[key] = nil
            guard state.open.isEmpty else { return [] }
            return state.waiters.take()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Each connection accepts no more calls; what is left after `grace` is cut off.
    func drain(cutOffAfter grace: TimeAmount) {
        let all = state.withLock { state in
            state.isDraining = true
            return Array(state.open.values)
        }
        for connection in all {
            let eventLoop = connection.eventLoop
            eventLoop.execute { connection.value.drain() }
            eventLoop.scheduleTask(in: grace) { connection.value.cutOff() }
        }
    }

    func waitUntilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.open.isEmpty { state.waiters.append(continuation) }
                return state.open.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }
}

extension Array {
    /// Empties the array and returns what was in it.
    fileprivate mutating func take() -> [Element] {
        let all = self
        removeAll()
        return all
    }
}
