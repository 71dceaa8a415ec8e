/// Whether an expectation holds, and what was found.
struct ScriptVerdict {
    let holds: Bool
    let found: String

    init(_ holds: Bool, _ found: String) {
        self.holds = holds
        self.found = found
    }

    /// All of them hold; what was found is said of each.
    static func all<Item>(
        _ items: [Item],
        _ body: (Item) throws(ScriptFault) -> ScriptVerdict
    ) throws(ScriptFault) -> ScriptVerdict {
        var holds = true
        var found: [String] = []
        for item in items {
            let verdict = try body(item)
            holds = holds && verdict.holds
            found.append(verdict.found)
        }
        return ScriptVerdict(holds, found.joined(separator: ", "))
    }
}
