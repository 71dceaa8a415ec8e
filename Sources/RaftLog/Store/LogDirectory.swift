import Raft

/// The files of one log and their names.
///
/// `identity` says whose it is, `lock` keeps a second process out, `synced` is the
/// ``SyncedMark``, and each `NUMBER.segment` is a piece of the log.
struct LogDirectory: Sendable {
    let fileSystem: any FileSystem
    let path: String

    var identityPath: String { path + "/identity" }
    var identityDraftPath: String { path + "/identity.tmp" }
    var lockPath: String { path + "/lock" }
    var markPath: String { path + "/synced" }

    func segmentPath(_ number: UInt64) -> String {
        let digits = String(number)
        return path + "/" + String(repeating: "0", count: 20 - digits.count) + digits + ".segment"
    }

    /// The numbers of all segment files, rising.
    func segmentNumbers() throws(FileSystemError) -> [UInt64] {
        try fileSystem.list(path).filter { $0.hasSuffix(".segment") && $0.utf8.count == 28 }
            .compactMap { UInt64($0.dropLast(8)) }.sorted()
    }

    /// Makes a segment of real zeros and its name durable.
    ///
    /// Each chunk is synced before the next, so that the disk is never busy with it for long while
    /// the log waits for its own sync.
    func createSegment(_ number: UInt64, bytes: Int) throws(FileSystemError) -> any LogFile {
        let path = segmentPath(number)
        let file = try fileSystem.open(path, create: true)
        do {
            try file.truncate(to: 0)
            var offset = 0
            while offset < bytes {
                let end = min(bytes, offset + 1 << 20)
                try file.writeZeros(from: offset, to: end)
                try file.sync()
                offset = end
            }
            try fileSystem.syncDirectory(self.path)
            return file
        } catch {
            // Half a segment helps nobody and takes the space that may be what is missing.
            try? fileSystem.remove(path)
            throw error
        }
    }

    /// Removes segments, oldest first; a crash in between leaves some to be removed on the next start.
    func removeSegments(_ numbers: some Sequence<UInt64>) throws(FileSystemError) {
        var hasRemoved = false
        for number in numbers {
            try fileSystem.remove(segmentPath(number))
            hasRemoved = true
        }
        if hasRemoved { try fileSystem.syncDirectory(path) }
    }
}

extension LogDirectory {
    /// The identity, or `nil` if the directory has not been made yet, or not to its end.
    func readIdentity() throws(LogError) -> LogIdentity? {
        do {
            guard try fileSystem.exists(identityPath) else { return nil }
            let file = try fileSystem.open(identityPath, create: false)
            let bytes = try file.read(at: 0, count: 4096)
            return try LogIdentity.decode(bytes, file: identityPath)
        } catch let error as FileSystemError {
            throw LogError(error)
        } catch let error as LogError {
            throw error
        } catch {
            throw .disk(FileSystemError(.open, identityPath, .other("\(error)")))
        }
    }

    /// Makes a log with one empty segment.
    ///
    /// The identity gets its name last: where it is, everything else had been durable before.
    func create(_ identity: LogIdentity, segmentBytes: Int) throws(FileSystemError) {
        let draft = try fileSystem.open(identityDraftPath, create: true)
        try draft.truncate(to: 0)
        try draft.write(identity.encoded().span.bytes, at: 0)
        try draft.sync()
        try fileSystem.syncDirectory(path)
        try removeSegments(try segmentNumbers())

        let header = SegmentHeader(
            number: 1,
            firstSequence: 1,
            previousEnd: 0,
            hardState: .init(),
            base: .zero,
            last: .zero,
            oldestSegment: 1
        )
        var bytes = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
        let salt = LogSalt(incarnation: identity.incarnation)
        header.encode(into: &bytes, salt: salt, incarnation: identity.incarnation)
        let segment = try createSegment(1, bytes: segmentBytes)
        try segment.write(bytes.span.bytes, at: 0)
        try segment.sync()

        let mark = try fileSystem.open(markPath, create: true)
        try mark.truncate(to: 0)
        try mark.sync()
        try fileSystem.syncDirectory(path)
        try fileSystem.rename(identityDraftPath, to: identityPath)
        try fileSystem.syncDirectory(path)
    }
}
