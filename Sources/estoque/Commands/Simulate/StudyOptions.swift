import ArgumentParser

/// What is said of the study of disconnections on the command line.
struct StudyOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Play the demand of this Online Retail file on a store that is cut off.",
            valueName: "file"
        ),
        completion: .file(extensions: ["csv", "xz", "gz"])
    )
    var disconnections: String?

    @Option(name: .long, help: "With --disconnections: table for people, json for programs.")
    var output: OutputFormat = .table

    /// Whether the study is to run at all.
    var isAsked: Bool { disconnections != nil }
}
