import Foundation
import Simulation
import Testing

/// Every script in the folder runs without a failure, and shows what its golden file says.
///
/// With `ESTOQUE_UPDATE_GOLDEN=1` golden files are written anew.
@Suite struct `Scenario files` {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appending(path: "Scenarios")

    private static let files: [String] = {
        let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (found ?? []).filter { $0.hasSuffix(".scenario") }.sorted()
    }()

    @Test
    func `there are some`() {
        #expect(Self.files.count > 30)
    }

    @Test(arguments: files)
    func `each passes`(_ file: String) throws {
        let url = Self.folder.appending(path: file)
        let script = try Script.read(file: file, [UInt8](Data(contentsOf: url))).get()
        let run = runScript(script)
        #expect(run.tally.failures == 0, "\(run.printed.joined(separator: "\n"))")
        #expect(run.tally.expectations > 0, "a script that expects nothing shows nothing")
        try compare(run.shown, with: url.deletingPathExtension().appendingPathExtension("golden"))
    }

    private func compare(_ shown: [String], with golden: URL) throws {
        let content = ScriptGolden.content(of: shown)
        if ProcessInfo.processInfo.environment["ESTOQUE_UPDATE_GOLDEN"] != nil {
            if shown.isEmpty {
                try? FileManager.default.removeItem(at: golden)
            } else {
                try Data(content.utf8).write(to: golden)
            }
        }
        let known = try? String(decoding: Data(contentsOf: golden), as: UTF8.self)
        #expect(content == known ?? "")
    }
}
