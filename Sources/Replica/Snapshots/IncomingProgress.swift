import RaftLog

/// The file beside an incoming state that says how much of it is durable.
///
/// Two slots, written in turn after the state's own bytes are synced: a torn write leaves the other.
struct IncomingProgress: Hashable {
    var description: SnapshotDescription
    /// So many bytes of it, from the beginning, survive a power cut.
    var durableBytes: UInt64
    /// Counts the writes, so that the newer slot is known.
    var sequence: UInt64 = 0

    private static let magic: UInt32 = 0x4E49_5145  // "EQIN"
    private static let slotStride = 512

    /// What the file says; nil when there is none, or none that is valid.
    static func read(
        _ fileSystem: any FileSystem,
        _ path: String
    ) throws(FileSystemError) -> IncomingProgress? {
        guard try fileSystem.exists(path) else { return nil }
        let bytes = try fileSystem.open(path, create: false).read(at: 0, count: 2 * slotStride)
        let slots = [0, slotStride].compactMap { decode(bytes, at: $0) }
        return slots.max { $0.sequence < $1.sequence }
    }

    /// Writes the next slot and makes it durable.
    mutating func write(to file: any LogFile) throws(FileSystemError) {
        sequence += 1
        var payload: [UInt8] = []
        description.append(to: &payload)
        payload.append(little: durableBytes)
        payload.append(little: sequence)
        let record = CheckedRecord.encode(Self.magic, payload)
        try file.write(record.span.bytes, at: Int(sequence & 1) * Self.slotStride)
        try file.sync()
    }

    private static func decode(_ bytes: [UInt8], at offset: Int) -> IncomingProgress? {
        guard let payload = CheckedRecord.decode(magic, bytes, at: offset) else { return nil }
        var reader = FieldReader(payload)
        guard let description = SnapshotDescription(&reader),
            let durableBytes: UInt64 = reader.integer(), let sequence: UInt64 = reader.integer(),
            reader.remaining == 0, durableBytes <= description.byteCount
        else { return nil }
        return IncomingProgress(
            description: description,
            durableBytes: durableBytes,
            sequence: sequence
        )
    }
}
