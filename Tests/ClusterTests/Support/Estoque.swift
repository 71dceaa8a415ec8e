import Foundation
import TestSupport

/// The program under test, which the build puts beside the tests.
enum Estoque {
    struct NotBuilt: Error {
        var path: String
    }

    /// Where it is; `CLUSTER_TESTS_BINARY` names another one.
    static func path() throws -> String {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let path =
            ProcessInfo.processInfo.environment["CLUSTER_TESTS_BINARY"]
            ?? tests.deletingLastPathComponent().appending(path: "estoque").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw NotBuilt(path: path)
        }
        return path
    }

    /// Runs it to its end and gives the exit code and everything printed.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        in directory: TemporaryDirectory
    ) async throws -> (ending: ChildProcess.Ending, output: String) {
        let process = try ChildProcess(
            path(),
            arguments,
            environment: Environment.plain.merging(environment) { $1 },
            output: directory.path("output-\(UUID().uuidString)")
        )
        let ending = try await process.end()
        return (ending, process.output)
    }
}
