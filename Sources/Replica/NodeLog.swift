import NIOPosix
import Raft
import RaftLog

/// The log as the loop uses it: writes go to the writer's thread, reads to a thread of their own.
final class NodeLog: Sendable {
    private let writer: LogWriter
    private let readers: NIOThreadPool

    init(_ store: sending LogStore, reports: DiskReports) {
        writer = LogWriter(store) { reports.log($0) }
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

    var metrics: LogMetrics { writer.metrics }

    /// Writes what is queued and closes; calls back on another thread.
    func close(_ done: @escaping @Sendable () -> Void) {
        readers.submit { [writer, readers] _ in
            writer.close()
            readers.shutdownGracefully { _ in done() }
        }
    }
}
