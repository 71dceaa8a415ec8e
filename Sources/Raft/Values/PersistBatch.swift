/// One atomic write: after a crash all of it is in the log store, or nothing of it.
///
/// Batches are written in the order of their tickets. Inside one the order is: hard state,
/// truncation, entries.
public struct PersistBatch: Hashable, Sendable {
    /// The number under which the driver reports completion (`Input.storageDone`).
    public var ticket: Ticket
    /// The new term and vote, if they changed.
    public var hardState: HardState?
    /// Every entry at or after this index is to be dropped, before `entries` are appended.
    public var truncateFrom: LogIndex?
    /// Entries to append, contiguous, the first one right after the log's remaining end.
    public var entries: [Entry]

    /// A batch made of its parts.
    public init(
        ticket: Ticket,
        hardState: HardState? = nil,
        truncateFrom: LogIndex? = nil,
        entries: [Entry] = []
    ) {
        self.ticket = ticket
        self.hardState = hardState
        self.truncateFrom = truncateFrom
        self.entries = entries
    }
}
