/// What a node finds on its own disk when it starts.
public struct RestoredState: Hashable, Sendable {
    /// Term and vote as last written.
    public var hardState: HardState
    /// The log begins after this position: a snapshot's or a compaction's, zero if there was none.
    public var snapshot: LogPosition
    /// The last configuration at or below `appliedIndex`, or the one the cluster began with.
    public var configuration: LoggedConfiguration
    /// Configurations that the log has after that one, by rising index; those inside `tail` may be
    /// left out.
    public var laterConfigurations: [LoggedConfiguration]
    /// The terms of all entries after `snapshot`, by rising index; those of `tail` may be left out.
    public var termRuns: [TermRun]
    /// The log's last index; `snapshot.index` if it is empty.
    public var lastIndex: LogIndex
    /// The log's last entries, as many as the driver cares to load, ending with `lastIndex`.
    ///
    /// The core asks for others when it needs them.
    public var tail: [Entry]
    /// How far the state machine has applied the log; commit starts there.
    public var appliedIndex: LogIndex

    /// A state made of its parts.
    public init(
        hardState: HardState,
        snapshot: LogPosition,
        configuration: LoggedConfiguration,
        laterConfigurations: [LoggedConfiguration],
        termRuns: [TermRun],
        lastIndex: LogIndex,
        tail: [Entry],
        appliedIndex: LogIndex
    ) {
        self.hardState = hardState
        self.snapshot = snapshot
        self.configuration = configuration
        self.laterConfigurations = laterConfigurations
        self.termRuns = termRuns
        self.lastIndex = lastIndex
        self.tail = tail
        self.appliedIndex = appliedIndex
    }

    /// A state whose whole log is in memory.
    ///
    /// - Parameters:
    ///   - configuration: The configuration given at the start, in force at `snapshot`.
    ///   - hardState: Term and vote as last written.
    ///   - snapshot: The position before the first of `entries`.
    ///   - entries: The log.
    ///   - appliedIndex: The state machine's position; the snapshot's if nil.
    public init(
        configuration: Configuration,
        hardState: HardState = HardState(),
        snapshot: LogPosition = .zero,
        entries: [Entry] = [],
        appliedIndex: LogIndex? = nil
    ) {
        self.init(
            hardState: hardState,
            snapshot: snapshot,
            configuration: LoggedConfiguration(
                index: snapshot.index,
                configuration: configuration
            ),
            laterConfigurations: [],
            termRuns: [],
            lastIndex: entries.last?.index ?? snapshot.index,
            tail: entries,
            appliedIndex: appliedIndex ?? snapshot.index
        )
    }
}
