import NIOCore

/// The sixteen bytes before a payload, all integers little-endian.
/// ```
/// offset  0        4        5     6      8      12        16
///         payload  format   kind  flags  group  CRC-32C   payload …
///         bytes    version
/// ```
/// The checksum covers the first twelve bytes and the payload. Flags and group are always 0 for
/// now; anything else is refused rather than ignored, so that their later use is no surprise to an
/// old node.
struct FrameHeader {
    static let byteCount = 16
    static let formatVersion: UInt8 = 1
    private static let checkedByteCount = 12

    let kind: UInt8
    let payloadByteCount: Int

    /// The header of the whole and undamaged frame that begins at `offset`.
    ///
    /// - Returns: nil when more bytes are needed. The announced length is checked as soon as the
    ///   header is there, before anything waits or makes room for the payload.
    static func next(
        in bytes: RawSpan,
        at offset: Int,
        payloadBytesMax: Int
    ) throws(FrameFault) -> FrameHeader? {
        let available = bytes.byteCount - offset
        guard available >= byteCount else { return nil }

        let payloadByteCount = Int(bytes.littleEndian(UInt32.self, at: offset))
        guard payloadByteCount <= payloadBytesMax else {
            throw .oversized(payloadBytes: payloadByteCount)
        }
        let version = bytes.littleEndian(UInt8.self, at: offset + 4)
        guard version == formatVersion else { throw .version(version) }
        let flags = bytes.littleEndian(UInt16.self, at: offset + 6)
        guard flags == 0 else { throw .flags(flags) }
        let group = bytes.littleEndian(UInt32.self, at: offset + 8)
        guard group == 0 else { throw .group(group) }
        guard available >= byteCount + payloadByteCount else { return nil }

        let payload = offset + byteCount
        let checksum = bytes.extracting(payload..<payload + payloadByteCount).checksum(
            continuing: bytes.extracting(offset..<offset + checkedByteCount).checksum()
        )
        guard checksum == bytes.littleEndian(UInt32.self, at: offset + checkedByteCount) else {
            throw .checksum
        }
        return FrameHeader(
            kind: bytes.littleEndian(UInt8.self, at: offset + 5),
            payloadByteCount: payloadByteCount
        )
    }

    /// Appends one frame; `payload` writes its bytes at the buffer's end, and the header is filled
    /// in afterwards.
    ///
    /// - Returns: the payload's length in bytes. The header holds it modulo 2³², so the caller
    ///   takes the frame back if it is over a limit.
    @discardableResult
    static func append(
        kind: UInt8,
        to buffer: inout ByteBuffer,
        payload: (inout ByteBuffer) -> Void
    ) -> Int {
        let start = buffer.writerIndex
        buffer.writeMultipleIntegers(UInt64(0), UInt64(0), endianness: .little)
        payload(&buffer)
        let payloadByteCount = buffer.writerIndex - start - byteCount
        precondition(payloadByteCount >= 0, "a payload's encoder may only append")

        let head =
            UInt64(truncatingIfNeeded: payloadByteCount) & 0xFFFF_FFFF
            | UInt64(formatVersion) << 32 | UInt64(kind) << 40
        buffer.setInteger(head, at: start, endianness: .little)
        let checksum = checksum(of: buffer, droppingFirst: start - buffer.readerIndex)
        buffer.setInteger(checksum, at: start + checkedByteCount, endianness: .little)
        return payloadByteCount
    }

    /// The checksum of the frame that begins so far behind the reader index and ends the buffer.
    private static func checksum(of buffer: ByteBuffer, droppingFirst offset: Int) -> UInt32 {
        let frame = buffer.readableBytesSpan.extracting(droppingFirst: offset)
        return frame.extracting(droppingFirst: byteCount).checksum(
            continuing: frame.extracting(first: checkedByteCount).checksum()
        )
    }
}
