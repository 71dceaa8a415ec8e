import Raft

/// A state machine that remembers what it applied, and so can also be an earlier one of itself.
struct ScriptMachine: Hashable {
    /// What came in one piece, from a snapshot or the set-up.
    let base: LogPosition
    /// What was applied after it.
    private(set) var entries: [Entry] = []
    /// The configurations in force at the base and after it, by rising index.
    private(set) var configurations: [LoggedConfiguration]

    init(base: LogPosition, configuration: LoggedConfiguration) {
        self.base = base
        configurations = [configuration]
    }

    /// How far the log is applied.
    var position: LogPosition { entries.last?.position ?? base }

    /// The configuration in force at the position.
    var configuration: LoggedConfiguration { configurations[configurations.count - 1] }

    /// The configuration in force at an index.
    func configuration(at index: LogIndex) -> LoggedConfiguration {
        configurations.last { $0.index <= index } ?? configurations[0]
    }

    mutating func apply(_ entry: Entry) {
        entries.append(entry)
        guard entry.kind == .configuration,
            let configuration = try? Configuration(payload: entry.payload)
        else { return }
        configurations.append(
            LoggedConfiguration(index: entry.index, configuration: configuration)
        )
    }

    /// The state at an earlier index; nil before the base and after the position.
    func rewound(to index: LogIndex) -> ScriptMachine? {
        guard index >= base.index, index <= position.index else { return nil }
        var earlier = self
        earlier.entries = Array(entries.prefix(base.index.distance(to: index)))
        earlier.configurations =
            [configurations[0]] + configurations.dropFirst().filter { $0.index <= index }
        return earlier
    }
}
