import Raft
import Simulation

/// What came of a script.
struct EndedRun {
    var printed: [String]
    var shown: [String]
    var tally: ScriptTally
}

func runScript(
    _ script: Script,
    isTraced: Bool = false,
    knownBug: KnownBug? = nil
) -> EndedRun {
    let lines = Lines()
    var runner = ScriptRunner(isTraced: isTraced, knownBug: knownBug) { lines.all.append($0) }
    runner.run(script)
    return EndedRun(printed: lines.all, shown: runner.shown, tally: runner.tally)
}

/// Runs a text; nil if it is no script.
func runText(_ text: String, isTraced: Bool = false) -> EndedRun? {
    guard case .success(let script) = Script.read(file: "x", Array(text.utf8)) else { return nil }
    return runScript(script, isTraced: isTraced)
}

/// What is wrong with a text, as it would be printed.
func complaints(_ text: String) -> [String] {
    guard case .failure(let errors) = Script.read(file: "x", Array(text.utf8)) else { return [] }
    return errors.list.map(\.description)
}

private final class Lines {
    var all: [String] = []
}
