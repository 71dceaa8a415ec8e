import Raft

/// The one log that the cluster has committed, as far as any node has known it to be.
struct CommittedLog: Sendable {
    private(set) var trail = LogTrail()
    private(set) var entries: [Entry] = []
    /// In which term each entry became known as committed for the first time.
    private var committedIn: [Term] = []
    /// The configurations in it, but for the one that the cluster began with.
    private(set) var configurations: [LoggedConfiguration] = []
    private let founding: Configuration

    init(founding: Configuration) { self.founding = founding }

    /// The latest configuration.
    var configuration: Configuration { configurations.last?.configuration ?? founding }
    var configurationIndex: LogIndex { configurations.last?.index ?? 0 }

    var lastIndex: LogIndex { trail.lastIndex }

    /// A node's log is committed up to an index.
    ///
    /// - Returns: Whether that was news.
    mutating func extend(
        through index: LogIndex,
        of log: LogTrail,
        in term: Term,
        _ registry: LogRegistry
    ) throws(Violation) -> Bool {
        let known = min(index, lastIndex)
        guard log.hash(at: known) == trail.hash(at: known) else {
            throw Violation(.oneHistory, "two logs are committed up to \(known), and differ")
        }
        guard index > lastIndex else { return false }
        while lastIndex < index {
            let next = lastIndex.next
            guard let hash = log.hash(at: next), let entry = registry.entry(at: next, hash: hash)
            else {
                throw Violation(.oneHistory, "\(index) is committed in a log without it")
            }
            trail.append(hash, term: entry.term)
            entries.append(entry)
            committedIn.append(term)
            if entry.kind == .configuration { try change(to: entry) }
        }
        return true
    }

    /// Two configurations in a row must have a voter in common in any two of their majorities.
    private mutating func change(to entry: Entry) throws(Violation) {
        guard let logged = LoggedConfiguration(entry) else {
            throw Violation(.oneChange, "the configuration at \(entry.index) can't be read")
        }
        let next = logged.configuration
        let isSafe =
            switch (configuration.isJoint, next.isJoint) {
            case (false, false): configuration.voters == next.voters
            case (false, true): configuration.voters == next.outgoing
            case (true, false): configuration.voters == next.voters
            case (true, true): configuration == next
            }
        guard isSafe else {
            throw Violation(.oneChange, "\(next) follows \(configuration) at \(entry.index)")
        }
        configurations.append(logged)
    }

    func entry(at index: LogIndex) -> Entry? {
        let place = Int(index.rawValue) - 1
        return entries.indices.contains(place) ? entries[place] : nil
    }

    /// A new leader must have everything that was committed in earlier terms.
    func check(leader log: LogTrail, of term: Term) throws(Violation) {
        // Terms of commitment never fall along the log.
        var low = 0
        var high = committedIn.count
        while low < high {
            let middle = (low + high) / 2
            if committedIn[middle] < term { low = middle + 1 } else { high = middle }
        }
        let owed = LogIndex(UInt64(low))
        guard log.hash(at: owed) == trail.hash(at: owed) else {
            throw Violation(
                .leaderCompleteness,
                "the leader of term \(term) has a log to \(log.lastIndex) that differs from what "
                    + "was committed up to \(owed)"
            )
        }
    }
}
