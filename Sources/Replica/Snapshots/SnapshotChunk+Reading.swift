package import RaftLog

extension SnapshotChunk {
    /// A piece of a copy out of its file.
    ///
    /// - Parameters:
    ///   - file: The copy.
    ///   - description: What it is as a whole.
    ///   - offset: Where the piece begins.
    ///   - bytesMax: How long it may be.
    /// - Returns: Nil for what can't be read, or is beyond the copy's end.
    package static func read(
        _ file: any LogFile,
        of description: SnapshotDescription,
        from offset: UInt64,
        bytesMax: UInt64
    ) -> SnapshotChunk? {
        guard offset < description.byteCount,
            let bytes = try? file.read(
                at: Int(offset),
                count: Int(min(bytesMax, description.byteCount - offset))
            ), !bytes.isEmpty
        else { return nil }
        return SnapshotChunk(
            offset: offset,
            totalBytes: description.byteCount,
            totalChecksum: description.checksum,
            checksum: bytes.withUnsafeBytes { CheckedRecord.checksum($0) },
            bytes: bytes
        )
    }
}
