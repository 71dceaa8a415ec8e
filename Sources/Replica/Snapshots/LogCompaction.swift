package import Raft
package import RaftLog

/// How much of the log may go, by index and by bytes.
package struct LogCompaction: Equatable, Sendable {
    /// Nobody needs what is at or below this: not this node, no live peer, no copy on its way.
    package var wanted: LogIndex
    /// This node itself can do without what is at or below this.
    package var allowed: LogIndex
    /// So many bytes of log are kept for peers that come back.
    package var keptBytes: Int
    /// From so many bytes on, peers get a copy of the state and not the log.
    package var bytesMax: Int

    package init(wanted: LogIndex, allowed: LogIndex, keptBytes: Int, bytesMax: Int) {
        self.wanted = wanted
        self.allowed = allowed
        self.keptBytes = keptBytes
        self.bytesMax = bytesMax
    }

    /// The index through which the log is to be compacted; nil if nothing is to go.
    package func index(for extents: [LogExtent]) -> LogIndex? {
        let gentle = min(wanted, extents.end { kept, _ in kept >= keptBytes })
        let firm = min(allowed, extents.end { kept, next in kept + next > bytesMax })
        let index = max(gentle, firm)
        return index > 0 ? index : nil
    }
}

extension [LogExtent] {
    /// The last index that goes if newest segments are kept, at least one, until that is enough;
    /// `isEnough` is told the bytes of the kept segments, and of the next older one.
    fileprivate func end(keptUntil isEnough: (_ kept: Int, _ next: Int) -> Bool) -> LogIndex {
        guard var kept = last?.byteCount else { return 0 }
        for extent in reversed().dropFirst() {
            guard !isEnough(kept, extent.byteCount) else { return extent.endIndex.previous }
            kept += extent.byteCount
        }
        return 0
    }
}
