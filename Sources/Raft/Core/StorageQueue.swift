/// The writes on their way to the disk, and what they will have made durable.
///
/// Invariant: tickets rise; `through` of each is what the log will durably hold once its write is
/// done, *less what was overwritten since*. That subtraction is rule 13:
///
///     ticket 1 writes 5@2       → through 5
///     5@2 is truncated          → through 4
///     ticket 2 writes 5@3       → through 5
///     ticket 1 completes        → durable up to 4: 5@3 is not on disk, though an index 5 is
struct StorageQueue: Sendable {
    private struct Write: Sendable {
        let ticket: Ticket
        var through: LogIndex
        let issuedAt: Tick
    }

    private(set) var lastIssued: Ticket = 0
    private(set) var lastDone: Ticket = 0
    private(set) var durableIndex: LogIndex
    private var writes: [Write] = []

    init(durableIndex: LogIndex) { self.durableIndex = durableIndex }

    var isIdle: Bool { writes.isEmpty }

    /// When the oldest unfinished write was issued.
    var oldestIssuedAt: Tick? { writes.first?.issuedAt }

    func isDone(_ ticket: Ticket) -> Bool { ticket <= lastDone }

    mutating func issue(through index: LogIndex, at now: Tick) -> Ticket {
        lastIssued = lastIssued.next
        writes.append(Write(ticket: lastIssued, through: index, issuedAt: now))
        return lastIssued
    }

    /// Entries from the index on are no longer those that earlier writes wrote.
    mutating func truncate(from index: LogIndex) {
        durableIndex = min(durableIndex, index.previous)
        for place in writes.indices {
            writes[place].through = min(writes[place].through, index.previous)
        }
    }

    /// Nothing that earlier writes wrote is the log any more.
    mutating func forgetEntries() { truncate(from: 1) }

    /// Completes the ticket and, the store being first-in first-out, every earlier one.
    mutating func complete(_ ticket: Ticket) throws(FatalViolation) {
        guard ticket <= lastIssued else { throw .driverContract(.ticketNeverIssued(ticket)) }
        while let write = writes.first, write.ticket <= ticket {
            durableIndex = write.through
            lastDone = write.ticket
            writes.removeFirst()
        }
    }
}
