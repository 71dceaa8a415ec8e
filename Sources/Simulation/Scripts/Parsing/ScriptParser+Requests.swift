import Raft

extension ScriptParser {
    /// A request, or a message that nobody sent; nil if the word is neither.
    static func request(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptStep? {
        switch word {
        case "propose":
            let node = try reader.node()
            let text = try reader.string("a text between quotation marks")
            return .request(node, .propose(text, label: try label(&reader)))
        case "read":
            let node = try reader.node()
            return .request(node, .read(label: try label(&reader)))
        case "transfer":
            let node = try reader.node()
            return .request(node, .transfer(to: reader.take("to") ? try reader.node() : nil))
        case "change":
            let node = try reader.node()
            return .request(node, .change(try change(&reader)))
        case "inject":
            return try inject(&reader)
        default:
            return nil
        }
    }

    private static func label(_ reader: inout TokenReader) throws(ScriptComplaint) -> String? {
        reader.take("as") ? try reader.name("a label").name : nil
    }

    private static func change(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptChange {
        let word = try reader.word("a change")
        switch word {
        case "add": return .add(try reader.node())
        case "remove": return .remove(try reader.node())
        case "promote": return .promote(try reader.node())
        case "demote": return .demote(try reader.node())
        case "replace":
            let old = try reader.node()
            return .replace(old, with: try reader.node())
        case "to":
            try reader.require("voters")
            let voters = try reader.someNodes(before: ["learners"])
            let learners = reader.take("learners") ? try reader.someNodes() : []
            return .exactly(voters: voters, learners: learners)
        default:
            throw ScriptComplaint("unknown change \"\(word)\"")
        }
    }

    private static func inject(_ reader: inout TokenReader) throws(ScriptComplaint) -> ScriptStep {
        let link = try reader.link()
        guard !link.isBothWays, let from = node(link.from), let to = node(link.to) else {
            throw ScriptComplaint("a made-up message goes from one node to one other")
        }
        let kind = try messageKind(&reader)
        var values: [ScriptField: ScriptValue] = [:]
        while !reader.isAtEnd {
            let match = try fieldMatch(of: kind, &reader)
            guard match.bound == .exactly else {
                throw ScriptComplaint("a made-up message has values, not bounds")
            }
            guard values.updateValue(match.value, forKey: match.field) == nil else {
                throw ScriptComplaint("\(match.field.rawValue) is given twice")
            }
        }
        return .inject(from: from, to: to, ScriptMadeUp(kind: kind, values: values))
    }

    private static func node(_ endpoint: ScriptEndpoint) -> ScriptNodes? {
        switch endpoint {
        case .any: nil
        case .leader: .leader
        case .named(let name): .named(name)
        }
    }
}
