import Raft

/// What came of a node's step.
struct ScriptNodeReport {
    var packets: [ScriptPacket] = []
    var written: [PersistBatch] = []
    var events: [Event] = []
    var proposals: [ProposalOutcome] = []
    var reads: [ReadOutcome] = []
    var transfers: [TransferOutcome] = []
    var memberships: [MembershipOutcome] = []
    /// What no sound core does.
    var fault: String?
    /// Inputs and effects in words; nil unless somebody wants to read them.
    var trace: [String]?
}
