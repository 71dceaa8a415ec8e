package import Raft

/// What a log writer reports, on its own thread.
package enum LogEvent: Hashable, Sendable {
    /// Every batch up to this ticket is durable.
    case durable(through: Ticket)
    /// The log begins after this position now; older segments are deleted.
    case compacted(to: LogPosition)
    /// The log was emptied and begins after this position.
    case reset(to: LogPosition)
    /// The disk is full. The writer keeps what it was given and tries again until there is space;
    /// reported once, until the next success.
    case waitingForSpace(LogError)
    /// Writing has ended for good (rule 17); the last event. The ticket is that of the first batch
    /// that is not known to be durable, if a batch was being written.
    case failed(LogError, firstTicket: Ticket?)
}
