import Raft

extension ScriptParser {
    /// A command that moves the world; nil if the word is none.
    static func step(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptStep? {
        if let step = try time(word, &reader) { return step }
        if let step = try network(word, &reader) { return step }
        if let step = try disk(word, &reader) { return step }
        return try request(word, &reader)
    }

    private static func time(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptStep? {
        switch word {
        case "tick":
            let nodes = try reader.someNodes()
            let max = reader.limits.ticksMax
            return .tick(nodes, try reader.count("a number of ticks", max: max, default: 1))
        case "heartbeat": return .heartbeat(try reader.someNodes())
        case "timeout": return .timeout(try reader.someNodes())
        case "campaign": return .campaign(try reader.someNodes())
        case "lapse": return .lapse(try reader.someNodes())
        default: return nil
        }
    }

    private static func network(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptStep? {
        switch word {
        case "deliver":
            return .deliver(try reader.links(), limit: try reader.count("a number of messages"))
        case "drop":
            return .drop(try reader.links(), limit: try reader.count("a number of messages"))
        case "stabilize": return .stabilize
        case "converge":
            let max = reader.limits.turnsMax
            return .converge(
                turnsMax: try reader.count("a number of turns", max: max, default: 200)
            )
        case "duplicate": return .duplicate(try reader.someLinks())
        case "delay": return .delay(try reader.someLinks())
        case "shuffle":
            return .shuffle(try reader.links(), seed: try reader.anyNumber("a seed"))
        case "cut": return .cut(try reader.someLinks())
        case "isolate": return .isolate(try reader.someNodes())
        case "partition":
            return try partition(&reader)
        case "heal": return try heal(&reader)
        default: return nil
        }
    }

    private static func partition(
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptStep {
        var groups = [try reader.someNodes()]
        while reader.take(.bar) { groups.append(try reader.someNodes()) }
        let named = groups.flatMap { Set($0) }
        guard Set(named).count == named.count else {
            throw ScriptComplaint("a node is in two groups")
        }
        return .partition(groups)
    }

    private static func heal(_ reader: inout TokenReader) throws(ScriptComplaint) -> ScriptStep {
        var links: [ScriptLinks] = []
        var nodes: [ScriptNodes] = []
        while !reader.isAtEnd {
            if reader.isAtLink {
                links.append(try reader.link())
            } else {
                nodes.append(reader.take("all") ? .all : try reader.node())
            }
        }
        return .heal(links, nodes)
    }

    private static func disk(
        _ word: String,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptStep? {
        switch word {
        case "manual", "auto":
            return try mode(isManual: word == "manual", &reader)
        case "persist":
            let nodes = try reader.someNodes()
            return .persist(nodes, limit: try reader.count("a number of writes"))
        case "persist-fail": return .persistFail(try reader.someNodes())
        case "apply":
            let nodes = try reader.someNodes()
            let through = reader.isAtEnd ? nil : LogIndex(try reader.number("an index"))
            return .apply(nodes, through)
        case "crash": return .crash(try reader.someNodes())
        case "restart":
            let nodes = try reader.someNodes(before: ["applied"])
            guard reader.take("applied") else { return .restart(nodes, applied: nil) }
            return .restart(nodes, applied: LogIndex(try reader.number("an index")))
        case "compact":
            let nodes = try reader.someNodes()
            return .compact(nodes, through: LogIndex(try reader.number("an index")))
        default:
            return nil
        }
    }

    private static func mode(
        isManual: Bool,
        _ reader: inout TokenReader
    ) throws(ScriptComplaint) -> ScriptStep {
        if reader.take("deliver") { return .deliverMode(isManual: isManual) }
        let mode: ScriptMode
        if reader.take("persist") {
            mode = .persist
        } else if reader.take("apply") {
            mode = .apply
        } else {
            throw reader.missing("\"persist\", \"apply\" or \"deliver\"")
        }
        let nodes = reader.isAtEnd ? [.all] : try reader.someNodes()
        return .mode(mode, isManual: isManual, nodes)
    }
}
