package import Ledger
import Threads

/// How far the store's threads have come; they share it, and anyone may look.
package final class StoreProgress: Sendable {
    struct State: Sendable {
        var committed = Position(0)
        var durable = Position(0)
        var walPages = 0
        var checkpoints = 0
        var checkpointsWithoutRoom = 0
    }

    let monitor: Monitor<State>

    /// What a file that was just opened holds is committed; how durable it is, nobody knows yet.
    package init(_ header: StoreHeader) {
        monitor = Monitor(State(committed: header.ledger.position))
    }

    /// The position of the last committed generation: it survives the death of the process.
    package var committed: Position { monitor.current.committed }
    /// The position that survives a loss of power too: the log is needed from behind it.
    package var durable: Position { monitor.current.durable }
    /// Pages in the write-ahead log, as of the last transaction or checkpoint.
    package var walPages: Int { monitor.current.walPages }
    /// Checkpoints that had to wait, because the disk was full or somebody else held the file.
    package var checkpointsWithoutRoom: Int { monitor.current.checkpointsWithoutRoom }
    /// Checkpoints that copied all there was.
    package var checkpoints: Int { monitor.current.checkpoints }
}
