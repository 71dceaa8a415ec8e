import Raft

extension ScriptParser {
    /// A command that says what is so before the first step; nil if the word is none.
    static func setup(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptSetup? {
        switch word {
        case "nodes":
            let voters = try names(&reader, before: "learners")
            guard !voters.isEmpty else { throw reader.missing("a node") }
            guard reader.take("learners") else { return .nodes(voters, learners: []) }
            let learners = try names(&reader)
            guard !learners.isEmpty else { throw reader.missing("a learner") }
            return .nodes(voters, learners: learners)
        case "spare":
            let spares = try names(&reader)
            guard !spares.isEmpty else { throw reader.missing("a node") }
            return .spare(spares)
        case "log":
            let nodes = try reader.someNodes(before: ["after"])
            let (after, terms) = try logContent(&reader)
            return .log(nodes, after: after, terms: terms)
        case "term":
            let nodes = try reader.someNodes()
            return .term(nodes, Term(try reader.number("a term")))
        case "vote":
            let nodes = try reader.nodesBeforeLastWord()
            return .vote(nodes, reader.take("none") ? nil : try reader.name("a node"))
        case "applied":
            let nodes = try reader.someNodes()
            return .applied(nodes, LogIndex(try reader.number("an index")))
        case "set":
            return try setting(&reader)
        default:
            return nil
        }
    }

    /// `TERM…`, or `after 5@2 TERM…`.
    static func logContent(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> (after: LogPosition, terms: [Term]) {
        let after = reader.take("after") ? try reader.position("a position") : .zero
        return (after, try reader.numbers("a term").map { Term($0) })
    }

    private static func names(
        _ reader: inout TokenReader,
        before stop: String? = nil
    ) throws(ScriptComplaint) -> [NodeID] {
        var found: [NodeID] = []
        while case .word(let text)? = reader.peek(), text != stop {
            found.append(try reader.name("a node"))
        }
        return found
    }

    private static func setting(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptSetup {
        let word = try reader.word("a setting")
        guard let setting = ScriptSetup.Setting(rawValue: word) else {
            throw ScriptComplaint("unknown setting \"\(word)\"")
        }
        let max: UInt64? = setting == .election || setting == .heartbeat ? 100_000 : nil
        let value = try reader.number("its value", max: max)
        guard value > 0 else { throw ScriptComplaint("a setting is at least 1") }
        return .set(setting, Int(value))
    }
}
