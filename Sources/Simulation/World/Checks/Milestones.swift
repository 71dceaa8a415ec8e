import Ledger
import Raft

/// Copies of the ledger at some positions, from which any later one is found by applying the
/// committed log.
struct Milestones {
    private var copies: [(position: Position, state: SimulatedLedgerState)] = []
    private let distance: UInt64 = 512

    init() { copies.append((Position(0), SimulatedLedgerState())) }

    /// Whether a state at a position is worth keeping.
    func isWanted(at position: Position) -> Bool {
        let last = copies.last?.position.rawValue ?? 0
        return position.rawValue >= last + distance
    }

    /// Keeps a copy; costs the owner a real copy with the next change.
    mutating func keep(_ state: SimulatedLedgerState) {
        guard isWanted(at: state.header.position) else { return }
        copies.append((state.header.position, state))
    }

    /// The ledger exactly at a position that was committed.
    func state(at position: Position, _ log: CommittedLog) throws(Violation) -> SimulatedLedgerState
    {
        var place = copies.count - 1
        while copies[place].position > position { place -= 1 }
        var state = copies[place].state
        var changes = LedgerChanges()
        while state.header.position < position {
            let next = state.header.position.rawValue + 1
            guard let entry = log.entry(at: LogIndex(next)) else {
                throw Violation(
                    .recovery,
                    "the ledger was stored at \(position.rawValue), which was "
                        + "not committed"
                )
            }
            try Self.apply(entry, to: &state, &changes)
            changes.removeAll()
        }
        return state
    }

    private static func apply(
        _ entry: Entry,
        to state: inout SimulatedLedgerState,
        _ changes: inout LedgerChanges
    ) throws(Violation) {
        let position = Position(entry.index.rawValue)
        guard entry.kind == .command else {
            state.header.position = position
            return
        }
        do {
            let command = try LedgerEntry.decode(entry.payload.span.bytes)
            _ = LedgerRules.apply(command, at: position, to: &state, changes: &changes)
        } catch {
            throw Violation(.oneHistory, "entry \(entry.index) can't be read: \(error)")
        }
    }
}
