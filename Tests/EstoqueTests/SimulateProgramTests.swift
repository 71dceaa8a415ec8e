import Foundation
import Testing

/// `estoque simulate --script`, run as people run it.
extension `The program` {
    /// A directory of its own, gone afterwards.
    private func withFiles(
        _ contents: [String: String],
        _ body: (URL) throws -> Void
    ) throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "estoque-scripts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, content) in contents {
            try Data(content.utf8).write(to: directory.appending(path: name))
        }
        try body(directory)
    }

    private static let good = "nodes n1\ncampaign n1\nexpect leader n1\nshow n1\n"
    private static let shown =
        "n1 leader term=1 vote=n1 leader=n1 last=1@1 commit=1 applied=1 log=1 voters=n1\n"

    @Test func `scripts that pass end with 0, and the last line counts`() throws {
        let table = "quorum commit voters=(1) match=(3) -> 3\n"
        try withFiles(["a": Self.good, "b": table, "c": Self.good]) { directory in
            let files = ["a", "b", "c"].map { directory.appending(path: $0).path }
            let ended = try run(["simulate", "--script", files[0], files[1], "--script", files[2]])
            #expect(ended.status == 0)
            #expect(
                ended.out == Self.shown + Self.shown + "3 scenarios, 3 expectations, 0 failures\n"
            )
            #expect(ended.err.isEmpty)
        }
    }

    @Test func `a failure ends with 1, after the other scenarios`() throws {
        try withFiles(["a": "nodes n1\nexpect leader n1\n", "b": Self.good]) { directory in
            let files = ["a", "b"].map { directory.appending(path: $0).path }
            let ended = try run(["simulate", "--script"] + files)
            #expect(ended.status == 1)
            #expect(ended.out.hasPrefix("\(files[0]):2: expect leader n1\n  found: none\n"))
            #expect(ended.out.hasSuffix("2 scenarios, 2 expectations, 1 failures\n"))
        }
    }

    @Test func `a wrong script ends with 2, and nothing runs`() throws {
        try withFiles(["a": Self.good, "b": "nodes n1\n\nfrob n1\n"]) { directory in
            let files = ["a", "b"].map { directory.appending(path: $0).path }
            let ended = try run(["simulate", "--script"] + files)
            #expect(ended.status == 2)
            #expect(ended.out.isEmpty)
            #expect(ended.err == "\(files[1]):3: unknown command \"frob\"\n")
        }
    }

    @Test func `a file that isn't there ends with 2, and nothing runs`() throws {
        try withFiles(["a": Self.good]) { directory in
            let file = directory.appending(path: "a").path
            for arguments in [
                ["--script", file, file + "-no"], ["--script", file, "--golden", "/-"],
            ] {
                let ended = try run(["simulate"] + arguments)
                #expect(ended.status == 2)
                #expect(ended.out.isEmpty)
                #expect(ended.err.contains("can't be opened"))
            }
        }
    }

    @Test func `a golden file is written, compared, and found to differ`() throws {
        try withFiles(["a": Self.good, "old": "n1 down\n"]) { directory in
            let file = directory.appending(path: "a").path
            let golden = directory.appending(path: "golden")
            let command = ["simulate", "--script", file, "--golden", golden.path]
            #expect(try run(command + ["--update"]).status == 0)
            #expect(try String(contentsOf: golden, encoding: .utf8) == Self.shown)
            #expect(try run(command).status == 0)
            let old = directory.appending(path: "old").path
            let ended = try run(["simulate", "--script", file, "--golden", old])
            #expect(ended.status == 1)
            #expect(ended.out.contains("\(old):1: n1 down\n  found: n1 leader"))
        }
    }

    @Test(arguments: [[], ["--update", "--script", "x"], ["--trace"]])
    func `simulate without a script, or with options that don't fit, ends with 2`(
        arguments: [String]
    ) throws {
        let ended = try run(["simulate"] + arguments)
        #expect(ended.status == 2)
        #expect(ended.err.contains("Error:"))
    }
}
