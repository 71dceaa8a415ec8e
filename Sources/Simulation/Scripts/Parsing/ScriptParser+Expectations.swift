import Raft

extension ScriptParser {
    static func expectation(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptExpectation {
        let word = try reader.word("an expectation")
        if let found = try ofRoles(word, &reader) { return found }
        if let found = try ofLogs(word, &reader) { return found }
        if let found = try ofMessages(word, &reader) { return found }
        if let found = try ofOutcomes(word, &reader) { return found }
        throw ScriptComplaint("unknown expectation \"\(word)\"")
    }

    private static func ofRoles(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptExpectation? {
        switch word {
        case "role":
            let nodes = try reader.nodesBeforeLastWord()
            let word = try reader.word("a role")
            guard let role = Role(scriptWord: word) else {
                throw ScriptComplaint("unknown role \"\(word)\"")
            }
            return .role(nodes, role)
        case "leader":
            if reader.take("none") { return .leader(.nobody) }
            if reader.take("any") { return .leader(.anybody) }
            return .leader(.node(try reader.node()))
        case "follows":
            let nodes = try reader.nodesBeforeLastWord()
            return .follows(nodes, reader.take("none") ? nil : try reader.node())
        case "vote":
            let nodes = try reader.nodesBeforeLastWord()
            return .vote(nodes, reader.take("none") ? nil : try reader.node())
        case "running": return .running(try reader.someNodes())
        case "halted": return .halted(try reader.someNodes())
        case "converged": return .converged(try reader.nodes())
        case "safe": return .safe
        default: return nil
        }
    }

    private static func ofLogs(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptExpectation? {
        switch word {
        case "term": return .term(try reader.someNodes(), try reader.expectedNumber("a term"))
        case "commit": return .commit(try reader.someNodes(), try reader.expectedNumber("an index"))
        case "applied":
            return .applied(try reader.someNodes(), try reader.expectedNumber("an index"))
        case "log":
            let nodes = try reader.someNodes(before: ["after"])
            let (after, terms) = try logContent(&reader)
            return .log(nodes, after: after, terms: terms)
        case "last":
            let nodes = try reader.someNodes()
            return .last(nodes, try reader.position("a position"))
        case "entry":
            let nodes = try reader.someNodes()
            let index = LogIndex(try reader.number("an index"))
            return .entry(
                nodes,
                index,
                reader.take("none") ? nil : try reader.string("a text or \"none\"")
            )
        case "same-log": return .sameLog(try reader.someNodes())
        case "config": return try members(&reader)
        default: return nil
        }
    }

    private static func members(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptExpectation {
        let parts = ["voters", "outgoing", "learners", "next"]
        let nodes = try reader.someNodes(before: parts)
        var members = ScriptExpectation.Members()
        guard reader.peek() == .word("voters") else { throw reader.missing("\"voters\"") }
        var seen: Set<String> = []
        while !reader.isAtEnd {
            let part = try reader.word("\"outgoing\", \"learners\" or \"next\"")
            guard parts.contains(part) else { throw ScriptComplaint("unexpected \(part)") }
            guard seen.insert(part).inserted else { throw ScriptComplaint("\(part) comes twice") }
            let named = try reader.nodes(before: "voters", "outgoing", "learners", "next")
            switch part {
            case "voters": members.voters = named
            case "outgoing": members.outgoing = named
            case "learners": members.learners = named
            default: members.next = named
            }
        }
        return .config(nodes, members)
    }

    private static func ofMessages(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptExpectation? {
        switch word {
        case "message":
            let links = try reader.someLinks()
            return .message(links, reader.take("none") ? nil : try pattern(&reader))
        case "sent":
            let links = try reader.someLinks()
            let pattern = try pattern(&reader)
            return .sent(links, pattern, try reader.expectedNumber("a number of messages"))
        default: return nil
        }
    }

    private static func pattern(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptMessagePattern {
        let kind = try messageKind(&reader)
        var fields: [ScriptFieldMatch] = []
        while isAtField(reader) { fields.append(try fieldMatch(of: kind, &reader)) }
        return ScriptMessagePattern(kind: kind, fields: fields)
    }

    private static func ofOutcomes(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptExpectation? {
        switch word {
        case "refused": return .refused
        case "accepted": return .accepted
        case "proposal":
            let label = try reader.name("a label").name
            return .proposal(label, try proposalState(&reader))
        case "read":
            let label = try reader.name("a label").name
            return .read(label, try readState(&reader))
        default: return nil
        }
    }

    private static func proposalState(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptExpectation.ProposalState {
        let word = try reader.word("an outcome")
        switch word {
        case "pending": return .pending
        case "refused": return .refused
        case "unknown": return .unknown
        case "committed":
            return .committed(at: reader.take("at") ? try reader.position("a position") : nil)
        default: throw ScriptComplaint("unknown outcome of a proposal \"\(word)\"")
        }
    }

    private static func readState(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptExpectation.ReadState {
        let word = try reader.word("an outcome")
        switch word {
        case "pending": return .pending
        case "failed": return .failed
        case "served":
            return .served(at: reader.take("at") ? try reader.expectedNumber("an index") : nil)
        default: throw ScriptComplaint("unknown outcome of a read \"\(word)\"")
        }
    }
}
