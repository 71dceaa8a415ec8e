import Foundation
import LedgerAPI
import TestSupport
import Testing

/// What an admin's command printed for programs, and how it ended.
struct AdminAnswer: Sendable {
    private struct Printed: Decodable {
        var outcome: String
        var reason: String?
        var message: String
        /// Left out by a removed node, who knows them no more.
        var voters: [String]?
        var learners: [String]?
        var leader: String?
    }

    private let printed: Printed
    let ending: ChildProcess.Ending

    init(_ output: String, _ ending: ChildProcess.Ending) throws {
        // What goes wrong is said below it once more.
        let line = try #require(output.split(separator: "\n").first, "nothing was printed")
        printed = try JSONDecoder().decode(Printed.self, from: Data(line.utf8))
        self.ending = ending
    }

    var outcome: String { printed.outcome }
    var reason: String? { printed.reason }
    var message: String { printed.message }
    var voters: [String] { printed.voters ?? [] }
    var learners: [String] { printed.learners ?? [] }
    var leader: String? { printed.leader }
}

extension Cluster {
    /// Runs `estoque cluster …` as an admin does at a terminal, asking some nodes.
    func administer(
        _ words: [String],
        asking nodes: [Node]? = nil
    ) async throws -> AdminAnswer {
        let addresses = (nodes ?? everyone).map { "\($0.rpc)" }.joined(separator: ",")
        let process = try ChildProcess(
            Estoque.path(),
            ["cluster"] + words
                + ["--node", addresses, "--timeout", "60s", "--output", "json"],
            output: directory.path("admin-\(UUID().uuidString)")
        )
        let ending = try await process.end(within: .seconds(90))
        return try AdminAnswer(process.output, ending)
    }

    /// The same, where it must succeed; prints how long it took, and how long writes stood still.
    @discardableResult
    func administer(
        _ words: String...,
        asking nodes: [Node]? = nil,
        under journal: Journal,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> AdminAnswer {
        let start = ContinuousClock.now
        let answer = try await administer(words, asking: nodes)
        let end = ContinuousClock.now
        // An answer to what was asked since, so that a pause that goes on is seen.
        try await journal.noteFirstAnswer(after: end, words.joined(separator: " "))
        print(
            "\(words.joined(separator: " ")): \(answer.outcome) in \(end - start), longest pause of "
                + "writes \(journal.longestPause(from: start, to: .now))"
        )
        #expect(answer.outcome == "done", "\(answer)", sourceLocation: sourceLocation)
        #expect(answer.ending == .exited(0), sourceLocation: sourceLocation)
        return answer
    }

    /// `n4=HOST:PORT`, as an admin names a node that comes.
    func member(_ node: Node) -> String { "\(node.name)=127.0.0.1:\(node.peerPort)" }

    /// The cluster's id, which a node that joins must know.
    func id() async throws -> String { try await status(leader()).clusterID }

    /// Starts a node that waits to be added, and returns when it answers.
    func startJoining(_ node: Node) async throws {
        try start(node, joining: try await id())
        try await eventually("\(node.name) waits to be added", within: .seconds(30)) {
            (try? await status(node))?.ready == true
        }
    }
}
