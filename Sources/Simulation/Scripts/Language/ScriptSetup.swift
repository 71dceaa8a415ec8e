import Raft

/// What is so before the first step.
enum ScriptSetup {
    /// The first configuration.
    case nodes([NodeID], learners: [NodeID])
    /// Nodes of no configuration.
    case spare([NodeID])
    case log([ScriptNodes], after: LogPosition, terms: [Term])
    case term([ScriptNodes], Term)
    case vote([ScriptNodes], NodeID?)
    case applied([ScriptNodes], LogIndex)
    case set(Setting, Int)

    enum Setting: String {
        case election = "election"
        case heartbeat = "heartbeat"
        case maxEntries = "max-entries"
        case inFlight = "inflight"
        case uncommitted = "uncommitted"
    }
}
