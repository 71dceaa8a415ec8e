import NIOCore
import NIOPosix
import Raft
import Synchronization

@testable import RaftTransport

/// A bare TCP connection that says what a test wants it to say.
final class RawSocket: Sendable {
    let channel: any Channel
    private let input: Input

    private init(channel: any Channel, input: Input) {
        self.channel = channel
        self.input = input
    }

    static func connect(to address: PeerAddress) async throws -> RawSocket {
        let input = Input()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(input))
                }
            }
            .connect(host: address.host, port: address.port).get()
        return RawSocket(channel: channel, input: input)
    }

    /// What has arrived so far.
    var received: [UInt8] { input.bytes.withLock { $0 } }

    var isClosed: Bool { !channel.isActive }

    func write(_ bytes: ByteBuffer) async throws {
        try await channel.writeAndFlush(bytes)
    }

    /// Writes to a socket that the other side may close meanwhile.
    func writeIgnoringErrors(_ bytes: ByteBuffer) async {
        _ = try? await channel.writeAndFlush(bytes).get()
    }

    /// Ends what this side sends; the other side sees the end of the stream.
    func finish() async {
        _ = try? await channel.close(mode: .output).get()
    }

    func close() async {
        _ = try? await channel.close().get()
    }

    /// The bytes that came, shared between the socket's loop and a test.
    final class Input: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }
}

/// Appends all that arrives to a socket's input.
final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let input: RawSocket.Input

    init(_ input: RawSocket.Input) { self.input = input }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        input.bytes.withLock { $0 += Array(bytes.readableBytesView) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// A listener that answers whatever it reads with prepared bytes, and then falls silent.
struct RawListener: Sendable {
    /// What it does after its answer.
    enum Manner: Sendable {
        case keepReading
        case stopReading
    }

    let channel: any Channel
    let address: PeerAddress

    static func start(answer: ByteBuffer, then manner: Manner = .keepReading) async throws -> Self {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answerer(answer, manner))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let address = PeerAddress(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
        return RawListener(channel: channel, address: address)
    }

    func close() async throws {
        try await channel.close()
    }

    private final class Answerer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let answer: ByteBuffer
        private let manner: Manner
        private var hasAnswered = false

        init(_ answer: ByteBuffer, _ manner: Manner) {
            self.answer = answer
            self.manner = manner
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !hasAnswered else { return }
            hasAnswered = true
            context.channel.writeAndFlush(answer, promise: nil)
            if manner == .stopReading {
                context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
