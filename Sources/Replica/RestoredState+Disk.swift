package import Raft
package import RaftLog

extension RestoredState {
    /// Joins what the log has to where the state machine stands.
    ///
    /// - Parameters:
    ///   - log: The log as it was opened.
    ///   - applied: The position that the state machine holds durably.
    ///   - membership: The configuration beside that position, encoded; empty before the first entry.
    ///   - founding: The configuration that the cluster begins with.
    /// - Throws: `NodeStartError` if log and state machine don't belong together.
    package init(
        log: LogStore,
        applied: LogIndex,
        membership: [UInt8],
        founding: Configuration
    ) throws(NodeStartError) {
        let recovered = log.recovered
        guard applied <= recovered.lastIndex else {
            throw .restore(
                "the database is at position \(applied), but the log ends at "
                    + "\(recovered.lastIndex): the log directory was replaced or lost. Remove the "
                    + "data directory and let the node join anew under another name"
            )
        }
        guard applied >= recovered.base.index else {
            throw .restore(
                "the database is at position \(applied), but the log begins after "
                    + "\(recovered.base.index): the database was replaced or lost. Remove the data "
                    + "directory and let the node join anew under another name"
            )
        }
        var configuration = LoggedConfiguration(index: 0, configuration: founding)
        if !membership.isEmpty {
            guard let stored = Membership.decode(membership) else {
                throw .store("the membership beside the position can't be read")
            }
            configuration = stored
        }
        self.init(
            hardState: recovered.hardState,
            snapshot: recovered.base,
            configuration: configuration,
            laterConfigurations: try Self.configurations(of: log, after: configuration.index),
            termRuns: recovered.termRuns,
            lastIndex: recovered.lastIndex,
            tail: [],
            appliedIndex: applied
        )
    }

    private static func configurations(
        of log: LogStore,
        after index: LogIndex
    ) throws(NodeStartError) -> [LoggedConfiguration] {
        var configurations: [LoggedConfiguration] = []
        for place in log.recovered.configurationIndexes where place > index {
            do {
                let entries = try log.reader.entries(
                    from: place,
                    through: place,
                    payloadBytesMax: 1 << 20
                )
                guard let payload = entries.first?.payload else { continue }
                configurations.append(
                    LoggedConfiguration(
                        index: place,
                        configuration: try Configuration(payload: payload)
                    )
                )
            } catch {
                throw .log("the configuration at \(place) can't be read: \(error)")
            }
        }
        return configurations
    }
}
