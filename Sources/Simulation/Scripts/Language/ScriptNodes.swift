import Raft

/// How a script points at nodes.
enum ScriptNodes: Hashable {
    /// Every node of the scenario.
    case all
    /// The leader of the highest term.
    case leader
    /// This one.
    case named(NodeID)
}

/// How a script points at directed links; `*` is any node.
struct ScriptLinks: Hashable {
    let from: ScriptEndpoint
    let to: ScriptEndpoint
    /// Whether the other direction is meant too.
    let isBothWays: Bool
}

/// One side of a link.
enum ScriptEndpoint: Hashable {
    case any
    case leader
    case named(NodeID)
}

/// A number that is expected, perhaps as a bound.
struct ScriptNumber: Hashable {
    let bound: ScriptBound
    let value: UInt64

    func isMet(by number: UInt64) -> Bool {
        switch bound {
        case .exactly: number == value
        case .atLeast: number >= value
        case .atMost: number <= value
        }
    }
}

/// What an expected number is.
enum ScriptBound: Hashable {
    case exactly
    case atLeast
    case atMost
}
