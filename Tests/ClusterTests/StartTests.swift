import Foundation
import TestSupport
import Testing

extension ClusterTests {
    /// What the program makes of flags, environment and file before a node runs.
    @Suite struct StartTests {
        /// Settings that are right.
        private static let right = [
            "--id", "n1", "--data", "/nowhere", "--peer-address", "127.0.0.1:1",
            "--rpc-address", "127.0.0.1:2", "--http-address", "127.0.0.1:3",
            "--members", "n1=127.0.0.1:1",
        ]

        /// The right settings, one of them replaced, or left out when the value is nil.
        private static func settings(_ flag: String, _ value: String?) -> [String] {
            guard let index = right.firstIndex(of: flag) else {
                return right + [flag] + (value.map { [$0] } ?? [])
            }
            var settings = right
            settings.replaceSubrange(index...(index + 1), with: value.map { [flag, $0] } ?? [])
            return settings
        }

        @Test(
            arguments: [
                ("--id", nil), ("--id", ""), ("--id", "two words"), ("--id", "n9"),
                ("--id", String(repeating: "n", count: 65)),
                ("--data", nil),
                ("--peer-address", nil), ("--peer-address", "127.0.0.1"), ("--peer-address", ":1"),
                ("--peer-address", "127.0.0.1:65536"), ("--peer-address", "127.0.0.1:-1"),
                ("--rpc-address", nil), ("--rpc-address", "127.0.0.1:port"),
                ("--http-address", nil), ("--http-address", "http://127.0.0.1:1/"),
                ("--members", nil), ("--members", "n1"), ("--members", "n1=127.0.0.1:0"),
                ("--members", "n1=127.0.0.1:1,"), ("--members", "n1=127.0.0.1:1,n1=127.0.0.1:2"),
                ("--members", "n1=127.0.0.1:1,n2=127.0.0.1:1"),
                ("--members", (1...6).map { "n\($0)=127.0.0.1:\($0)" }.joined(separator: ",")),
                ("--cluster", "two words"), ("--cluster-id", "xyz"), ("--log-level", "loud"),
                ("--watchers-max", "0"), ("--changes-kept", "few"), ("--facts-share", "0"),
                ("--facts-share", "101"), ("--facts-share", "20%"),
                ("--log-format", "xml"), ("--config", "/no/such/file"), ("--no-such-flag", nil),
            ] as [(String, String?)]
        )
        func `a wrong setting ends with 2 and the flag's name`(
            flag: String,
            value: String?
        ) async throws {
            let directory = try TemporaryDirectory()
            let arguments = Self.settings(flag, value)
            let (ending, output) = try await Estoque.run(
                ["node", "check-config"] + arguments,
                in: directory
            )
            #expect(ending == .exited(2), "\(output)")
            #expect(output.contains(flag), "\(output)")
        }

        @Test func `node start refuses as check-config does`() async throws {
            let directory = try TemporaryDirectory()
            let (ending, output) = try await Estoque.run(
                ["node", "start"] + Self.settings("--members", "n1"),
                in: directory
            )
            #expect(ending == .exited(2), "\(output)")
            #expect(output.contains("--members"), "\(output)")
        }

        @Test func `a variable that is no setting is refused by its name`() async throws {
            let directory = try TemporaryDirectory()
            let (ending, output) = try await Estoque.run(
                ["node", "check-config"] + Self.right,
                environment: ["ESTOQUE_PEER_ADRESS": "127.0.0.1:1"],
                in: directory
            )
            #expect(ending == .exited(2), "\(output)")
            #expect(output.contains("ESTOQUE_PEER_ADRESS"), "\(output)")
            #expect(output.contains("ESTOQUE_PEER_ADDRESS"), "\(output)")
        }

        @Test func `flags go before the environment, and that before the file`() async throws {
            let directory = try TemporaryDirectory()
            let file = directory.path("node.json")
            let settings = [
                "id": "from-file", "data": "/file", "peerAddress": "127.0.0.1:1",
                "rpcAddress": "127.0.0.1:2", "httpAddress": "127.0.0.1:3", "cluster": "file",
                "members": "from-flag=127.0.0.1:9", "logLevel": "info",
            ]
            try JSONEncoder().encode(settings).write(to: URL(fileURLWithPath: file))
            let (ending, output) = try await Estoque.run(
                ["node", "check-config", "--config", file, "--id", "from-flag"],
                environment: ["ESTOQUE_ID": "from-environment", "ESTOQUE_DATA": "/environment"],
                in: directory
            )
            #expect(ending == .exited(0), "\(output)")
            let facts = ["from-flag", "/environment", "127.0.0.1:2", "cluster       file"]
            for fact in facts { #expect(output.contains(fact), "\(output)") }
        }

        @Test(arguments: [
            (#"{"id": "n1", "peerAdress": "127.0.0.1:1"}"#, "peerAdress"),
            (#"{"id": 7}"#, "'id' must be a string"),
            (#"["id"]"#, "one JSON object"),
            (#"{"id": "n1""#, "--config"),
        ])
        func `a file that is wrong is refused in words`(
            content: String,
            words: String
        ) async throws {
            let directory = try TemporaryDirectory()
            let file = directory.path("node.json")
            try Data(content.utf8).write(to: URL(fileURLWithPath: file))
            let (ending, output) = try await Estoque.run(
                ["node", "check-config", "--config", file] + Self.right,
                in: directory
            )
            #expect(ending == .exited(2), "\(output)")
            #expect(output.contains(words) && output.contains(file), "\(output)")
        }

        @Test func `an address in use is refused by its name`() async throws {
            try await Cluster.run(size: 1) { cluster in
                let node = cluster.nodes[0]
                var arguments = cluster.arguments(node)
                let data = try #require(arguments.firstIndex(of: node.data))
                arguments[data] = cluster.directory.path("another")
                let (ending, output) = try await Estoque.run(arguments, in: cluster.directory)
                #expect(ending == .exited(1), "\(output)")
                #expect(output.contains("can't listen on 127.0.0.1:\(node.peerPort)"), "\(output)")
            }
        }

        @Test func `a single node serves, and serves again after a kill`() async throws {
            try await Cluster.run(size: 1) { cluster in
                let history = try await Load.run(on: cluster) { journal in
                    try await journal.waitForAnswers(100)
                    cluster.kill(cluster.nodes[0])
                    try cluster.start(cluster.nodes[0])
                    try await journal.noteFirstAnswer(after: .now, "a single node killed")
                }
                try await Audit.check(history, on: cluster)
            }
        }
    }
}
