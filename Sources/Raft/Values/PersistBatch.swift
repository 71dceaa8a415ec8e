/// One atomic write: after a crash all of it is in the log store, or nothing of it.
///
/// Batches are written in the order of their tickets. Inside one the order is: the installation of
/// a snapshot, hard state, truncation, entries.
public struct PersistBatch: Hashable, Sendable {
    /// The number under which the driver reports completion (`Input.storageDone`).
    public var ticket: Ticket
    /// A fetched state that takes the place of the present one, and of the log up to there.
    public var install: SnapshotInstall?
    /// The new term and vote, if they changed.
    public var hardState: HardState?
    /// Every entry at or after this index is to be dropped, before `entries` are appended.
    public var truncateFrom: LogIndex?
    /// Entries to append, contiguous, the first one right after the log's remaining end.
    public var entries: [Entry]

    /// A batch made of its parts.
    public init(
        ticket: Ticket,
        install: SnapshotInstall? = nil,
        hardState: HardState? = nil,
        truncateFrom: LogIndex? = nil,
        entries: [Entry] = []
    ) {
        self.ticket = ticket
        self.install = install
        self.hardState = hardState
        self.truncateFrom = truncateFrom
        self.entries = entries
    }
}

/// The exchange of the state machine's contents for a fetched snapshot.
///
/// Nothing may be applied to the old contents from the moment that the batch is issued.
public struct SnapshotInstall: Hashable, Sendable {
    /// The last position that the state includes; the log begins after it.
    public var last: LogPosition
    /// The configuration in force there.
    public var configuration: LoggedConfiguration
    /// Whether the log's entries after that position stay.
    ///
    /// They do if the log holds the position itself, from which they follow (rule 12); otherwise the
    /// whole log goes.
    public var keepsSuffix: Bool

    /// An installation made of its parts.
    public init(last: LogPosition, configuration: LoggedConfiguration, keepsSuffix: Bool) {
        self.last = last
        self.configuration = configuration
        self.keepsSuffix = keepsSuffix
    }
}
