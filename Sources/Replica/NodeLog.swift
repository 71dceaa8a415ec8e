import NIOPosix
import Raft
import RaftLog

/// The log as the loop uses it: writes go to the writer's thread, reads to a thread of their own.
final class NodeLog: Sendable {
    private let writer: LogWriter
    private let readers: NIOThreadPool

    init(
        _ store: sending LogStore,
        exchange: any SnapshotExchange,
        reports: DiskReports
    ) {
        writer = LogWriter(store, exchange: exchange) { reports.log($0) }
        readers = NIOThreadPool(numberOfThreads: 1)
        readers.start()
    }

    func append(_ batches: [PersistBatch]) { writer.submit(batches) }

    /// Reads as many entries as fit; calls back on another thread.
    ///
    /// Entries that the log no longer
    /// has are no failure: there are none then.
    func read(
        from first: LogIndex,
        through last: LogIndex,
        bytesMax: Int,
        then done: @escaping @Sendable ([Entry]) -> Void,
        orFail fail: @escaping @Sendable (LogError) -> Void
    ) {
        readers.submit { [reader = writer.reader] state in
            guard case .active = state else { return }
            do throws(LogError) {
                done(try reader.entries(from: first, through: last, payloadBytesMax: bytesMax))
            } catch {
                if case .compacted = error {
                    done([])
                } else {
                    fail(error)
                }
            }
        }
    }

    /// Deletes what may go of the log, behind what is queued already; gives what it takes on the disk.
    func compact(
        _ compaction: LogCompaction,
        then done: @escaping @Sendable (_ byteCount: Int) -> Void,
        orFail fail: @escaping @Sendable (LogError) -> Void
    ) {
        readers.submit { [writer] state in
            guard case .active = state else { return }
            do throws(LogError) {
                let extents = try writer.reader.extents()
                if let index = compaction.index(for: extents) { writer.compact(through: index) }
                done(extents.reduce(0) { $0 + $1.byteCount })
            } catch {
                fail(error)
            }
        }
    }

    /// The first index that the log has.
    var firstIndex: LogIndex { writer.reader.firstIndex }

    var metrics: LogMetrics { writer.metrics }

    /// Writes what is queued and closes; calls back on another thread.
    func close(_ done: @escaping @Sendable () -> Void) {
        readers.submit { [writer, readers] _ in
            writer.close()
            readers.shutdownGracefully { _ in done() }
        }
    }
}
