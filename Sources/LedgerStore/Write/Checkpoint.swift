import CSQLite
import Ledger
import Threads

/// Copies what is in the write-ahead log into the database file, on a connection of its own.
///
/// What is durable: a checkpoint syncs the log before it copies from it, and the file before the log
/// may be overwritten. So once *every* frame that was in the log at its start is copied, each of them
/// has been synced, and everything committed before it began survives a loss of power.
final class Checkpoint {
    /// How far a checkpoint got.
    struct Extent: Equatable {
        /// Frames in the log, and how many of them are in the file too.
        var frames: Int
        var copied: Int

        var isComplete: Bool { frames == copied }
    }

    private let connection: Connection

    init(_ file: StoreFile) throws(StoreError) {
        connection = try file.openForWriting()
        sqlite3_busy_timeout(connection.handle, file.limits.restartMilliseconds)
    }

    /// Copies what can be copied without being in anyone's way.
    func copy() throws(StoreError) -> Extent {
        try run(SQLITE_CHECKPOINT_PASSIVE)
    }

    /// Copies the rest while the writer waits, so that the log begins anew; nil when readers still
    /// need it.
    ///
    /// With `truncating`, the log gives its room on the disk back.
    func restart(truncating: Bool) throws(StoreError) -> Extent? {
        do throws(StoreError) {
            return try run(truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_RESTART)
        } catch {
            guard error.code == .busy else { throw error }
            return nil
        }
    }

    /// A whole turn; true when everything that was in the log at its start is in the file.
    func run(
        _ progress: StoreProgress,
        _ limits: StoreLimits,
        _ report: (Result<Position, StoreError>) -> Void
    ) throws(StoreError) -> Bool {
        let before = progress.monitor.current
        let extent = try copy()
        guard extent.isComplete else { return false }
        var reached = before.committed
        var isRestarted = false
        let meanwhile = progress.monitor.current
        if meanwhile.walPages >= limits.walPagesDue {
            // A writer that never rests adds to the log while it is copied, so the log would never
            // be empty: the last bit is copied with the writer held.
            let isLong = meanwhile.walPages >= 4 * limits.walPagesDue
            if let end = try restart(truncating: isLong), end.isComplete {
                isRestarted = true
                reached = meanwhile.committed
            }
        }
        progress.monitor.update {
            $0.durable = max($0.durable, reached)
            $0.checkpoints += 1
            // A transaction since then has said better; the next one will.
            if isRestarted { $0.walPages = 0 }
        }
        if reached > before.durable { report(.success(reached)) }
        return isRestarted || meanwhile.walPages < limits.walPagesDue
    }

    private func run(_ mode: Int32) throws(StoreError) -> Extent {
        var frames: Int32 = 0
        var copied: Int32 = 0
        let code = sqlite3_wal_checkpoint_v2(
            connection.handle,
            nil,
            mode,
            &frames,
            &copied
        )
        guard code == SQLITE_OK else {
            throw StoreError(sqlite: code, on: connection.handle, doing: "checkpoint")
        }
        return Extent(frames: Int(frames), copied: Int(copied))
    }
}
