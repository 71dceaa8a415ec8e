import ArgumentParser
import Foundation
import Testing

@testable import estoque

/// The built program, run as people run it; nothing listens at the address it asks.
@Suite struct `The program` {
    struct Ended {
        var status: Int32
        var out: String
        var err: String
    }

    /// The directory of the test bundle holds the program too.
    private static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()

    private static func path() throws -> URL {
        let candidates =
            CommandLine.arguments.prefix(1).map { URL(fileURLWithPath: $0) }
            + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
            .map { URL(fileURLWithPath: $0) } + [program]
        for candidate in candidates {
            var directory = candidate.deletingLastPathComponent()
            for _ in 0..<3 {
                let found = directory.appending(path: "estoque").path
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: found, isDirectory: &isDirectory),
                    !isDirectory.boolValue
                {
                    return URL(fileURLWithPath: found)
                }
                directory.deleteLastPathComponent()
            }
        }
        throw CommandFailure("the program is not beside its tests")
    }

    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Ended {
        try run(arguments, environment: environment)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Ended {
        let process = Process()
        process.executableURL = try Self.path()
        process.arguments = arguments
        process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // What these commands print fits into a pipe.
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus,
            out: String(
                decoding: try out.fileHandleForReading.readToEnd() ?? Data(),
                as: UTF8.self
            ),
            err: String(decoding: try err.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        )
    }

    @Test(arguments: [
        ["stock", "sell", "tea"], ["stock", "get", "tea"], ["stock", "frobnicate"],
        ["stock", "receive", "tea@s1=0"],
        ["item", "upsert", "tea", "--title", "T", "--price", "1"],
        ["item", "upsert", "te a", "--title", "T"], ["stock", "get", "a", "b", "--node", "x"],
        ["stock", "get", "a", "b", "--max-staleness", "1s", "--consistency", "stale"],
        ["stock", "get", "a", "b", "--consistency", "bounded"], ["import", "stock", "-"],
        ["import", "online-retail", "-"], ["reservation", "reserve", "a@b=1"],
        ["reservation", "reserve", "--owner", "customer:a"], ["stock", "count", "a@b=1"],
        ["stock", "count", "a@b=1:2:x"], ["stock", "policy", "a", "b"],
        ["stock", "as-of", "a"], ["stock", "as-of", "a", "--time", "yesterday"],
        ["offer", "set", "a", "b"], ["offer", "set", "a", "b", "--price", "1"],
        ["transfer", "create", "a", "--from", "x", "--to", "y"],
        ["transfer", "receive", "t", "a=1:2:3:4"], ["item", "edit", "a"],
        ["location", "edit", "a"], ["history", "--item", "a", "--sale", "b"],
        ["search", "--page-size", "0"], ["export", "items"],
        ["cluster", "add", "n4"], ["cluster", "add", "n4=h"], ["cluster", "add", "n 4=h:1"],
        ["cluster", "remove"], ["cluster", "remove", ""], ["cluster", "replace", "n2"],
        ["cluster", "replace", "n2", "n2=h:1"], ["cluster", "promote", "n4", "n5"],
        ["cluster", "demote", "n2", "--timeout", "5"], ["cluster", "transfer-leader", "a b"],
    ])
    func `wrong use ends with 2 and says so on standard error`(arguments: [String]) throws {
        let process = Process()
        process.executableURL = try Self.path()
        process.arguments = arguments
        let err = Pipe()
        process.standardError = err
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 2)
        let said = try err.fileHandleForReading.readToEnd() ?? Data()
        #expect(String(decoding: said, as: UTF8.self).contains("Error:"))
    }

    @Test func `nobody there ends with 69`() throws {
        let read = try run(
            "stock",
            "get",
            "tea",
            "s1",
            "--timeout",
            "200ms",
            environment: ["ESTOQUE_NODE": "127.0.0.1:1"]
        )
        #expect(read.status == 69)
        #expect(read.err.hasPrefix("estoque: unavailable: UNREACHABLE"))
        let status = try run(
            "cluster",
            "status",
            "--node",
            "127.0.0.1:1",
            "--timeout",
            "200ms"
        )
        #expect(status.status == 69)
        #expect(status.out.isEmpty)
    }

    @Test(arguments: [
        ["add", "n4=127.0.0.1:2"], ["remove", "n2"], ["replace", "n2", "n4=127.0.0.1:2"],
        ["promote", "n4"], ["demote", "n2"], ["transfer-leader"],
    ])
    func `a change of a cluster that doesn't answer ends with 69, and says so to programs`(
        arguments: [String]
    ) throws {
        let ended = try run(
            ["cluster"] + arguments
                + ["--node", "127.0.0.1:1", "--timeout", "200ms", "--output", "json"]
        )
        #expect(ended.status == 69)
        #expect(ended.err.hasPrefix("estoque: unavailable: UNREACHABLE"))
        let result = try JSONSerialization.jsonObject(with: Data(ended.out.utf8))
        let fields = try #require(result as? [String: Any])
        #expect(fields["outcome"] as? String == "unavailable")
        #expect(fields["change"] as? String == arguments[0])
    }

    @Test func `a file that isn't there ends with 1`() throws {
        let ended = try run("import", "items", "/nonexistent/items.csv")
        #expect(ended.status == 1)
        #expect(ended.err.contains("can't be opened"))
    }

    @Test(arguments: [
        ["item", "upsert"], ["item", "get"], ["location", "upsert"], ["location", "get"],
        ["stock", "get"], ["stock", "availability"], ["stock", "receive"], ["stock", "adjust"],
        ["stock", "sell"], ["reservation", "reserve"], ["reservation", "get"],
        ["reservation", "extend"], ["reservation", "confirm"], ["reservation", "fulfill"],
        ["reservation", "release"], ["cluster", "status"], ["cluster", "add"],
        ["cluster", "remove"], ["cluster", "replace"], ["cluster", "promote"],
        ["cluster", "demote"], ["cluster", "transfer-leader"], ["import", "items"],
        ["import", "locations"], ["import", "stock"], ["import", "offers"],
        ["import", "reservations"], ["import", "online-retail"], ["replay"], ["item", "edit"],
        ["location", "edit"], ["location", "list"], ["offer", "set"], ["offer", "get"],
        ["offer", "list"], ["stock", "count"], ["stock", "mark-unavailable"],
        ["stock", "write-off"], ["stock", "policy"], ["stock", "as-of"],
        ["reservation", "return"], ["reservation", "list"], ["sale", "get"], ["sale", "return"],
        ["transfer", "create"], ["transfer", "get"], ["transfer", "list"], ["transfer", "ship"],
        ["transfer", "receive"], ["transfer", "cancel"], ["history"], ["search"],
        ["export", "items"], ["export", "locations"], ["export", "offers"], ["export", "stock"],
        ["export", "reservations"], ["export", "journal"], ["cluster", "verify"],
    ])
    func `help teaches by an example`(words: [String]) throws {
        let help = Estoque.helpMessage(for: try command(words))
        #expect(help.contains("Example: estoque \(words.joined(separator: " "))"))
    }

    private func command(_ words: [String]) throws -> any ParsableCommand.Type {
        var command: any ParsableCommand.Type = Estoque.self
        for word in words {
            command = try #require(
                command.configuration.subcommands.first { $0._commandName == word }
            )
        }
        return command
    }

    @Test func `a node knows the command line's variable`() throws {
        let ended = try run(
            "node",
            "check-config",
            environment: ["ESTOQUE_NODE": "127.0.0.1:7001"]
        )
        #expect(ended.status == 2)
        #expect(ended.err.contains("--id is missing"))
    }
}
