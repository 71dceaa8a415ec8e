import NIOCore

/// Keeps the beginning of a frame until the rest of it arrives.
///
/// It grows with the bytes that came, never with the length that a header announces, so a liar
/// costs no memory. A read that begins and ends on a frame's edge is never copied.
struct FrameAccumulator {
    private var rest = ByteBuffer()
    private var isLent = false
    private let bytesKept: Int

    init(bytesKept: Int) {
        self.bytesKept = bytesKept
    }

    /// How many bytes wait for the rest of their frame.
    var byteCount: Int { rest.readableBytes }

    /// Everything that is to be read now: what was kept, and `bytes` after it.
    mutating func join(_ bytes: ByteBuffer) -> ByteBuffer {
        guard rest.readableBytes > 0 else { return bytes }
        // Moved out, so that appending finds its storage unshared.
        var joined = ByteBuffer()
        swap(&joined, &rest)
        joined.writeImmutableBuffer(bytes)
        isLent = true
        return joined
    }

    /// Keeps the unread end of what ``join(_:)`` gave.
    mutating func keep(_ unread: consuming ByteBuffer) {
        if isLent {
            isLent = false
            unread.discardReadBytes()
            let isWorthKeeping = unread.readableBytes > 0 || unread.capacity <= bytesKept
            rest = isWorthKeeping ? unread : ByteBuffer()
        } else if unread.readableBytes > 0 {
            // Copied, because the storage of a fresh read belongs to the socket's pool.
            rest.clear()
            rest.writeImmutableBuffer(unread)
        }
    }
}
