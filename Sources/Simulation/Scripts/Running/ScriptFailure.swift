/// How a scenario ended early: which command failed, what was found instead, and how everything stood.
struct ScriptFailure {
    let line: Script.Line
    let found: String
    /// What `show all` and `show network` print.
    let view: [String]

    func lines(file: String) -> [String] {
        ["\(file):\(line.number): \(line.text)", "  found: \(found)"] + view
    }
}
