/// The log as the core sees it: terms of everything, entries of the newest stretch, configurations.
///
/// Invariant: the window ends where the terms end, and begins after the snapshot's position.
struct CoreLog: Sendable {
    private(set) var terms: TermRuns
    private(set) var window: LogWindow
    /// The base configuration, then those in the log, by rising index.
    ///
    /// Never empty.
    private(set) var configurations: [LoggedConfiguration]

    var last: LogPosition { terms.last }
    var lastIndex: LogIndex { terms.lastIndex }
    var snapshot: LogPosition { terms.snapshot }

    /// A configuration is active when appended, not when committed (rule 9).
    var activeConfiguration: LoggedConfiguration {
        if activatesOnApply, let settled = configurations.last(where: { $0.index <= settledIndex })
        {
            return settled
        }
        return configurations[configurations.count - 1]
    }

    /// A known mistake, and how far it believes itself applied.
    var activatesOnApply = false
    var settledIndex: LogIndex = 0

    func term(at index: LogIndex) -> Term? { terms.term(at: index) }

    /// Appends an entry that follows the last one.
    mutating func append(_ entry: Entry) throws(FatalViolation) {
        if entry.kind == .configuration {
            guard let configuration = try? Configuration(payload: entry.payload) else {
                throw .unreadableConfiguration(entry.index)
            }
            configurations.append(
                LoggedConfiguration(index: entry.index, configuration: configuration)
            )
        }
        terms.append(1, of: entry.term)
        window.append(entry)
    }

    /// Appends commands in one term, made into entries on the way.
    mutating func append(commands payloads: [[UInt8]], term: Term) {
        window.reserve(payloads.count)
        var index = lastIndex.next
        for payload in payloads {
            window.append(Entry(term: term, index: index, kind: .command, payload: payload))
            index = index.next
        }
        terms.append(payloads.count, of: term)
    }

    /// Drops every entry from the index on, and the configurations that were among them.
    mutating func truncate(from index: LogIndex) {
        terms.truncate(from: index)
        window.truncate(from: index)
        if index < window.first { window.removeAll(next: index) }
        while let newest = configurations.last, configurations.count > 1, newest.index >= index {
            configurations.removeLast()
        }
    }

    /// Drops the log up to an index that the state machine has applied.
    mutating func compact(through index: LogIndex) {
        terms.compact(through: index)
        window.drop(before: index.next)
    }

    /// Begins after a snapshot's position, with the configuration in force there (rules 11 and 12).
    ///
    /// Only a log that holds the very position keeps what follows it, configurations included.
    mutating func install(
        _ position: LogPosition,
        _ configuration: LoggedConfiguration,
        keepsSuffix: Bool
    ) {
        settledIndex = position.index
        if keepsSuffix {
            compact(through: position.index)
            configurations = [configuration] + configurations.filter { $0.index > position.index }
        } else {
            terms = TermRuns(after: position)
            window.removeAll(next: position.index.next)
            configurations = [configuration]
        }
    }

    /// Shrinks the window to its limits, but never drops an entry after `index`.
    mutating func trimWindow(through index: LogIndex, limits: Limits) {
        while window.count > limits.windowEntriesMax || window.byteCount > limits.windowBytesMax,
            window.first <= index
        {
            // An eighth at a time: trimming is then rare, and the window stays useful.
            let step = max(1, window.count / 8)
            window.drop(before: min(index.next, window.first.advanced(by: step)))
        }
    }

    /// Forgets configurations that can no longer be rolled back to.
    mutating func settleConfigurations(through index: LogIndex) {
        settledIndex = index
        var superseded = 0
        while superseded + 1 < configurations.count, configurations[superseded + 1].index <= index {
            superseded += 1
        }
        if superseded > 0 { configurations.removeFirst(superseded) }
    }
}
