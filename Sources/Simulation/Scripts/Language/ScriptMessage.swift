import Raft

/// The kinds of messages, by the names that scripts use.
///
/// A snapshot is answered by an `append-reply`: it says the same, how far the logs agree.
enum ScriptMessageKind: String, CaseIterable {
    case vote = "vote"
    case voteReply = "vote-reply"
    case preVote = "pre-vote"
    case preVoteReply = "pre-vote-reply"
    case append = "append"
    case appendReply = "append-reply"
    case heartbeat = "heartbeat"
    case heartbeatReply = "heartbeat-reply"
    case timeoutNow = "timeout-now"
    case snapshot = "snapshot"

    /// The fields that may be named with it.
    var fields: [ScriptField] {
        switch self {
        case .vote, .preVote: [.term, .last, .forced]
        case .voteReply, .preVoteReply: [.term, .granted]
        case .append: [.term, .prev, .entries, .commit]
        case .appendReply: [.term, .last, .prev, .match, .ok]
        case .heartbeat: [.term, .commit]
        case .heartbeatReply: [.term]
        case .timeoutNow, .snapshot: [.term, .last]
        }
    }
}

/// The fields of messages, in the order in which they are shown.
enum ScriptField: String, CaseIterable {
    case term = "term"
    case last = "last"
    case prev = "prev"
    case entries = "entries"
    case commit = "commit"
    case match = "match"
    case granted = "granted"
    case ok = "ok"
    case forced = "forced"
}

/// What a field holds.
enum ScriptValue: Hashable {
    case number(UInt64)
    case position(LogPosition)
    /// Terms of entries.
    case terms([Term])
    case flag(Bool)
}

extension ScriptValue: CustomStringConvertible {
    /// The value as a script writes it.
    var description: String {
        switch self {
        case .number(let value): String(value)
        case .position(let position): position.description
        case .terms(let terms): "(" + terms.map(\.description).joined(separator: ",") + ")"
        case .flag(let isSet): isSet ? "yes" : "no"
        }
    }
}

/// One field as a script compares it.
struct ScriptFieldMatch: Hashable {
    let field: ScriptField
    let bound: ScriptBound
    let value: ScriptValue

    func isMet(by found: ScriptValue?) -> Bool {
        if case .number(let wanted) = value, case .number(let number)? = found {
            return ScriptNumber(bound: bound, value: wanted).isMet(by: number)
        }
        return value == found
    }
}

/// Some messages, told by their kind and fields.
struct ScriptMessagePattern: Hashable {
    let kind: ScriptMessageKind
    let fields: [ScriptFieldMatch]

    func matches(_ view: MessageView) -> Bool {
        kind == view.kind && fields.allSatisfy { $0.isMet(by: view[$0.field]) }
    }
}
