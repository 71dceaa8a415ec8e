import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

extension HTTPServerBuilder {
    /// HTTP/1.1 with a ``ConnectionHandler`` in front of Hummingbird's own handlers.
    static func ledger(
        service: ReadService,
        metrics: HTTPMetrics,
        limits: HTTPLimits,
        feed: Feed
    ) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            ConnectionChannel(
                base: HTTP1Channel(
                    responder: responder,
                    configuration: HTTP1Channel.Configuration(
                        // The connection handler has timeouts of its own, for every phase.
                        idleTimeout: nil,
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: limits.headerFieldBytesMax,
                            maxHeaderListSize: limits.headerBytesMax,
                            maxHeaderFieldCount: limits.headerFieldsMax
                        )
                    )
                ),
                service: service,
                metrics: metrics,
                limits: limits,
                feed: feed
            )
        }
    }
}

/// Sets up a connection as Hummingbird does, and puts a ``ConnectionHandler`` behind the parser.
struct ConnectionChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel
    let service: ReadService
    let metrics: HTTPMetrics
    let limits: HTTPLimits
    let feed: Feed

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(
                ConnectionHandler(
                    eventLoop: channel.eventLoop,
                    service: service,
                    metrics: metrics,
                    limits: limits,
                    feed: feed
                ),
                position: .after(decoder)
            )
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
