import ArgumentParser

/// What is said of scenario scripts on the command line.
struct ScriptOptions: ParsableArguments {
    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("Scenario scripts to run, in this order.", valueName: "file")
    )
    var script: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Compare what 'show' prints with this file.", valueName: "file")
    )
    var golden: String?

    @Flag(name: .long, help: "Write the golden file anew, if everything passes.")
    var update = false

    @Flag(name: .long, help: "Print every input and effect of the cores.")
    var trace = false

    /// Whether scripts are to run at all.
    var isAsked: Bool { !script.isEmpty }

    /// Whether the options fit each other.
    func validateTogether() throws {
        if update, golden == nil { throw ValidationError("--update writes the file of --golden.") }
    }
}
