import Ledger
import NIOCore

/// How fresh the database is, and who waits until it holds a position.
///
/// What SQLite has is older than what was applied; its age is told by the certificate that applied state
/// had when the transaction was closed.
struct StoredMarks {
    private struct Seal {
        var position: Position
        var completeAsOf: NodeInstant?
    }

    private struct Waiter {
        var position: Position
        var deadline: NIODeadline
        var done: (Bool) -> Void
    }

    private var seals: [Seal] = []
    private var waiters: [Waiter] = []
    private static let waitersMax = 1_024
    /// Everything applied by then is in the database.
    private(set) var completeAsOf: NodeInstant?

    /// The last one that a transaction was closed with.
    var lastSealed: NodeInstant? { seals.last?.completeAsOf ?? completeAsOf }

    /// A transaction was closed at a position; the state was complete as of then.
    mutating func sealed(at position: Position, completeAsOf: NodeInstant?) {
        seals.append(Seal(position: position, completeAsOf: completeAsOf))
    }

    mutating func stored(through position: Position) {
        while let first = seals.first, first.position <= position {
            completeAsOf = first.completeAsOf
            seals.removeFirst()
        }
        guard !waiters.isEmpty else { return }
        let done = waiters.filter { $0.position <= position }
        waiters.removeAll { $0.position <= position }
        for waiter in done { waiter.done(true) }
    }

    /// Begins anew with another file.
    mutating func reset() {
        seals = []
        completeAsOf = nil
    }

    /// Calls with true when the position is stored, with false at the deadline or when too many wait.
    mutating func wait(
        for position: Position,
        deadline: NIODeadline,
        _ done: @escaping (Bool) -> Void
    ) {
        guard waiters.count < Self.waitersMax else { return done(false) }
        waiters.append(Waiter(position: position, deadline: deadline, done: done))
    }

    mutating func expire(now: NIODeadline) {
        guard waiters.contains(where: { $0.deadline <= now }) else { return }
        let late = waiters.filter { $0.deadline <= now }
        waiters.removeAll { $0.deadline <= now }
        for waiter in late { waiter.done(false) }
    }
}
