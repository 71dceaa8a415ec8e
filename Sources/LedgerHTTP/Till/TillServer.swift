package import AgentCore
import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import ServiceLifecycle

/// A limit on everything that a till may do over HTTP.
package struct TillLimits: Sendable {
    /// Open connections; further ones wait in the kernel's queue.
    package var connectionsMax = 512
    /// Connections that the kernel holds until they are accepted.
    package var backlogMax = 128
    /// Bytes of one header field.
    package var headerFieldBytesMax = 16_384
    /// Bytes of the request line and all headers together.
    package var headerBytesMax = 32_768
    /// Header fields in one request.
    package var headerFieldsMax = 64
    /// Bytes of a request's body.
    package var bodyBytesMax = 65_536
    /// Writes under way at once; more are answered 503.
    package var writesMax = 256
    /// Those who follow the status at once; more are answered 503.
    package var followersMax = 64
    /// Entries of a list when no size is asked for.
    package var pageSizeDefault = 24
    /// Entries of a list.
    package var pageSizeMax = 200
    /// A connection without anything on it is closed after this.
    package var idleTimeout = TimeAmount.seconds(60)
    /// How often those who follow the status are told what has changed.
    package var followEvery = Duration.milliseconds(500)
    /// How often they are told that nothing has.
    package var heartbeatEvery = Duration.seconds(10)

    /// The usual ones.
    package init() {}
}

/// Serves the tills of one store over HTTP/1.1, with the page that they show, until it is told to stop.
package struct TillServer: Service {
    private let application: Application<TillResponder>

    /// Prepares a server; nothing listens before `run`.
    ///
    /// - Parameters:
    ///   - desk: The agent.
    ///   - host: Where it listens: this machine alone, unless somebody says otherwise.
    ///   - port: 0 lets the system choose.
    ///   - limits: What tills may do.
    ///   - eventLoopGroup: Whose loops serve.
    ///   - logger: For what goes wrong.
    ///   - onServerRunning: Called once it listens, with the address that it got.
    package init(
        desk: any StoreDesk,
        host: String = "127.0.0.1",
        port: Int = 8090,
        limits: TillLimits = TillLimits(),
        eventLoopGroup: any EventLoopGroup,
        logger: Logger,
        onServerRunning: @escaping @Sendable (SocketAddress) async -> Void = { _ in }
    ) {
        application = Application(
            responder: TillResponder(
                desk: desk,
                limits: limits,
                isLocal: HostName.isLocal(host)
            ),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    idleTimeout: limits.idleTimeout,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerFieldBytesMax,
                        maxHeaderListSize: limits.headerBytesMax,
                        maxHeaderFieldCount: limits.headerFieldsMax
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                backlog: limits.backlogMax,
                availableConnectionsDelegate: .maximum(limits.connectionsMax, logger: logger)
            ),
            onServerRunning: { channel in
                if let address = channel.localAddress { await onServerRunning(address) }
            },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: logger
        )
    }

    /// Serves until graceful shutdown or cancellation; throws when the address can't be had.
    package func run() async throws { try await application.run() }
}

/// Names of this very machine.
enum HostName {
    private static let local: Set<String> = ["127.0.0.1", "::1", "localhost"]

    static func isLocal(_ host: String) -> Bool { local.contains(host.lowercased()) }

    /// The host of an authority, such as `[::1]:8090`.
    static func host(of authority: String) -> Substring {
        if authority.hasPrefix("[") {
            return authority.dropFirst().prefix { $0 != "]" }
        }
        return authority.prefix { $0 != ":" }
    }
}
