import Foundation
import LedgerAPI
import TestSupport
import Testing

extension ClusterTests {
    /// Data directories that a node must not start with, and says so.
    @Suite struct DirectoryTests {
        @Test
        func `what is damaged or not its own is refused in words, and the others go on`()
            async throws
        {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { try await $0.waitForAnswers(150) }
                let node = cluster.nodes[2]
                let process = try cluster.process(node)
                process.send(SIGTERM)
                #expect(try await process.end() == .exited(0))
                let stopped = StoppedNode(cluster: cluster, node: node)

                try await stopped.expectRefusal { data in
                    let (file, offset) = try Segment.middle(of: data + "/log")
                    try Segment.flip(file, at: offset)
                    return ["damaged log", file, "at byte", "remove this node's data directory"]
                }
                try await stopped.expectRefusal(flags: ["--cluster": "another"]) { data in
                    [data, "belongs to another cluster", "nothing was changed"]
                }
                try await stopped.expectRefusal(flags: ["--id": "n1"]) { _ in
                    ["belongs to node n3, not to n1"]
                }
                let used = cluster.nodes[0]
                try await stopped.expectRefusal(flags: ["--id": used.name, "--data": used.data]) {
                    _ in ["another process uses the data directory", used.data]
                }
                try await stopped.expectRefusal { data in
                    try FileManager.default.removeItem(atPath: data + "/log")
                    return ["log and database don't fit together"]
                }
                try await stopped.expectRefusal { data in
                    for suffix in ["-wal", "-shm"] {
                        try? FileManager.default.removeItem(
                            atPath: data + "/ledger.sqlite" + suffix
                        )
                    }
                    let garbage = Data(repeating: 0x5A, count: 8_192)
                    try garbage.write(to: URL(fileURLWithPath: data + "/ledger.sqlite"))
                    return ["the database can't be opened"]
                }
                try await stopped.expectRefusal { data in
                    try Data("no such line".utf8).write(to: URL(fileURLWithPath: data + "/peers"))
                    return [data + "/peers is damaged"]
                }

                try await Audit.check(history, on: cluster, without: node)
                // What was refused was a copy each time; the node itself is as good as ever.
                try cluster.start(node)
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `a write that was cut off is forgotten, and the node goes on`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { try await $0.waitForAnswers(100) }
                let node = cluster.nodes[2]
                cluster.kill(node)
                // Half a frame after the last one: its beginning again.
                try Segment.appendTornFrame(to: node.data + "/log")
                try cluster.start(node)
                try await Audit.check(history, on: cluster)
            }
        }

        @Test func `a node that lost its disk is not taken for the one it was`() async throws {
            try await Cluster.run { cluster in
                let history = try await Load.run(on: cluster) { try await $0.waitForAnswers(100) }
                let wiped = cluster.nodes[2]
                cluster.kill(wiped)
                try FileManager.default.removeItem(atPath: wiped.data)
                try cluster.start(wiped)
                for other in cluster.nodes.dropLast() {
                    let process = try cluster.process(other)
                    try await eventually("\(other.name) turns it away", within: .seconds(30)) {
                        process.output.contains("a wiped node must join under a new name")
                    }
                }
                // It may vote for nobody and follow nobody; it might have forgotten a promise.
                #expect(try await !cluster.status(wiped).hasLeaderID)
                try await Audit.check(history, on: cluster, without: wiped)
            }
        }
    }
}

/// A node that does not run, whose files are copied and then spoilt.
private struct StoppedNode {
    let cluster: Cluster
    let node: Cluster.Node

    /// Spoils a copy of its files, and expects the program to end with 1 and to print all of the
    /// words that `spoil` gives.
    func expectRefusal(
        flags: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation,
        after spoil: (_ data: String) throws -> [String]
    ) async throws {
        let copy = cluster.directory.path("spoilt")
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try FileManager.default.copyItem(atPath: node.data, toPath: copy)
        let words = try spoil(copy)
        var arguments = cluster.arguments(node)
        for (flag, value) in ["--data": copy].merging(flags, uniquingKeysWith: { $1 }) {
            if let index = arguments.firstIndex(of: flag) {
                arguments[index + 1] = value
            } else {
                arguments += [flag, value]
            }
        }
        let (ending, output) = try await Estoque.run(arguments, in: cluster.directory)
        #expect(ending == .exited(1), "\(output)", sourceLocation: sourceLocation)
        for word in words {
            #expect(output.contains(word), "\(output)", sourceLocation: sourceLocation)
        }
    }
}
