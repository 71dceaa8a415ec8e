import Raft

/// Finds what is wrong with a scenario before it runs: names that nobody has, a set-up that comes too
/// late or contradicts itself.
struct ScenarioCheck {
    private let scenario: Script.Scenario
    private let file: String
    private let limits: ScriptLimits
    private var found: [ScriptError] = []
    private var foundation = ScriptFoundation()
    /// The last line that says something of a node's disk, or of the settings (under nil).
    private var saidAt: [NodeID?: Int] = [:]
    private var hasNodes = false
    private var hasStepped = false
    private var proposals: Set<String> = []
    private var reads: Set<String> = []

    init(_ scenario: Script.Scenario, file: String, limits: ScriptLimits) {
        self.scenario = scenario
        self.file = file
        self.limits = limits
    }

    /// Everything that is wrong, by line.
    mutating func errors() -> [ScriptError] {
        // A disk may be described before its node is named.
        for line in scenario.lines {
            if case .setup(let setup) = line.command { declare(setup, line) }
        }
        for line in scenario.lines { check(line) }
        checkDisks()
        return found.sorted { $0.line < $1.line }
    }

    private mutating func complain(_ message: String, _ line: Int) {
        found.append(ScriptError(file: file, line: line, message: message))
    }

    private mutating func declare(_ setup: ScriptSetup, _ line: Script.Line) {
        let names: [NodeID]
        switch setup {
        case .nodes(let voters, let learners):
            if hasNodes { complain("the nodes are named already", line.number) }
            hasNodes = true
            names = voters + learners
        case .spare(let spares):
            names = spares
        default:
            return
        }
        let known = foundation.names
        for (place, name) in names.enumerated()
        where known.contains(name) || names[..<place].contains(name) {
            complain("there are two nodes \"\(name)\"", line.number)
        }
        foundation.take(setup)
        if foundation.names.count > limits.nodesMax {
            complain("a scenario has at most \(limits.nodesMax) nodes", line.number)
        }
    }

    private mutating func check(_ line: Script.Line) {
        switch line.command {
        case .setup(let setup): check(setup, line.number)
        case .step(let step):
            hasStepped = true
            check(step.mentions, line.number)
        case .expect(let expectation, _): check(expectation.mentions, line.number)
        case .show(.nodes(let nodes)): check(ScriptMentions(nodes: nodes), line.number)
        case .show(.network): check(ScriptMentions(), line.number)
        case .table: break
        }
    }

    private mutating func check(_ setup: ScriptSetup, _ line: Int) {
        if hasStepped { complain("the set-up comes before the first step", line) }
        let mentions = setup.mentions
        if mentions.nodes.contains(.leader) { complain("nobody leads before the first step", line) }
        checkNames(mentions, line)
        switch setup {
        case .nodes, .spare: return
        case .set: saidAt[nil] = line
        case .log, .term, .vote, .applied:
            for name in mentions.nodes.contains(.all) ? foundation.names : mentions.names {
                saidAt[name] = line
            }
        }
        foundation.take(setup)
    }

    private mutating func check(_ mentions: ScriptMentions, _ line: Int) {
        guard hasNodes else {
            complain("no nodes are named in this scenario", line)
            return
        }
        checkNames(mentions, line)
        if let label = mentions.proposal, !proposals.contains(label) {
            complain("unknown proposal \"\(label)\"", line)
        }
        if let label = mentions.read, !reads.contains(label) {
            complain("unknown read \"\(label)\"", line)
        }
        if let label = mentions.newProposal { proposals.insert(label) }
        if let label = mentions.newRead { reads.insert(label) }
    }

    private mutating func checkNames(_ mentions: ScriptMentions, _ line: Int) {
        let known = foundation.names
        for name in mentions.names where !known.contains(name) {
            complain("unknown node \"\(name)\"", line)
        }
    }

    private mutating func checkDisks() {
        if let fault = foundation.fault, let line = saidAt[nil] { complain(fault, line) }
        for name in foundation.names {
            guard let fault = foundation.fault(of: name), let line = saidAt[name] else { continue }
            complain(fault, line)
        }
    }
}
