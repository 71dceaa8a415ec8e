import Raft

/// A node's disk: what is durable, and the writes that wait.
struct TestDisk {
    private(set) var hardState: HardState
    private(set) var entries: [Entry]
    private(set) var waiting: [PersistBatch] = []
    let snapshot: LogPosition

    init(hardState: HardState, snapshot: LogPosition, entries: [Entry]) {
        self.hardState = hardState
        self.snapshot = snapshot
        self.entries = entries
    }

    mutating func enqueue(_ batches: [PersistBatch]) { waiting += batches }

    /// Completes the oldest write and returns its ticket.
    mutating func completeOldest() -> Ticket? {
        guard !waiting.isEmpty else { return nil }
        let batch = waiting.removeFirst()
        if let new = batch.hardState { hardState = new }
        if let from = batch.truncateFrom { entries.removeAll { $0.index >= from } }
        for entry in batch.entries {
            precondition(entry.index == snapshot.index.advanced(by: entries.count + 1))
            entries.append(entry)
        }
        return batch.ticket
    }

    mutating func loseWaiting() { waiting = [] }

    func entry(at index: LogIndex) -> Entry? {
        guard index > snapshot.index else { return nil }
        let place = snapshot.index.next.distance(to: index)
        return place < entries.count ? entries[place] : nil
    }
}
