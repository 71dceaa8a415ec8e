import Raft

/// A node's disk: what is durable, and the writes that wait.
struct TestDisk {
    private(set) var hardState: HardState
    private(set) var entries: [Entry]
    private(set) var waiting: [PersistBatch] = []
    /// The log begins after it.
    private(set) var snapshot: LogPosition
    /// Installations that are durable.
    private(set) var installed: [LogPosition] = []

    init(hardState: HardState, snapshot: LogPosition, entries: [Entry]) {
        self.hardState = hardState
        self.snapshot = snapshot
        self.entries = entries
    }

    var lastIndex: LogIndex { snapshot.index.advanced(by: entries.count) }

    mutating func enqueue(_ batches: [PersistBatch]) { waiting += batches }

    /// Completes the oldest write and returns its ticket.
    mutating func completeOldest() -> Ticket? {
        guard !waiting.isEmpty else { return nil }
        let batch = waiting.removeFirst()
        if let install = batch.install {
            if install.keepsSuffix {
                compact(through: install.last.index)
            } else {
                entries = []
                snapshot = install.last
            }
            installed.append(install.last)
        }
        if let new = batch.hardState { hardState = new }
        if let from = batch.truncateFrom { entries.removeAll { $0.index >= from } }
        for entry in batch.entries {
            precondition(entry.index == lastIndex.next, "a gap before \(entry.position)")
            entries.append(entry)
        }
        return batch.ticket
    }

    mutating func compact(through index: LogIndex) {
        guard let entry = entry(at: index) else { return }
        entries.removeAll { $0.index <= index }
        snapshot = entry.position
    }

    mutating func loseWaiting() { waiting = [] }

    func entry(at index: LogIndex) -> Entry? {
        guard index > snapshot.index else { return nil }
        let place = snapshot.index.next.distance(to: index)
        return place < entries.count ? entries[place] : nil
    }
}
