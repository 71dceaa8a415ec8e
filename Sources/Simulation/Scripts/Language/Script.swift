import Raft

/// A file of scenarios, parsed and checked.
package struct Script: Sendable {
    /// The file, as it was named.
    package var file: String
    /// What is in it.
    var scenarios: [Scenario]

    /// A world of its own, and what is done to it.
    struct Scenario {
        var title: String?
        var lines: [Line]
    }

    /// One command with its place, for whoever must be told about it.
    struct Line {
        let number: Int
        /// As it was written, without a comment.
        let text: String
        let command: Command
    }

    /// What a line may say.
    enum Command {
        case setup(ScriptSetup)
        case step(ScriptStep)
        case expect(ScriptExpectation, isNegated: Bool)
        case show(ScriptShow)
        case table(ScriptTable)
    }
}

/// What `show` prints.
enum ScriptShow: Hashable {
    case nodes([ScriptNodes])
    case network
}
