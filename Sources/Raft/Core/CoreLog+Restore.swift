/// How the log comes back after a restart; everything found on disk is checked first.
extension CoreLog {
    init(restoring state: RestoredState) throws(RestoreError) {
        let tailFirst = state.tail.first?.index ?? state.lastIndex.next
        let terms = try Self.terms(of: state, tailFirst: tailFirst)
        var window = LogWindow(first: tailFirst)
        for entry in state.tail { window.append(entry) }
        guard terms.lastIndex == state.lastIndex else { throw .tailBroken(state.lastIndex) }
        guard state.appliedIndex >= terms.snapshot.index, state.appliedIndex <= state.lastIndex
        else { throw .appliedOutsideLog(state.appliedIndex) }
        guard state.hardState.term >= terms.last.term else {
            throw .termBehindLog(state.hardState.term)
        }
        self.init(
            terms: terms,
            window: window,
            configurations: try Self.configurations(of: state, tailFirst: tailFirst)
        )
        settleConfigurations(through: state.appliedIndex)
    }

    private static func configurations(
        of state: RestoredState,
        tailFirst: LogIndex
    ) throws(RestoreError) -> [LoggedConfiguration] {
        var found = [state.configuration]
        var newest = state.configuration.index
        for later in state.laterConfigurations
        where later.index > state.configuration.index && later.index < tailFirst {
            guard later.index > newest else { throw .unreadableConfiguration(later.index) }
            found.append(later)
            newest = later.index
        }
        for entry in state.tail where entry.kind == .configuration && entry.index > newest {
            guard let configuration = try? Configuration(payload: entry.payload) else {
                throw .unreadableConfiguration(entry.index)
            }
            found.append(LoggedConfiguration(index: entry.index, configuration: configuration))
            newest = entry.index
        }
        return found
    }

    private static func terms(
        of state: RestoredState,
        tailFirst: LogIndex
    ) throws(RestoreError) -> TermRuns {
        guard tailFirst > state.snapshot.index else { throw .tailBroken(tailFirst) }
        var terms = TermRuns(after: state.snapshot)
        for (position, run) in state.termRuns.enumerated() where run.first < tailFirst {
            let isLast = position + 1 == state.termRuns.count
            let following = isLast ? tailFirst : min(tailFirst, state.termRuns[position + 1].first)
            guard run.first == terms.lastIndex.next, following > run.first,
                run.term >= terms.last.term
            else { throw .termsBroken(run.first) }
            terms.append(run.first.distance(to: following), of: run.term)
        }
        guard terms.lastIndex.next == tailFirst else { throw .termsBroken(terms.lastIndex.next) }
        for entry in state.tail {
            let follows = entry.index == terms.lastIndex.next
            guard follows, entry.term >= terms.last.term, entry.term > 0 else {
                throw .tailBroken(entry.index)
            }
            terms.append(1, of: entry.term)
        }
        return terms
    }
}
