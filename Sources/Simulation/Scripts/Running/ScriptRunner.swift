package import Raft

/// Runs checked scripts, one scenario after the other, each to its first failure.
package struct ScriptRunner {
    private let isTraced: Bool
    private let knownBug: KnownBug?
    private let print: (String) -> Void
    /// Every line that `show` printed.
    package private(set) var shown: [String] = []
    /// What was run, and how it went.
    package private(set) var tally = ScriptTally()

    /// A runner that hands over line by line what it prints.
    ///
    /// With a known bug, which scripts should then find, the cores make that mistake.
    package init(
        isTraced: Bool = false,
        knownBug: KnownBug? = nil,
        print: @escaping (String) -> Void
    ) {
        self.isTraced = isTraced
        self.knownBug = knownBug
        self.print = print
    }

    /// Runs the scenarios of a file.
    package mutating func run(_ script: Script) {
        let print = print
        for scenario in script.scenarios {
            let collector = ShownLines()
            var run = ScenarioRun(scenario, isTraced: isTraced, knownBug: knownBug) { output in
                switch output {
                case .shown(let line):
                    collector.lines.append(line)
                    print(line)
                case .told(let line):
                    print(line)
                }
            }
            let failure = run.run(file: script.file)
            for line in failure?.lines(file: script.file) ?? [] { print(line) }
            shown += collector.lines
            tally.scenarios += 1
            tally.expectations += run.expectations
            if failure != nil { tally.failures += 1 }
        }
    }

    /// Compares what was shown with what once was; a difference is a failure.
    package mutating func compare(with golden: ScriptGolden) {
        guard let difference = golden.difference(from: shown) else { return }
        print(difference)
        tally.failures += 1
    }
}

/// Gathers what a scenario shows.
private final class ShownLines {
    var lines: [String] = []
}

/// What was run, and how it went.
package struct ScriptTally: Hashable, Sendable, CustomStringConvertible {
    /// Worlds.
    package var scenarios = 0
    /// Expectations and lines of tables that were looked at.
    package var expectations = 0
    /// Scenarios that failed, and golden files that differ.
    package var failures = 0

    /// The last line of a run.
    package var description: String {
        "\(scenarios) scenarios, \(expectations) expectations, \(failures) failures"
    }
}
