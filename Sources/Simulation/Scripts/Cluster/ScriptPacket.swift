import Raft

/// A message on its way; a snapshot has the state with it, which a transport would carry beside it.
struct ScriptPacket {
    let envelope: Envelope
    var state: ScriptMachine?
}
