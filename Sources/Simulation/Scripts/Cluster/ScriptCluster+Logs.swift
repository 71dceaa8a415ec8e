import Raft

extension ScriptCluster {
    /// Looks at logs and how far they are settled; of a node that is down, at what is durable.
    func lookAtLogs(
        _ expectation: ScriptExpectation
    ) throws(ScriptFault) -> ScriptVerdict {
        switch expectation {
        case .commit(let nodes, let number):
            return try each(nodes) {
                let commit = $0.status.commitIndex.rawValue
                return ScriptVerdict(number.isMet(by: commit), "\(commit)")
            }
        case .applied(let nodes, let number):
            return try each(nodes) {
                let applied = $0.status.appliedIndex.rawValue
                return ScriptVerdict(number.isMet(by: applied), "\(applied)")
            }
        case .log(let nodes, let after, let terms):
            return try each(nodes) {
                let holds = $0.status.snapshot == after && $0.logTerms == terms
                return ScriptVerdict(holds, $0.logWords)
            }
        case .last(let nodes, let position):
            return try each(nodes) {
                ScriptVerdict($0.status.last == position, "\($0.status.last)")
            }
        case .entry(let nodes, let index, let text):
            return try each(nodes) { $0.look(at: index, text) }
        case .sameLog(let nodes):
            return lookForSameLog(try places(nodes))
        case .config(let nodes, let members):
            let wanted = try configuration(members)
            return try each(nodes) {
                let found = MemberLists($0.status.configuration.configuration)
                return ScriptVerdict(found == wanted, found.description)
            }
        default:
            throw ScriptFault("no expectation of a log")
        }
    }

    /// Logs are the same if they end alike and agree wherever both have entries.
    private func lookForSameLog(_ places: [Int]) -> ScriptVerdict {
        let found = places.map { "\(names[$0]) \(nodes[$0].logWords)" }.joined(separator: ", ")
        guard let first = places.first.map({ nodes[$0] }) else { return ScriptVerdict(true, found) }
        for other in places.dropFirst().map({ nodes[$0] }) {
            guard first.status.last == other.status.last else { return ScriptVerdict(false, found) }
            let low = max(first.status.snapshot.index, other.status.snapshot.index).next
            for index in low..<max(low, first.status.last.index.next)
            where first.entry(at: index) != other.entry(at: index) {
                return ScriptVerdict(false, "\(found); they differ at \(index)")
            }
        }
        return ScriptVerdict(true, found)
    }

    private func configuration(
        _ members: ScriptExpectation.Members
    ) throws(ScriptFault) -> MemberLists {
        MemberLists(
            voters: try names(of: members.voters).sorted(),
            outgoing: try names(of: members.outgoing).sorted(),
            learners: try names(of: members.learners).sorted(),
            next: try names(of: members.next).sorted()
        )
    }
}

/// The parts of a configuration that scripts compare.
struct MemberLists: Hashable {
    var voters: [NodeID]
    var outgoing: [NodeID]
    var learners: [NodeID]
    var next: [NodeID]
}

extension MemberLists: CustomStringConvertible {
    init(_ configuration: Configuration) {
        voters = configuration.voters
        outgoing = configuration.outgoing
        learners = configuration.learners
        next = configuration.learnersNext
    }

    /// Each part that is not empty, as a script writes it.
    var description: String {
        let parts = [("outgoing", outgoing), ("learners", learners), ("next", next)]
        let others = parts.filter { !$0.1.isEmpty }
        return ([("voters", voters)] + others)
            .map { part, ids in ([part] + ids.map(\.name)).joined(separator: " ") }
            .joined(separator: " ")
    }
}

extension ScriptNode {
    /// The log as a script writes it.
    var logWords: String {
        let snapshot = status.snapshot
        let start = snapshot == .zero ? ["log"] : ["log after \(snapshot)"]
        return (start + logTerms.map(\.description)).joined(separator: " ")
    }

    /// A text is a command's; nil is a no-op.
    func look(at index: LogIndex, _ text: String?) -> ScriptVerdict {
        guard index > status.snapshot.index, index <= status.last.index,
            let entry = entry(at: index)
        else { return ScriptVerdict(false, "has no entry \(index)") }
        switch entry.kind {
        case .noop: return ScriptVerdict(text == nil, "none")
        case .command:
            let found = String(decoding: entry.payload, as: UTF8.self)
            let holds = text.map { Array($0.utf8) == entry.payload } ?? false
            return ScriptVerdict(holds, ScriptToken.quoted(found))
        default:
            return ScriptVerdict(false, "a configuration")
        }
    }
}
