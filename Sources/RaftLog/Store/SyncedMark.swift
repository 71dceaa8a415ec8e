/// The file `synced`: how far the log was known to be durable, kept beside it.
///
/// The last frame of a log looks the same whether a crash tore it or the disk rotted it. The mark
/// decides: what it names had been synced, so if it is missing, that is damage. It is written
/// after each sync of the log and synced when the log is idle or closes. Killing the process loses
/// none of it; a power cut may take it back by the seconds that the kernel keeps a page. So a
/// flipped bit in the last frame goes unnoticed only if it happens together with a power cut.
///
/// Two slots, written in turn, so that a torn write leaves the other one.
struct SyncedMark {
    private let file: any LogFile
    private let salt: LogSalt
    /// The highest sequence that was marked.
    private(set) var sequence: UInt64
    /// Whether the last write has not been synced.
    private(set) var isUnsynced = false
    private var buffer: [UInt8] = []

    /// Takes over the open file; an empty or invalid one marks nothing.
    ///
    /// The file gets its full size here, so that a full disk never fails a mark.
    init(file: any LogFile, salt: LogSalt) throws(FileSystemError) {
        self.file = file
        self.salt = salt
        let bytes = try file.read(at: 0, count: Self.fileBytes)
        if bytes.count < Self.fileBytes {
            try file.writeZeros(from: bytes.count, to: Self.fileBytes)
            try file.sync()
        }
        sequence = 0
        for slot in 0...1 {
            if let found = Self.decode(bytes, at: slot * Self.slotStride, salt: salt) {
                sequence = max(sequence, found)
            }
        }
    }

    /// Marks all frames up to `sequence` as durable, which they must be.
    mutating func write(_ sequence: UInt64) throws(FileSystemError) {
        guard sequence > self.sequence else { return }
        buffer.removeAll(keepingCapacity: true)
        buffer.append(integer: Self.magic)
        buffer.append(integer: UInt32(0))
        buffer.append(integer: sequence)
        let checksum = Checksum.of(buffer, 8..<Self.slotBytes, seed: salt.directory)
        buffer.store(integer: checksum, at: 4)
        try file.write(buffer.span.bytes, at: Int(sequence & 1) * Self.slotStride)
        self.sequence = sequence
        isUnsynced = true
    }

    /// Makes the mark itself durable.
    mutating func sync() throws(FileSystemError) {
        guard isUnsynced else { return }
        try file.sync()
        isUnsynced = false
    }

    private static func decode(_ bytes: [UInt8], at offset: Int, salt: LogSalt) -> UInt64? {
        var cursor = RecordCursor(bytes, from: offset)
        guard cursor.integer() == magic, let checksum: UInt32 = cursor.integer(),
            let sequence: UInt64 = cursor.integer(),
            checksum == Checksum.of(bytes, offset + 8..<offset + slotBytes, seed: salt.directory)
        else { return nil }
        return sequence
    }

    private static let magic: UInt32 = 0x4B4D_5145  // "EQMK"
    private static let slotBytes = 16
    private static let slotStride = 512
    private static let fileBytes = 2 * slotStride
}
