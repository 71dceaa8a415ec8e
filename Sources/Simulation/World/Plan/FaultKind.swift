/// The ways in which a simulated world breaks.
enum FaultKind: Int, CaseIterable, Sendable {
    /// Two groups that can't hear each other.
    case partition
    /// One node alone, the leader by preference.
    case isolation
    /// Some connections work in one direction only.
    case oneWay
    /// Two groups that only one node connects.
    case bridge
    /// Any connections at all.
    case mesh
    /// A connection breaks, and is made anew.
    case breakage
    /// The network loses, repeats and delays far more than usual.
    case storm
    /// A node's process dies, its machine does not.
    case kill
    /// A node's machine loses power: what was not synced is lost in part or whole.
    case powerCut
    /// The power goes in the middle of one of the next file operations.
    case powerCutAtWork
    /// All nodes lose power.
    case blackout
    /// A node's process stands still, and goes on as if nothing had been.
    case pause
    /// One write of the log fails.
    case failingWrite
    /// One sync of the log fails, and the next one would succeed.
    case failingSync
    /// Syncs take long.
    case slowDisk
    /// No space for the log.
    case fullDisk
    /// A bit of the log turns over.
    case bitRot
    /// The state machine's disk falls behind.
    case slowState
    /// A node's wall clock jumps.
    case clockJump
    /// A node is told to stop, and starts again.
    case stop
}
