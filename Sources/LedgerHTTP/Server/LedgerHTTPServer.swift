import Hummingbird
package import Logging
package import NIOCore
package import Replica
import ServiceLifecycle

/// Serves reads, health and metrics of one node over HTTP/1.1 until it is told to stop.
///
/// Hummingbird owns the listening socket, the connections and everything that isn't hot; a
/// ``ConnectionHandler`` in front of it answers the reads on each connection's own event loop.
/// Give it to the process's one `ServiceGroup`: graceful shutdown reaches it through there.
package struct LedgerHTTPServer: Service {
    private let application: Application<OperationsResponder>
    private let feed: Feed
    /// Where the feed's source lives.
    private let feedLoop: any EventLoop

    /// Prepares a server of `node` on the loops of `eventLoopGroup`; nothing listens before `run`.
    ///
    /// `samples` are told with the metrics, being read at each scrape.
    /// `onServerRunning` is called once it listens, with the address that it got.
    package init(
        node: any LedgerNode,
        configuration: LedgerHTTPConfiguration = LedgerHTTPConfiguration(),
        eventLoopGroup: any EventLoopGroup,
        logger: Logger,
        samples: @escaping @Sendable () -> [NodeMetrics.Sample] = { [] },
        onServerRunning: @escaping @Sendable (SocketAddress) async -> Void = { _ in }
    ) {
        let metrics = HTTPMetrics()
        let limits = configuration.limits
        feed = Feed(node: node, limits: limits.feed, logger: logger)
        feedLoop = eventLoopGroup.next()
        let service = ReadService(node: node, configuration: configuration)
        application = Application(
            responder: OperationsResponder(
                node: node,
                metrics: metrics,
                feed: feed,
                limits: limits,
                samples: samples
            ),
            server: .ledger(service: service, metrics: metrics, limits: limits, feed: feed),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                backlog: limits.backlogMax,
                availableConnectionsDelegate: .maximum(
                    limits.connectionsMax + 2 * limits.spareConnectionsMax,
                    logger: logger
                )
            ),
            onServerRunning: { channel in
                if let address = channel.localAddress { await onServerRunning(address) }
            },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: logger
        )
    }

    /// Serves until graceful shutdown or cancellation; throws when the address can't be had.
    package func run() async throws {
        feed.start(on: feedLoop)
        defer { feed.stop(on: feedLoop) }
        try await application.run()
    }
}
