import Raft

/// A line of a table: a pure function, what goes in, what should come out.
enum ScriptTable {
    /// What is committed, given what each voter holds.
    case commit(voters: [UInt64], joint: [UInt64], match: [UInt64?], UInt64)
    /// How an election stands, given each voter's answer.
    case vote(voters: [UInt64], joint: [UInt64], votes: [Bool?], ElectionWord)
    case change(Configuration, Change, [ConfigurationEdit], MembersOrError)

    enum ElectionWord: String {
        case won = "won"
        case lost = "lost"
        case pending = "pending"
    }

    enum Change: String {
        case simple = "simple"
        case joint = "joint"
        case leave = "leave"
    }

    enum MembersOrError {
        case members(TableMembers)
        case error
    }
}

/// A configuration as tables write it.
struct TableMembers: Hashable {
    var voters: Set<UInt64> = []
    var outgoing: Set<UInt64> = []
    var learners: Set<UInt64> = []
    var next: Set<UInt64> = []
}
