import ArgumentParser
import Foundation
import GRPCWire
import LedgerAPI
import LedgerHTTP
import LedgerRPC
import Logging
import NIOCore
import NIOPosix
import RaftTransport
import Replica
import ServiceLifecycle
import UnixSignals

/// One node as a process: the replica, its gRPC server on the same loop, its HTTP server on others.
struct NodeProcess {
    let configuration: NodeConfiguration

    init(_ configuration: NodeConfiguration) {
        self.configuration = configuration
    }

    /// Runs until SIGINT or SIGTERM, or until the node must halt.
    func run() async throws {
        let configuration = configuration
        LoggingSystem.bootstrap { _ in
            let handler: any LogHandler =
                configuration.logsJSON
                ? JSONLogHandler(level: configuration.logLevel)
                : TextLogHandler(level: configuration.logLevel)
            return handler
        }
        var logger = Logger(label: "estoque")
        logger[metadataKey: "node"] = "\(configuration.node.id)"

        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let httpLoops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let halts = AsyncStream.makeStream(of: ReplicaHalt.self)
        let node: ReplicaNode
        do {
            node = try await ReplicaNode.start(
                configuration.node,
                on: loops.next(),
                logger: logger,
                onHalt: { halts.continuation.yield($0) }
            )
        } catch {
            throw CommandFailure("the node can't start: \(error)")
        }
        var http = LedgerHTTPConfiguration(
            host: configuration.http.host,
            port: configuration.http.port
        )
        http.limits = configuration.httpLimits
        http.limits.fit(files: FileLimit.raise())
        let services = LedgerServices(
            node: node,
            books: node,
            limits: configuration.rpcLimits
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    // Stopped in reverse order: no new work, then the calls in flight, then the node.
                    .init(service: ReplicaService(node: node)),
                    .init(
                        service: RPCService(services: services, at: configuration.rpc, on: loops)
                    ),
                    .init(
                        service: LedgerHTTPServer(
                            node: node,
                            configuration: http,
                            eventLoopGroup: httpLoops,
                            logger: logger,
                            samples: { services.samples }
                        )
                    ),
                    .init(service: HaltService(halts: halts.stream)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        logger.notice(
            "node started",
            metadata: [
                "peer.address": "\(configuration.node.peerListen)",
                "rpc.address": "\(configuration.rpc)", "http.address": "\(configuration.http)",
            ]
        )
        do {
            try await group.run()
        } catch {
            throw CommandFailure("the node stopped: \(error)")
        }
        try? await httpLoops.shutdownGracefully()
        try? await loops.shutdownGracefully()
    }
}

/// Closes the node's files in good order when the process stops.
private struct ReplicaService: Service {
    let node: ReplicaNode

    func run() async throws {
        try? await gracefulShutdown()
        await node.shutdown()
    }
}

/// The gRPC server of a node.
private struct RPCService: Service {
    let services: LedgerServices
    let address: PeerAddress
    let loops: any EventLoopGroup

    init(services: LedgerServices, at address: PeerAddress, on loops: any EventLoopGroup) {
        self.services = services
        self.address = address
        self.loops = loops
    }

    func run() async throws {
        var router = GRPCRouter()
        services.register(in: &router)
        let health = GRPCHealthService()
        health.register(in: &router)
        try GRPCReflectionService(
            fileDescriptorSet: ByteBuffer(bytes: Descriptors.fileDescriptorSet)
        ).register(in: &router)
        let server = try await GRPCServer.start(
            on: loops,
            host: address.host,
            port: address.port,
            router: router
        )
        try? await gracefulShutdown()
        health.shutDown()
        await server.shutdown(within: .seconds(2))
    }
}

/// Ends the process when the node must not go on.
private struct HaltService: Service {
    struct Halted: Error, CustomStringConvertible {
        let halt: ReplicaHalt
        var description: String { "halted: \(halt)" }
    }

    let halts: AsyncStream<ReplicaHalt>

    func run() async throws {
        for await halt in halts.cancelOnGracefulShutdown() {
            throw Halted(halt: halt)
        }
    }
}
