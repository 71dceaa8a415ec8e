import Raft

/// The unit of atomicity on disk: all batches of one write under one checksum.
///
///     magic  header checksum  payload bytes  payload checksum  sequence  durable sequence  payload
///     u32    u32              u32            u32               u64       u64               …
///
/// `sequence` counts frames from 1, without a gap. `durableSequence` is the highest sequence that
/// was synced when this frame was written: whoever finds a frame has the proof that all frames up
/// to there had been durable. That is how recovery tells a torn tail, whose parts may reach the
/// disk in any order, from damage.
struct Frame {
    /// Where it starts in its segment.
    var offset: Int
    /// How long its payload is.
    var payloadBytes: Int
    /// Its place in the order of all frames.
    var sequence: UInt64
    /// The highest frame known to be durable when it was written.
    var durableSequence: UInt64

    /// The size of the header before the payload.
    static let headerBytes = 32
    /// Frames start at multiples of this, which keeps the search for them short.
    static let alignment = 8

    /// Where the next frame starts.
    var end: Int { offset + Self.headerBytes + payloadBytes }
    /// Where its payload is.
    var payload: Range<Int> { offset + Self.headerBytes..<end }

    /// Reads the frame at `offset` of a segment; `nil` if there is none that is whole and valid.
    static func decode(
        _ bytes: [UInt8],
        at offset: Int,
        segment: UInt64,
        salt: LogSalt
    ) -> Self? {
        var cursor = RecordCursor(bytes, from: offset)
        guard cursor.integer() == magic, let headerChecksum: UInt32 = cursor.integer(),
            let payloadBytes: UInt32 = cursor.integer(),
            let payloadChecksum: UInt32 = cursor.integer(),
            let sequence: UInt64 = cursor.integer(),
            let durableSequence: UInt64 = cursor.integer()
        else { return nil }
        let seed = salt.place(segment: segment, offset: offset)
        let frame = Self(
            offset: offset,
            payloadBytes: Int(payloadBytes),
            sequence: sequence,
            durableSequence: durableSequence
        )
        let header = offset + 8..<offset + headerBytes
        guard headerChecksum == Checksum.of(bytes, header, seed: seed),
            cursor.remaining >= frame.payloadBytes,
            payloadChecksum == Checksum.of(bytes, frame.payload, seed: seed)
        else { return nil }
        return frame
    }

    /// Fills in the header that stands in `bytes` from `start` on, before the payload.
    func seal(_ bytes: inout [UInt8], from start: Int, segment: UInt64, salt: LogSalt) {
        let seed = salt.place(segment: segment, offset: offset)
        let payload = start + Self.headerBytes..<start + Self.headerBytes + payloadBytes
        bytes.store(integer: Self.magic, at: start)
        bytes.store(integer: UInt32(payloadBytes), at: start + 8)
        bytes.store(integer: Checksum.of(bytes, payload, seed: seed), at: start + 12)
        bytes.store(integer: sequence, at: start + 16)
        bytes.store(integer: durableSequence, at: start + 24)
        let header = start + 8..<start + Self.headerBytes
        bytes.store(integer: Checksum.of(bytes, header, seed: seed), at: start + 4)
    }

    /// The characters "EQFR": not zero, so that prepared space is never a frame.
    private static let magic: UInt32 = 0x5246_5145
}
