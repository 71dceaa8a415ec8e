package import NIOCore
import NIOHPACK
import NIOHTTP2

/// One stream of a connection: cuts messages out of what comes in, returns credit, and accounts for what goes out.
///
/// Confined to its connection's event loop. `GRPCServerCall` and `GRPCClientCall` say what messages and ends mean.
///
/// Invariants: in the connection's table exactly while HTTP/2 holds the stream open; credit for bytes is returned at once while
/// someone reads, and withheld while reading is paused, so that a peer can send at most one stream window ahead of its reader.
package class WireStream {
    let wire: WireConnection
    var id: HTTP2StreamID = 0

    private var deframer: MessageDeframer
    private var uncreditedBytes = 0
    private var isPumping = false
    private var isReadingPaused = false
    private var isEndDelivered = false

    /// The peer has sent all it will.
    private(set) var isRemoteEnded = false
    /// We have handed over all we will send.
    private(set) var isLocalEnded = false
    /// Nobody reads on; what still comes is thrown away.
    private var isDeaf = false

    /// Bytes handed to the connection that flow control or the socket still holds back.
    private(set) var pendingOutputBytes = 0
    private var isAboveHighWater = false

    init(wire: WireConnection) {
        self.wire = wire
        deframer = MessageDeframer(messageBytesMax: wire.limits.receivedMessageBytesMax)
    }

    /// The loop on which all of the call happens.
    package final var eventLoop: any EventLoop { wire.eventLoop }

    /// Whether more may be sent without piling up; when it turns true again, a `writable` event says so.
    package final var isWritable: Bool { !isAboveHighWater }

    // MARK: Points for the kinds of calls

    /// A header block came: the answer's beginning or trailers.
    func received(headers: HPACKHeaders, endStream: Bool) {}

    /// A whole message came.
    func received(message: ByteBuffer) {}

    /// The peer has ended its messages properly.
    func receivedEnd() {}

    /// The peer's bytes can't be understood, or are too many.
    func inputFailed(_ status: GRPCStatus) {}

    /// The stream is gone; nil means that both sides had ended it.
    func closed(reason: WireStreamEnd?) {}

    /// `isWritable` turned true.
    func becameWritable() {}

    /// The call's deadline, if it still matters.
    var activeDeadline: NIODeadline? { nil }

    /// The deadline has passed.
    func deadlinePassed() {}

    // MARK: Reading

    /// Stops the delivery of messages, and with it the credit that lets the peer send more.
    package final func pauseReading() {
        isReadingPaused = true
    }

    /// Delivers what has gathered and reads on.
    package final func resumeReading() {
        guard isReadingPaused else { return }
        isReadingPaused = false
        if !isPumping && !isDeaf { pump() }
    }

    final func received(data: ByteBuffer, flowControlledBytes: Int, endStream: Bool) {
        if endStream { isRemoteEnded = true }
        guard !isDeaf else { return }
        uncreditedBytes += flowControlledBytes
        deframer.append(data)
        if !isPumping { pump() }
    }

    /// The peer ended the stream with a header block.
    final func receivedEndOfStream() {
        isRemoteEnded = true
        if !isDeaf && !isPumping { pump() }
    }

    /// Throws away what is buffered and what still comes.
    final func stopListening() {
        guard !isDeaf else { return }
        isDeaf = true
        deframer.discard()
        account(bufferedBytes: 0)
    }

    private var accountedBytes = 0

    private func account(bufferedBytes: Int) {
        wire.bufferedInputBytes += bufferedBytes - accountedBytes
        accountedBytes = bufferedBytes
    }

    private func pump() {
        isPumping = true
        defer { isPumping = false }
        do throws(MessageDeframer.Fault) {
            while !isReadingPaused, !isDeaf, let message = try deframer.next() {
                received(message: message)
            }
        } catch {
            inputFailed(status(for: error))
            return
        }
        guard !isDeaf else { return }
        account(bufferedBytes: deframer.bufferedBytes)
        if wire.bufferedInputBytes > wire.limits.bufferedInputBytesMax {
            inputFailed(GRPCStatus(.resourceExhausted, "too many unread bytes on this connection"))
            return
        }
        guard !isReadingPaused else { return }
        if isRemoteEnded {
            deliverEnd()
        } else if uncreditedBytes >= wire.limits.streamWindowBytes / 2 {
            wire.returnCredit(uncreditedBytes, to: id)
            uncreditedBytes = 0
        }
    }

    private func deliverEnd() {
        guard !isEndDelivered else { return }
        isEndDelivered = true
        if deframer.bufferedBytes > 0 {
            inputFailed(GRPCStatus(.internal, "the stream ended within a message"))
        } else {
            receivedEnd()
        }
    }

    private func status(for fault: MessageDeframer.Fault) -> GRPCStatus {
        switch fault {
        case .tooLarge(let bytes):
            GRPCStatus(
                .resourceExhausted,
                "message of \(bytes) bytes exceeds the limit of \(wire.limits.receivedMessageBytesMax)"
            )
        case .compressed:
            GRPCStatus(.unimplemented, "compressed messages are not supported")
        case .malformedPrefix:
            GRPCStatus(.internal, "malformed message prefix")
        }
    }

    // MARK: Writing

    /// Above this a payload goes out as it is, behind a frame of its own for the prefix; below, copying it is cheaper.
    private static let copiedPayloadBytesMax = 16 * 1_024

    /// Sends one message.
    final func write(message: ByteBuffer, endStream: Bool = false) {
        let length = message.readableBytes
        let isCopied = length <= Self.copiedPayloadBytesMax
        var prefixed = wire.allocator.buffer(
            capacity: MessageDeframer.prefixBytes + (isCopied ? length : 0)
        )
        prefixed.writeInteger(0 as UInt8)
        prefixed.writeInteger(UInt32(length))
        if isCopied {
            prefixed.writeImmutableBuffer(message)
            write(data: prefixed, endStream: endStream)
        } else {
            write(data: prefixed, endStream: false)
            write(data: message, endStream: endStream)
        }
    }

    private func write(data: ByteBuffer, endStream: Bool) {
        if endStream { isLocalEnded = true }
        pendingOutputBytes += data.readableBytes
        if pendingOutputBytes > wire.limits.streamOutputHighWaterBytes { isAboveHighWater = true }
        wire.write(data: data, on: id, endStream: endStream)
    }

    /// Ends our side with a DATA frame that is empty.
    final func writeEnd() {
        isLocalEnded = true
        wire.write(data: ByteBuffer(), on: id, endStream: true)
    }

    final func write(headers: HPACKHeaders, endStream: Bool) {
        if endStream { isLocalEnded = true }
        wire.write(headers: headers, on: id, endStream: endStream)
    }

    /// Counts bytes that left; true when the stream has just become writable again.
    final func outputLeft(_ bytes: Int) -> Bool {
        pendingOutputBytes -= bytes
        guard isAboveHighWater,
            pendingOutputBytes <= wire.limits.streamOutputHighWaterBytes / 2
        else { return false }
        isAboveHighWater = false
        return true
    }
}

/// Why HTTP/2 closed a stream before both sides had ended it.
enum WireStreamEnd {
    /// One side reset it.
    case reset(HTTP2ErrorCode)
    /// The peer's GOAWAY says that it never looked at this stream.
    case refusedByGoAway
    /// The connection is gone.
    case connectionClosed(GRPCStatus)
}
