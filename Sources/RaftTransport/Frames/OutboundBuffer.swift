import NIOCore

/// The frames that wait for one socket: one buffer is filled while at most one other is written.
///
/// Invariant: `byteCount <= byteCountMax`.
struct OutboundBuffer {
    private var filling = ByteBuffer()
    private var spare = ByteBuffer()
    private(set) var inFlightByteCount = 0
    private let limits: PeerNetworkLimits

    init(limits: PeerNetworkLimits) {
        self.limits = limits
    }

    /// Everything that was accepted and isn't with the kernel yet.
    var byteCount: Int { filling.readableBytes + inFlightByteCount }

    /// Appends a frame whose payload `payload` writes, or leaves the buffer as it was.
    mutating func append(kind: UInt8, payload: (inout ByteBuffer) -> Void) -> SendOutcome {
        guard byteCount < limits.outboundBytesMax else { return .dropped(.overflow) }
        let start = filling.writerIndex
        let payloadByteCount = FrameHeader.append(kind: kind, to: &filling, payload: payload)
        if payloadByteCount > limits.payloadBytesMax {
            filling.moveWriterIndex(to: start)
            return .dropped(.oversized)
        }
        if byteCount > limits.outboundBytesMax {
            filling.moveWriterIndex(to: start)
            return .dropped(.overflow)
        }
        return .queued
    }

    /// Takes all that was appended as one write, unless the write before it is still under way.
    mutating func takeBatch() -> ByteBuffer? {
        guard inFlightByteCount == 0, filling.readableBytes > 0 else { return nil }
        var batch = ByteBuffer()
        swap(&batch, &filling)
        swap(&filling, &spare)
        inFlightByteCount = batch.readableBytes
        return batch
    }

    /// The batch that was taken last is with the kernel.
    mutating func batchWritten() {
        inFlightByteCount = 0
    }

    /// Gives a batch's storage back for reuse, if its write has already ended.
    mutating func recycle(_ batch: consuming ByteBuffer) {
        guard inFlightByteCount == 0, batch.capacity <= limits.bufferBytesKept else { return }
        batch.clear()
        spare = batch
    }
}
