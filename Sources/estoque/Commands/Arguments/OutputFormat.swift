import ArgumentParser

/// For people, or for programs.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case table
    case json
}
