import NIOCore

/// One end of a connection, as its ``FrameHandler`` sees it.
protocol FrameEndpoint: AnyObject {
    /// The longest payload that is acceptable now.
    var payloadBytesMax: Int { get }
    /// False once the connection has ended: whatever is still read is thrown away.
    var isReading: Bool { get }
    /// How large an empty buffer may be and still be kept.
    var bufferBytesKept: Int { get }

    /// Some bytes arrived.
    func heard()
    /// A whole and undamaged frame arrived.
    func received(kind: UInt8, payload: RawSpan)
    /// All frames of one read of the socket were given.
    func readCompleted()
    /// The connection is over; may be called more than once.
    func ended(_ failure: LinkFailure)
}

/// Cuts what a socket brings into frames and gives them to its endpoint, without copying payloads.
///
/// Generic, so that the calls for each frame are direct.
final class FrameHandler<Endpoint: FrameEndpoint>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let endpoint: Endpoint
    private var accumulator: FrameAccumulator

    init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
        accumulator = FrameAccumulator(bytesKept: endpoint.bufferBytesKept)
    }

    /// Fits out the pipeline of a new channel: the one place where a TLS handler would go first.
    static func install(_ endpoint: Endpoint, in channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(FrameHandler(endpoint))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard endpoint.isReading else { return }
        endpoint.heard()
        var bytes = accumulator.join(unwrapInboundIn(data))
        do throws(FrameFault) {
            bytes.moveReaderIndex(forwardBy: try deliver(bytes.readableBytesSpan))
            accumulator.keep(bytes)
        } catch {
            endpoint.ended(.damaged(error))
        }
        // A socket that was closed during a read doesn't announce the read's end.
        if !endpoint.isReading { endpoint.readCompleted() }
    }

    /// Gives every whole frame to the endpoint; returns how many bytes they were.
    private func deliver(_ bytes: RawSpan) throws(FrameFault) -> Int {
        var offset = 0
        while endpoint.isReading,
            let header = try FrameHeader.next(
                in: bytes,
                at: offset,
                payloadBytesMax: endpoint.payloadBytesMax
            )
        {
            let payload = offset + FrameHeader.byteCount
            offset = payload + header.payloadByteCount
            endpoint.received(kind: header.kind, payload: bytes.extracting(payload..<offset))
        }
        return offset
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        endpoint.readCompleted()
    }

    func channelInactive(context: ChannelHandlerContext) {
        endpoint.ended(.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        endpoint.ended(.socket(String(describing: error)))
    }
}
