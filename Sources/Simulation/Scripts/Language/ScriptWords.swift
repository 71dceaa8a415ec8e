import Raft

/// The words of the language, none of which may name a node or a label.
enum ScriptWords {
    static let all = Set(
        (setup + steps + requests + expectations + tables + connectives).flatMap {
            $0.split(separator: " ").map(String.init)
        }
            + ScriptMessageKind.allCases.map(\.rawValue) + ScriptField.allCases.map(\.rawValue)
    )

    private static let setup = [
        "scenario nodes learners spare log after term vote applied set",
        "election heartbeat max-entries inflight uncommitted",
    ]
    private static let steps = [
        "tick heartbeat timeout campaign lapse deliver stabilize converge drop duplicate delay",
        "shuffle cut isolate partition heal manual auto persist persist-fail apply crash restart",
        "compact",
    ]
    private static let requests = [
        "propose read transfer change inject add remove promote demote replace voters"
    ]
    private static let expectations = [
        "expect not role leader follower candidate pre-candidate follows commit last entry",
        "same-log config outgoing next message sent refused accepted running halted proposal",
        "pending unknown committed failed served converged safe show network",
    ]
    private static let tables = ["quorum confchange from joint votes simple leave error"]
    private static let connectives = ["all none any as at to yes no"]

    /// A lower-case letter, then letters, digits and `-`, and no word of the language.
    static func name(_ text: String) throws(ScriptComplaint) -> NodeID {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first) else {
            throw ScriptComplaint("\"\(text)\" is no name: names start with a lower-case letter")
        }
        guard !all.contains(text) else {
            throw ScriptComplaint("\"\(text)\" is a word of the language and cannot be a name")
        }
        guard let name = NodeID(text) else {
            throw ScriptComplaint("a name of more than \(NodeID.byteCountMax) characters")
        }
        return name
    }
}
