import Foundation
import Simulation
import Testing

/// Every script in the folder runs without a failure, and shows what its golden file says.
///
/// With `ESTOQUE_UPDATE_GOLDEN=1` golden files are written anew.
@Suite struct `Scenario files` {
    @Test
    func `there are some`() {
        #expect(ScenarioFiles.names.count > 30)
    }

    @Test(arguments: ScenarioFiles.names)
    func `each passes`(_ file: String) throws {
        let url = ScenarioFiles.folder.appending(path: file)
        let script = try Script.read(file: file, ScenarioFiles.content(of: file)).get()
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
