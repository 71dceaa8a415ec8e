import Raft
import RaftLog
import Replica

/// Entries out of a node's log, for lagging peers and for its own state machine.
extension World {
    func readLog(_ node: SimulatedNode) {
        let span = Span.microseconds(10)...Span.microseconds(400)
        for request in node.effects.load {
            schedule(.logRead(node.life, request), after: node.chance.span(in: span))
        }
        if let range = node.effects.loadToApply {
            schedule(.logReadToApply(node.life, range), after: node.chance.span(in: span))
        }
    }

    func logRead(_ life: Life, _ request: LoadRequest) throws(Violation) {
        guard let node = node(life) else { return }
        let entries = try read(
            node,
            request.from...request.through,
            bytesMax: request.payloadBytesMax
        )
        guard let entries else { return }
        statistics.logReads += 1
        let loaded = LoadedEntries(peer: request.peer, from: request.from, entries: entries)
        stepCore(node, .entriesLoaded(loaded))
    }

    func logReadToApply(_ life: Life, _ range: ClosedRange<LogIndex>) throws(Violation) {
        guard let node = node(life),
            let entries = try read(node, range, bytesMax: 4_096)
        else { return }
        statistics.logReads += 1
        stepCore(node, .entriesToApply(entries))
    }

    /// Entries out of the log; nil when the node had to stop over them.
    private func read(
        _ node: SimulatedNode,
        _ range: ClosedRange<LogIndex>,
        bytesMax: Int
    ) throws(Violation) -> [Entry]? {
        guard let log = node.log else { return nil }
        do throws(LogError) {
            return try log.reader.entries(
                from: range.lowerBound,
                through: range.upperBound,
                payloadBytesMax: bytesMax
            )
        } catch {
            if case .compacted = error { return [] }
            try halted(node, .state(error.description))
            return nil
        }
    }
}
