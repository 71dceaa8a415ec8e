import AgentCore
import ArgumentParser
import Ledger
import Testing

@testable import estoque

@Suite struct StoreOptionsTests {
    private func resolve(_ words: String...) throws -> StoreConfiguration {
        let needed = ["--location", "faro", "--data", "faro", "--node", "127.0.0.1:7001"]
        return try StoreOptions.parse(needed + words).resolve()
    }

    @Test func `how long an agent waits for the cluster is a setting`() throws {
        #expect(try resolve().settings.callTimeout == Milliseconds(10_000))
        #expect(
            try resolve("--patience", "1500ms").settings.callTimeout == Milliseconds(1_500)
        )
    }

    @Test(arguments: ["0s", "999ms", "61s", "soon"])
    func `an agent waits for a sensible time`(text: String) {
        #expect(throws: (any Error).self) { try resolve("--patience", text) }
    }
}
