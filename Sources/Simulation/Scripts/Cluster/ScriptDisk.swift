import Raft

/// A node's log store: what is durable, and the writes that wait for it.
struct ScriptDisk {
    private(set) var hardState: HardState
    /// The log begins after it.
    private(set) var snapshot: LogPosition
    private(set) var entries: [Entry]
    /// By rising ticket.
    private(set) var waiting: [PersistBatch] = []
    /// A write that no log store could do; only a broken core issues one.
    private(set) var fault: String?

    init(hardState: HardState, snapshot: LogPosition, entries: [Entry]) {
        self.hardState = hardState
        self.snapshot = snapshot
        self.entries = entries
    }

    var lastIndex: LogIndex { snapshot.index.advanced(by: entries.count) }

    func entry(at index: LogIndex) -> Entry? {
        guard index > snapshot.index, index <= lastIndex else { return nil }
        return entries[snapshot.index.next.distance(to: index)]
    }

    /// The term at an index, the snapshot's included.
    func term(at index: LogIndex) -> Term? {
        index == snapshot.index ? snapshot.term : entry(at: index)?.term
    }

    mutating func enqueue(_ batches: [PersistBatch]) { waiting += batches }

    mutating func loseWaiting() { waiting = [] }

    /// Makes the oldest write durable.
    mutating func completeOldest() -> PersistBatch? {
        guard !waiting.isEmpty else { return nil }
        let batch = waiting.removeFirst()
        if let install = batch.install { begin(after: install) }
        if let new = batch.hardState { hardState = new }
        if let from = batch.truncateFrom { truncate(from: from) }
        for entry in batch.entries {
            guard entry.index == lastIndex.next else {
                fault = "wrote \(entry.position) behind index \(lastIndex)"
                return batch
            }
            entries.append(entry)
        }
        return batch
    }

    /// Drops the entries up to an index, if the log has it.
    mutating func compact(through index: LogIndex) {
        guard let term = entry(at: index)?.term else { return }
        entries.removeFirst(snapshot.index.distance(to: index))
        snapshot = LogPosition(index: index, term: term)
    }

    private mutating func begin(after install: SnapshotInstall) {
        if install.keepsSuffix {
            compact(through: install.last.index)
        } else {
            entries = []
            snapshot = install.last
        }
    }

    private mutating func truncate(from index: LogIndex) {
        guard index <= lastIndex else { return }
        guard index > snapshot.index else {
            fault = "truncated from \(index), which a snapshot holds"
            return
        }
        entries.removeSubrange(snapshot.index.next.distance(to: index)...)
    }
}
