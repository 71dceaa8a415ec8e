import NIOCore

/// Gathers the many small writes of `NIOHTTP2Handler` into one buffer per flush.
///
/// Each frame comes as one or two little buffers; as one buffer they cost the socket one write, and the library can reuse its
/// own buffer at once because nobody holds on to it.
final class OutboundCoalescer: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Larger buffers are passed on as they are.
    private static let copiedBytesMax = 8 * 1_024
    /// A gathered buffer of this size is handed to the channel, so that its writability stays meaningful.
    private static let gatheredBytesMax = 64 * 1_024

    private var gathered = ByteBuffer()
    private var promise: EventLoopPromise<Void>?
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        gathered = context.channel.allocator.buffer(capacity: 4 * 1_024)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Sends a frame that the library is not to know of, behind all that it has written; leaves with the next flush.
    func write(frame: ByteBuffer) {
        gathered.writeImmutableBuffer(frame)
        context?.eventLoop.assumeIsolated().execute {
            if let context = self.context { self.flush(context: context) }
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let data = unwrapOutboundIn(data)
        guard case .byteBuffer(let bytes) = data, bytes.readableBytes <= Self.copiedBytesMax else {
            passOn(context: context)
            context.write(wrapOutboundOut(data), promise: promise)
            return
        }
        gathered.writeImmutableBuffer(bytes)
        if let promise { self.promise.setOrCascade(to: promise) }
        if gathered.readableBytes >= Self.gatheredBytesMax { passOn(context: context) }
    }

    func flush(context: ChannelHandlerContext) {
        passOn(context: context)
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        passOn(context: context)
        context.close(mode: mode, promise: promise)
    }

    private func passOn(context: ChannelHandlerContext) {
        guard gathered.readableBytes > 0 else { return }
        context.write(wrapOutboundOut(.byteBuffer(gathered)), promise: promise.take())
        gathered.clear(minimumCapacity: 4 * 1_024)
    }
}
