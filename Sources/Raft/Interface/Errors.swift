/// A proof is broken or the disk failed: the node must stop and not say another word.
public enum FatalViolation: Error, Hashable, Sendable {
    /// A write failed; whether it is on disk can no longer be known (rule 17).
    case storageFailed(Ticket)
    /// A leader's log differs below this node's commit index (rule 7).
    case truncationBelowCommit(LogIndex, commit: LogIndex)
    /// Two nodes lead in one term.
    case twoLeaders(term: Term, NodeID, NodeID)
    /// An entry says that it is a configuration and is none.
    case unreadableConfiguration(LogIndex)
    /// The driver reported what cannot be, for instance a ticket that was never issued.
    case driverContract(DriverFault)
}

/// How the driver broke its contract with the core.
public enum DriverFault: Hashable, Sendable {
    /// A ticket completed that was never issued.
    case ticketNeverIssued(Ticket)
    /// More was applied than was handed out.
    case appliedTooMuch(LogIndex)
    /// More was compacted than was applied.
    case compactedTooMuch(LogIndex)
    /// Loaded entries that are not those of the log.
    case loadedForeignEntries(LogIndex)
}

/// The state found on disk contradicts itself; the node must not start with it.
public enum RestoreError: Error, Hashable, Sendable {
    /// The tail's entries do not follow each other up to the last index, or their terms fall.
    case tailBroken(LogIndex)
    /// The term of some entry is not known, or terms fall.
    case termsBroken(LogIndex)
    /// The state machine is beyond the log, or before its beginning.
    case appliedOutsideLog(LogIndex)
    /// The durable term is lower than that of the last entry.
    case termBehindLog(Term)
    /// An entry says that it is a configuration and is none, or configurations are out of order.
    case unreadableConfiguration(LogIndex)
    /// The settings contradict each other.
    case badSettings
}
