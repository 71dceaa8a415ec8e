import NIOCore
import NIOHPACK
import NIOPosix
import Synchronization
import Testing

@testable import GRPCWire

/// A peer that speaks HTTP/2 frame by frame, so that it can also speak it badly.
final class RawPeer: Sendable {
    struct Frame: Sendable {
        var type: UInt8
        var flags: UInt8
        var streamID: UInt32
        var payload: [UInt8]

        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let reset: UInt8 = 3
        static let settings: UInt8 = 4
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8

        var isEndStream: Bool { flags & 1 != 0 }
        /// The last four bytes of a RST_STREAM or GOAWAY's fixed part.
        var errorCode: UInt8 { type == Self.goAway ? payload[7] : payload[3] }
    }

    enum Sight: Sendable {
        case frame(Frame)
        case closed
    }

    static let preface =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(Frame.settings, 0, 0, [])

    static let requestHeaders = [
        (":method", "POST"), (":scheme", "http"), (":path", EchoServer.unary), ("te", "trailers"),
        ("content-type", "application/grpc"),
    ]

    let sights: Probe<Sight>
    private let channel: any Channel
    private let decoder = Mutex(HPACKDecoder(allocator: ByteBufferAllocator()))

    private init(channel: any Channel, sights: Probe<Sight>) {
        self.channel = channel
        self.sights = sights
    }

    static func connect(to server: GRPCServer, readsAnswers: Bool = true) async throws -> RawPeer {
        let sights = Probe<Sight>()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: readsAnswers)
            .channelInitializer { channel in channel.pipeline.addHandler(Reader(sights: sights)) }
            .connect(host: "127.0.0.1", port: server.localAddress.port ?? 0).get()
        return RawPeer(channel: channel, sights: sights)
    }

    /// The bytes of one frame.
    static func frame(
        _ type: UInt8,
        _ flags: UInt8,
        _ streamID: UInt32,
        _ payload: [UInt8]
    ) -> [UInt8] {
        let length = UInt32(payload.count)
        return [UInt8(length >> 16), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
            + [24, 16, 8, 0].map { UInt8(streamID >> $0 & 0xFF) } + payload
    }

    /// A HEADERS frame, complete, without Huffman codes or the dynamic table.
    static func headers(
        _ streamID: UInt32,
        _ fields: [(String, String)] = requestHeaders,
        endStream: Bool = false
    ) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in fields {
            block.append(0)
            for text in [name, value] {
                precondition(text.utf8.count < 127 + 128, "one continuation byte is enough here")
                if text.utf8.count < 127 {
                    block.append(UInt8(text.utf8.count))
                } else {
                    block += [127, UInt8(text.utf8.count - 127)]
                }
                block += Array(text.utf8)
            }
        }
        return frame(Frame.headers, 4 | (endStream ? 1 : 0), streamID, block)
    }

    /// A DATA frame with the prefix of a message, which need not be true, and what follows it.
    static func message(
        _ streamID: UInt32,
        claimedLength: UInt32? = nil,
        flags: UInt8 = 0,
        _ bytes: [UInt8],
        endStream: Bool = true
    ) -> [UInt8] {
        let length = claimedLength ?? UInt32(bytes.count)
        let prefix = [flags] + [24, 16, 8, 0].map { UInt8(length >> $0 & 0xFF) }
        return frame(Frame.data, endStream ? 1 : 0, streamID, prefix + bytes)
    }

    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Sends, and returns when the kernel has all of it.
    func sendWhole(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    func close() async throws {
        try? await channel.close().get()
    }

    /// Waits for the first frame that fits.
    func frame(
        sourceLocation: SourceLocation = #_sourceLocation,
        where fits: (Frame) -> Bool
    ) async throws -> Frame? {
        func find(_ sights: [Sight]) -> Frame? {
            for case .frame(let frame) in sights where fits(frame) { return frame }
            return nil
        }
        let seen = try await sights.wait(sourceLocation: sourceLocation) { find($0) != nil }
        return find(seen)
    }

    /// The credit that the server has returned to a stream so far.
    func credit(for streamID: UInt32) -> Int {
        sights.elements.reduce(0) { sum, sight in
            guard case .frame(let frame) = sight, frame.type == Frame.windowUpdate,
                frame.streamID == streamID
            else { return sum }
            return sum + Int(frame.payload.reduce(0) { $0 << 8 | UInt32($1) })
        }
    }

    /// Waits until the server has closed the connection.
    func closed(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await sights.wait(sourceLocation: sourceLocation) { sights in
            sights.contains { if case .closed = $0 { true } else { false } }
        }
    }

    /// Decodes a header block; blocks must be decoded in the order in which they came.
    func decode(_ frame: Frame?) throws -> [String: String] {
        var block = ByteBuffer(bytes: frame?.payload ?? [])
        let headers = try decoder.withLock { try $0.decodeHeaders(from: &block) }
        return Dictionary(headers.map { ($0.name, $0.value) }) { first, _ in first }
    }

    private final class Reader: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let sights: Probe<Sight>
        private let pending = Mutex(ByteBuffer())

        init(sights: Probe<Sight>) {
            self.sights = sights
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            pending.withLock { pending in
                pending.writeImmutableBuffer(bytes)
                while let frame = Self.nextFrame(&pending) { sights.note(.frame(frame)) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            sights.note(.closed)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private static func nextFrame(_ pending: inout ByteBuffer) -> Frame? {
            guard let head = pending.getBytes(at: pending.readerIndex, length: 9) else {
                return nil
            }
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard pending.readableBytes >= 9 + length else { return nil }
            pending.moveReaderIndex(forwardBy: 9)
            let streamID = head[5..<9].reduce(0) { $0 << 8 | UInt32($1) }
            return Frame(
                type: head[3],
                flags: head[4],
                streamID: streamID,
                payload: pending.readBytes(length: length) ?? []
            )
        }
    }
}
