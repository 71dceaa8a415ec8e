import AgentCore
import Foundation
import GRPCWire
import Ledger
import LedgerAPI
import LedgerClient
import LedgerHTTP
import LedgerRPC
import LedgerStore
import Logging
import NIOCore
import NIOPosix
import RaftTransport
import Replica
import ServiceLifecycle
import StoreAgent
import UnixSignals

/// A store's agent as a process: its database on a thread of its own, tills over HTTP and gRPC, and the
/// cluster through a client.
struct StoreProcess {
    let configuration: StoreConfiguration

    init(_ configuration: StoreConfiguration) { self.configuration = configuration }

    /// Runs until SIGINT or SIGTERM, or until the disk fails.
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
        logger[metadataKey: "location"] = "\(configuration.location)"
        _ = FileLimit.raise()

        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let nodes = configuration.nodes
        let actor = Ledger.Actor(unchecked: configuration.location.text)
        // The client gives up before the agent does, and so knows what it gave up.
        let callTimeout = Duration.milliseconds(
            Int64(clamping: configuration.settings.callTimeout.rawValue / 5 * 4)
        )
        let centre = LedgerClientCentre(at: configuration.location, timeout: callTimeout) {
            EstoqueClient(nodes: nodes, actor: actor)
        }
        let agent = try makeAgent(centre)
        let desk = AgentDesk(of: agent, settings: configuration.settings)
        let forwarding = EstoqueClient(nodes: nodes, actor: actor)
        let till = TillNode(desk: desk, on: loops.next()) { request, timeout in
            await Self.forward(request, timeout, through: forwarding)
        }
        let rpc = try await startRPC(till, on: loops)
        let rpcAddress =
            "\(configuration.rpc.host):\(rpc.localAddress.port ?? configuration.rpc.port)"
        let http = TillServer(
            desk: desk,
            host: configuration.http.host,
            port: configuration.http.port,
            eventLoopGroup: loops,
            logger: logger
        ) { [logger] address in
            logger.notice(
                "store agent started",
                metadata: [
                    "rpc.address": "\(rpcAddress)",
                    "http.address": "\(configuration.http.host):\(address.port ?? 0)",
                    "data": "\(configuration.data)",
                ]
            )
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    // Stopped in reverse order: no new work, then the calls in flight, then the agent.
                    .init(service: agent),
                    .init(service: till),
                    .init(service: TillRPCService(server: rpc)),
                    .init(service: http),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            throw CommandFailure("the agent stopped: \(error)")
        }
        await forwarding.close()
        await centre.close()
        try? await loops.shutdownGracefully()
    }

    private func makeAgent(
        _ centre: LedgerClientCentre
    ) throws -> AgentService<ProtobufFactCodec> {
        do throws(StoreError) {
            let rows = try AgentDirectory(configuration.data).open(configuration.location)
            return try AgentService(
                rows: rows,
                codec: ProtobufFactCodec(),
                centre: centre,
                settings: configuration.settings,
                takesOver: configuration.takesOver
            )
        } catch {
            let hint = error.code == .busy ? "; is another agent running there?" : ""
            throw CommandFailure("the agent can't start: \(error)\(hint)")
        }
    }

    private func startRPC(
        _ till: TillNode,
        on loops: any EventLoopGroup
    ) async throws -> GRPCServer {
        var router = GRPCRouter()
        LedgerServices(node: till, books: nil).register(in: &router)
        let health = GRPCHealthService()
        health.register(in: &router)
        try GRPCReflectionService(
            fileDescriptorSet: ByteBuffer(bytes: Descriptors.fileDescriptorSet)
        ).register(in: &router)
        do {
            return try await GRPCServer.start(
                on: loops,
                host: configuration.rpc.host,
                port: configuration.rpc.port,
                router: router
            )
        } catch {
            throw CommandFailure("the agent can't start: gRPC: \(error)")
        }
    }

    /// What only the cluster can answer.
    private static func forward(
        _ request: Request,
        _ timeout: Duration,
        through client: EstoqueClient
    ) async -> SubmitResult {
        do throws(EstoqueError) {
            return .answered(try await client.send(request, timeout: timeout))
        } catch {
            if let answer = error.refused { return .answered(answer) }
            return error.isOutcomeUnknown ? .unknown : .noLeader
        }
    }
}

/// The gRPC server of a store.
private struct TillRPCService: Service {
    let server: GRPCServer

    func run() async throws {
        try? await gracefulShutdown()
        await server.shutdown(within: .seconds(2))
    }
}
