/// A copy of a store in the making: it is as of the moment that this was made.
///
/// Confined to one thread. As long as it lives, the write-ahead log can't be emptied beyond its
/// position, so whoever drives it must bring it to an end: see ``StoreCopy``.
final class CopySession {
    /// What the copy is at.
    let header: StoreHeader
    /// Bytes of the copy so far.
    private(set) var copiedBytes = 0

    private let source: Connection
    private let backup: Backup
    private let path: String
    private let limits: StoreLimits
    private let pageBytes: Int
    private var unsyncedBytes = 0

    init(_ file: StoreFile, to path: String) throws(StoreError) {
        self.path = path
        limits = file.limits
        source = try file.openForReading(cacheBytes: 1 << 20)
        try source.execute("BEGIN")
        // The snapshot is taken by the first read, not by BEGIN.
        header = try StoreHeader.read(source)
        pageBytes = Int(try source.integer("PRAGMA page_size"))
        let bytes = pageBytes * Int(try source.integer("PRAGMA page_count"))
        let room = try Directory.freeBytes(at: path)
        guard room >= bytes + limits.copyReserveBytes else {
            throw StoreError(
                .full,
                "a copy takes \(bytes) bytes, of \(room) that are free "
                    + "\(limits.copyReserveBytes) must stay so (\(path))"
            )
        }
        let target = try Connection(
            path: path,
            mode: .write,
            busyMilliseconds: limits.busyMilliseconds
        )
        // A copy that is not finished is worth nothing, so it needs no journal.
        try target.execute(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1024"
        )
        backup = try Backup(from: source, to: target)
    }

    /// Copies some pages more; true when the copy is whole.
    func step() throws(StoreError) -> Bool {
        let isDone = try backup.step(pages: limits.copyStepPages)
        let bytes = Int(limits.copyStepPages) * pageBytes
        copiedBytes += bytes
        unsyncedBytes += bytes
        // Little by little, so that the disk is never busy with it for long.
        if isDone || unsyncedBytes >= limits.copySyncBytes {
            try Directory.syncContents(of: path)
            unsyncedBytes = 0
        }
        return isDone
    }
}
