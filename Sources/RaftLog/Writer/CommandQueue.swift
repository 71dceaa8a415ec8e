/// What a writer has been asked to do and has not done, and what it did.
struct CommandQueue: Sendable {
    private var commands: [LogCommand] = []
    private var queuedSince: ContinuousClock.Instant?
    private var takenSince: ContinuousClock.Instant?
    /// What was done.
    var metrics = LogMetrics()
    /// Whether the writer shall end once the queue is empty.
    var isClosing = false
    /// Whether the writer has ended: nothing is taken any more.
    private(set) var hasEnded = false

    /// Since when the oldest command has waited.
    var oldestSince: ContinuousClock.Instant? { takenSince ?? queuedSince }

    /// Adds commands at the end.
    mutating func append(_ new: some Collection<LogCommand>) {
        guard !hasEnded else { return }
        if commands.isEmpty { queuedSince = .now }
        commands.append(contentsOf: new)
    }

    /// Moves all commands into `taken`, whose memory the queue goes on with; `false` if there are none.
    mutating func take(into taken: inout [LogCommand]) -> Bool {
        taken.removeAll(keepingCapacity: true)
        takenSince = nil
        guard !commands.isEmpty else { return false }
        swap(&commands, &taken)
        takenSince = queuedSince
        queuedSince = nil
        return true
    }

    /// Drops everything, now and from now on.
    mutating func end() {
        hasEnded = true
        commands = []
        queuedSince = nil
        takenSince = nil
    }
}
