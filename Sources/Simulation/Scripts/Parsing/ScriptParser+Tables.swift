import Raft

extension ScriptParser {
    /// `quorum commit voters=… joint=… match=… -> N`, or `quorum vote … votes=… -> WORD`.
    static func quorum(_ reader: inout TokenReader) throws(ScriptComplaint) -> ScriptTable {
        let isCommit = reader.take("commit")
        if !isCommit { try reader.require("vote") }
        let valuesName = isCommit ? "match" : "votes"
        var sets = try tableSets(&reader, allowing: ["voters", "joint", valuesName])
        try reader.require(.to)
        let voters = try ids(sets.removeValue(forKey: "voters"), "voters")
        let joint = try ids(sets.removeValue(forKey: "joint") ?? [], "joint")
        guard let values = sets[valuesName] else {
            throw ScriptComplaint("\(valuesName)= is missing")
        }
        let count = Set(voters + joint).count
        guard values.count == count else {
            throw ScriptComplaint("\(valuesName)= has \(values.count) values for \(count) ids")
        }
        guard isCommit else {
            let votes = try each(values, vote)
            let word = try reader.word("won, lost or pending")
            guard let result = ScriptTable.ElectionWord(rawValue: word) else {
                throw ScriptComplaint("unknown result of an election \"\(word)\"")
            }
            return .vote(voters: voters, joint: joint, votes: votes, result)
        }
        let match = try each(values, number)
        let result = try reader.anyNumber("an index")
        return .commit(voters: voters, joint: joint, match: match, result)
    }

    /// `confchange from voters=… apply simple|joint|leave CHANGE… -> voters=… | error`.
    static func configurationChange(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptTable {
        try reader.require("from")
        let from = try configuration(try members(&reader))
        try reader.require("apply")
        let word = try reader.word("simple, joint or leave")
        guard let change = ScriptTable.Change(rawValue: word) else {
            throw ScriptComplaint("unknown way of changing \"\(word)\"")
        }
        var edits: [ConfigurationEdit] = []
        while case .word(let text)? = reader.peek() {
            _ = reader.next()
            edits.append(try edit(text))
        }
        guard change != .leave || edits.isEmpty else {
            throw ScriptComplaint("leave takes no changes")
        }
        try reader.require(.to)
        let result: ScriptTable.MembersOrError =
            reader.take("error") ? .error : .members(try members(&reader))
        return .change(from, change, edits, result)
    }

    private static func edit(_ text: String) throws(ScriptComplaint) -> ConfigurationEdit {
        let digits = text.dropFirst()
        guard let number = UInt64(digits), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let node = NodeID(String(number))
        else { throw ScriptComplaint("unknown change \"\(text)\"") }
        switch text.first {
        case "v": return ConfigurationEdit(.voter, node)
        case "l": return ConfigurationEdit(.learner, node)
        case "r": return ConfigurationEdit(.remove, node)
        default: throw ScriptComplaint("unknown change \"\(text)\"")
        }
    }

    private static func members(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> TableMembers {
        let names = ["voters", "outgoing", "learners", "next"]
        let sets = try tableSets(&reader, allowing: names)
        guard !sets.isEmpty else { throw reader.missing("voters=") }
        return TableMembers(
            voters: Set(try ids(sets["voters"] ?? [], "voters")),
            outgoing: Set(try ids(sets["outgoing"] ?? [], "outgoing")),
            learners: Set(try ids(sets["learners"] ?? [], "learners")),
            next: Set(try ids(sets["next"] ?? [], "next"))
        )
    }

    private static func configuration(
        _ members: TableMembers
    ) throws(ScriptComplaint) -> Configuration {
        func nodes(_ ids: Set<UInt64>) -> [NodeID] { ids.compactMap { NodeID(String($0)) } }
        let configuration = Configuration(
            voters: nodes(members.voters),
            outgoing: nodes(members.outgoing),
            learners: nodes(members.learners),
            learnersNext: nodes(members.next)
        )
        guard let configuration else {
            throw ScriptComplaint("a configuration that contradicts itself")
        }
        return configuration
    }

    // MARK: - Sets by name

    private static func tableSets(
        _ reader: inout TokenReader,
        allowing names: [String]
    ) throws(ScriptComplaint) -> [String: [ScriptToken]] {
        var sets: [String: [ScriptToken]] = [:]
        while case .word(let name)? = reader.peek(), reader.peek(1) == .sign(.equals) {
            guard names.contains(name) else { throw ScriptComplaint("unknown set \"\(name)\"") }
            _ = reader.next()
            _ = reader.next()
            let items = try reader.set { (item) throws(ScriptComplaint) in
                guard let token = item.next() else { throw item.missing("a value") }
                return token
            }
            guard sets.updateValue(items, forKey: name) == nil else {
                throw ScriptComplaint("\(name)= comes twice")
            }
        }
        return sets
    }

    private static func ids(
        _ tokens: [ScriptToken]?,
        _ name: String
    ) throws(ScriptComplaint) -> [UInt64] {
        guard let tokens else { throw ScriptComplaint("\(name)= is missing") }
        let ids = try each(tokens, number).compactMap { $0 }
        guard ids.count == tokens.count else { throw ScriptComplaint("an id is a number") }
        guard Set(ids).count == ids.count else { throw ScriptComplaint("\(name)= repeats an id") }
        return ids
    }

    private static func each<Value>(
        _ tokens: [ScriptToken],
        _ body: (ScriptToken) throws(ScriptComplaint) -> Value
    ) throws(ScriptComplaint) -> [Value] {
        var values: [Value] = []
        for token in tokens { values.append(try body(token)) }
        return values
    }

    private static func number(_ token: ScriptToken) throws(ScriptComplaint) -> UInt64? {
        switch token {
        case .number(let value): return value
        case .sign(.blank): return nil
        default: throw ScriptComplaint("expected a number instead of \(token)")
        }
    }

    private static func vote(_ token: ScriptToken) throws(ScriptComplaint) -> Bool? {
        switch token {
        case .word("y"): return true
        case .word("n"): return false
        case .sign(.blank): return nil
        default: throw ScriptComplaint("expected y, n or _ instead of \(token)")
        }
    }
}
