import Raft

/// What the set-up says: the nodes, and what each finds on its disk at the start.
struct ScriptFoundation {
    private struct Disk {
        var snapshot = LogPosition.zero
        var terms: [Term] = []
        var term: Term?
        var vote: NodeID?
        var applied: LogIndex?
    }

    /// A mistake that every core makes, in debug builds.
    private let knownBug: KnownBug?
    private(set) var voters: [NodeID] = []
    private(set) var learners: [NodeID] = []
    private(set) var spares: [NodeID] = []
    private var disks: [NodeID: Disk] = [:]
    private var settings: [ScriptSetup.Setting: Int] = [:]

    init(knownBug: KnownBug? = nil) { self.knownBug = knownBug }

    /// Every node, in the order in which all commands go through them.
    var names: [NodeID] { voters + learners + spares }

    var electionTicks: Int { settings[.election] ?? 10 }
    var heartbeatTicks: Int { settings[.heartbeat] ?? 1 }

    mutating func take(_ setup: ScriptSetup) {
        switch setup {
        case .nodes(let voters, let learners):
            self.voters = voters
            self.learners = learners
        case .spare(let spares):
            self.spares += spares
        case .log(let nodes, let after, let terms):
            change(nodes) {
                $0.snapshot = after
                $0.terms = terms
            }
        case .term(let nodes, let term): change(nodes) { $0.term = term }
        case .vote(let nodes, let vote): change(nodes) { $0.vote = vote }
        case .applied(let nodes, let index): change(nodes) { $0.applied = index }
        case .set(let setting, let value): settings[setting] = value
        }
    }

    private mutating func change(_ nodes: [ScriptNodes], _ body: (inout Disk) -> Void) {
        for name in nodes.flatMap(resolve) { body(&disks[name, default: Disk()]) }
    }

    /// Here `all` are those of the first configuration: a spare begins with nothing.
    private func resolve(_ nodes: ScriptNodes) -> [NodeID] {
        switch nodes {
        case .all: voters + learners
        case .leader: []
        case .named(let name): [name]
        }
    }

    // MARK: - What cannot be

    /// What contradicts itself in a node's disk, if anything does.
    func fault(of name: NodeID) -> String? {
        let disk = disks[name] ?? Disk()
        guard (disk.snapshot.index == 0) == (disk.snapshot.term == 0) else {
            return "there is no position \(disk.snapshot)"
        }
        var last = disk.snapshot.term
        for term in disk.terms {
            guard term > 0 else { return "no entry has term 0" }
            guard term >= last else { return "the terms in the log of \(name) fall" }
            last = term
        }
        if let term = disk.term, term < last {
            return "the term of \(name) is below that of its last entry"
        }
        let end = disk.snapshot.index.advanced(by: disk.terms.count)
        if let applied = disk.applied, applied < disk.snapshot.index || applied > end {
            return "what \(name) has applied is not in its log"
        }
        return nil
    }

    /// What contradicts itself in the settings, if anything does.
    var fault: String? {
        electionTicks > heartbeatTicks
            ? nil : "the election timeout must be longer than the heartbeat interval"
    }

    // MARK: - Nodes

    /// The configuration that the cluster begins with: given, not logged.
    var configuration: Configuration {
        Configuration(voters: voters, learners: learners) ?? .empty
    }

    func makeNode(_ name: NodeID) throws(RestoreError) -> ScriptNode {
        let disk = disks[name] ?? Disk()
        let entries = disk.terms.enumerated().map { place, term in
            let index = disk.snapshot.index.next.advanced(by: place)
            return Self.entry(LogPosition(index: index, term: term))
        }
        let term = disk.term ?? disk.terms.last ?? disk.snapshot.term
        let state = RestoredState(
            configuration: spares.contains(name) ? .empty : configuration,
            hardState: HardState(term: term, vote: disk.vote),
            snapshot: disk.snapshot,
            entries: entries,
            appliedIndex: disk.applied
        )
        return try ScriptNode(raftConfiguration(of: name), restoring: state)
    }

    private func raftConfiguration(of name: NodeID) -> RaftConfiguration {
        var limits = Limits()
        limits.appendEntriesMax = settings[.maxEntries] ?? limits.appendEntriesMax
        limits.inFlightAppendsMax = settings[.inFlight] ?? limits.inFlightAppendsMax
        limits.uncommittedBytesMax = settings[.uncommitted] ?? limits.uncommittedBytesMax
        limits.votersMax = 64
        var configuration = RaftConfiguration(
            id: name,
            electionTicks: electionTicks,
            heartbeatTicks: heartbeatTicks,
            electionDeadlineTicks: 2 * electionTicks...2 * electionTicks,
            limits: limits
        )
        #if KNOWN_BUGS
        configuration.knownBug = knownBug
        #endif
        return configuration
    }

    /// An entry that nobody made: what it carries depends on its position only.
    static func entry(_ position: LogPosition) -> Entry {
        Entry(
            term: position.term,
            index: position.index,
            kind: .command,
            payload: Array(position.description.utf8)
        )
    }
}
