import NIOCore

/// Cuts length-prefixed messages out of the bytes of a stream, wherever DATA frames happen to end.
///
/// A prefix is one byte of flags (1 = compressed) and a big-endian length. The length is checked before anything is kept for it,
/// and memory follows the bytes that really came, never the length that was claimed.
struct MessageDeframer {
    /// Why a stream's bytes can't be cut further; each ends the call.
    enum Fault: Error {
        case tooLarge(bytes: Int)
        case compressed
        case malformedPrefix
    }

    static let prefixBytes = 5

    private let messageBytesMax: Int
    private var buffer: ByteBuffer?

    init(messageBytesMax: Int) {
        self.messageBytesMax = messageBytesMax
    }

    /// How many bytes wait for the rest of their message, or for a reader.
    var bufferedBytes: Int { buffer?.readableBytes ?? 0 }

    /// Takes the next bytes of the stream.
    mutating func append(_ bytes: ByteBuffer) {
        guard var pending = buffer.take() else {
            if bytes.readableBytes > 0 { buffer = bytes }
            return
        }
        if pending.readerIndex > pending.readableBytes { pending.discardReadBytes() }
        pending.writeImmutableBuffer(bytes)
        buffer = pending
    }

    /// Takes the next whole message, or nil if its end isn't here yet.
    mutating func next() throws(Fault) -> ByteBuffer? {
        guard var pending = buffer.take() else { return nil }
        defer { if pending.readableBytes > 0 { buffer = pending } }
        let start = pending.readerIndex
        guard let flags = pending.getInteger(at: start, as: UInt8.self),
            let length = pending.getInteger(at: start + 1, as: UInt32.self)
        else { return nil }
        guard flags == 0 else { throw flags == 1 ? .compressed : .malformedPrefix }
        guard length <= messageBytesMax else { throw .tooLarge(bytes: Int(length)) }
        guard pending.readableBytes >= Self.prefixBytes + Int(length) else { return nil }
        pending.moveReaderIndex(forwardBy: Self.prefixBytes)
        return pending.readSlice(length: Int(length))
    }

    /// Forgets everything, when nobody will read on.
    mutating func discard() {
        buffer = nil
    }
}
