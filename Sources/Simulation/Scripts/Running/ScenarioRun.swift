import Raft

/// One scenario on its way, from its set-up to its first failure or its end.
struct ScenarioRun {
    private let scenario: Script.Scenario
    private let isTraced: Bool
    private let emit: (ScriptOutput) -> Void
    private var foundation: ScriptFoundation
    private var madeCluster: ScriptCluster?
    private var hasStepped = false
    /// Whether everything is delivered after each step.
    var isDeliveryManual = true
    private(set) var expectations = 0

    init(
        _ scenario: Script.Scenario,
        isTraced: Bool,
        knownBug: KnownBug?,
        emit: @escaping (ScriptOutput) -> Void
    ) {
        self.scenario = scenario
        self.isTraced = isTraced
        foundation = ScriptFoundation(knownBug: knownBug)
        self.emit = emit
    }

    /// Runs to the end, or to the first failure.
    mutating func run(file: String) -> ScriptFailure? {
        for line in scenario.lines {
            if isTraced { emit(.told("\(file):\(line.number): \(line.text)")) }
            do throws(ScriptFault) {
                try take(line.command)
            } catch {
                let view = madeCluster.map(ScriptView.everything) ?? []
                return ScriptFailure(line: line, found: error.message, view: view)
            }
        }
        return nil
    }

    private mutating func take(_ command: Script.Command) throws(ScriptFault) {
        switch command {
        case .setup(let setup):
            foundation.take(setup)
            // A world that was only looked at is made anew.
            if !hasStepped { madeCluster = nil }
        case .step(let step):
            hasStepped = true
            try change { (run, cluster) throws(ScriptFault) in try run.take(step, in: &cluster) }
        case .expect(let expectation, let isNegated):
            expectations += 1
            try change { (run, cluster) throws(ScriptFault) in
                let verdict = try run.look(at: expectation, in: cluster)
                guard verdict.holds != isNegated else { throw ScriptFault(verdict.found) }
            }
        case .show(let show):
            try change { (run, cluster) throws(ScriptFault) in
                for line in try run.view(show, of: cluster) { run.emit(.shown(line)) }
            }
        case .table(let table):
            expectations += 1
            if let found = table.difference { throw ScriptFault(found) }
        }
    }

    /// Works on the world, which is made when it is first needed.
    private mutating func change(
        _ body: (inout ScenarioRun, inout ScriptCluster) throws(ScriptFault) -> Void
    ) throws(ScriptFault) {
        var cluster = try takeCluster()
        defer { madeCluster = cluster }
        do throws(ScriptFault) {
            try body(&self, &cluster)
        } catch {
            tellTrace(&cluster)
            throw error
        }
        tellTrace(&cluster)
    }

    private mutating func takeCluster() throws(ScriptFault) -> ScriptCluster {
        if let cluster = madeCluster {
            madeCluster = nil
            return cluster
        }
        do throws(RestoreError) {
            return try ScriptCluster(foundation, isTraced: isTraced)
        } catch {
            throw ScriptFault("the nodes cannot start: \(error)")
        }
    }

    private func tellTrace(_ cluster: inout ScriptCluster) {
        guard let lines = cluster.trace, !lines.isEmpty else { return }
        for line in lines { emit(.told("  " + line)) }
        cluster.trace = []
    }

    private func view(
        _ show: ScriptShow,
        of cluster: ScriptCluster
    ) throws(ScriptFault) -> [String] {
        switch show {
        case .network: ScriptView.network(cluster)
        case .nodes(let nodes): ScriptView.nodes(cluster, try cluster.places(nodes))
        }
    }
}
