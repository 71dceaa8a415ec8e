import Raft

/// What moves the world.
enum ScriptStep {
    // time
    case tick([ScriptNodes], Int)
    case heartbeat([ScriptNodes])
    case timeout([ScriptNodes])
    case campaign([ScriptNodes])
    case lapse([ScriptNodes])

    // network
    case deliver([ScriptLinks], limit: Int)
    case stabilize
    case converge(turnsMax: Int)
    case drop([ScriptLinks], limit: Int)
    case duplicate([ScriptLinks])
    case delay([ScriptLinks])
    case shuffle([ScriptLinks], seed: UInt64)
    case cut([ScriptLinks])
    case isolate([ScriptNodes])
    case partition([[ScriptNodes]])
    case heal([ScriptLinks], [ScriptNodes])

    // disk and state machine
    case mode(ScriptMode, isManual: Bool, [ScriptNodes])
    case deliverMode(isManual: Bool)
    case persist([ScriptNodes], limit: Int)
    case persistFail([ScriptNodes])
    /// Up to an index; if that is applied already, so many entries; all if nil.
    case apply([ScriptNodes], LogIndex?)
    case crash([ScriptNodes])
    case restart([ScriptNodes], applied: LogIndex?)
    case compact([ScriptNodes], through: LogIndex)

    // what is asked and made up
    case request(ScriptNodes, ScriptRequest)
    case inject(from: ScriptNodes, to: ScriptNodes, ScriptMadeUp)
}

/// What works by itself, or waits for a hand.
enum ScriptMode {
    case persist
    case apply
}

/// What a client or an admin asks of a node.
enum ScriptRequest {
    case propose(String, label: String?)
    case read(label: String?)
    case transfer(to: ScriptNodes?)
    case change(ScriptChange)
}

/// A change of members; nodes may be named by role until it is made.
enum ScriptChange {
    case add(ScriptNodes)
    case remove(ScriptNodes)
    case promote(ScriptNodes)
    case demote(ScriptNodes)
    case replace(ScriptNodes, with: ScriptNodes)
    case exactly(voters: [ScriptNodes], learners: [ScriptNodes])
}

/// A message that nobody sent.
struct ScriptMadeUp {
    let kind: ScriptMessageKind
    let values: [ScriptField: ScriptValue]

    subscript(field: ScriptField) -> ScriptValue? { values[field] }
}
