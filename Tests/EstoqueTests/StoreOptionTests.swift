import AgentCore
import ArgumentParser
import Ledger
import Testing

@testable import estoque

/// How a store's agent is told what to do.
@Suite struct `The flags of a store's agent` {
    private static let needed = ["--location", "store-7", "--data", "/tmp/x", "--node", "a:1"]

    @Test func `what isn't given is on this machine alone, and blocks`() throws {
        let options = try StoreOptions.parse(Self.needed)
        let configuration = try options.resolve()
        #expect("\(configuration.http)" == "127.0.0.1:8090")
        #expect("\(configuration.rpc)" == "127.0.0.1:7070")
        #expect(configuration.settings.policy == .block)
        #expect(configuration.settings.marks.lowMin == 2)
        #expect(configuration.settings.marks.highMin == 8)
        #expect(!configuration.takesOver)
    }

    @Test func `nodes come with commas or flag by flag, each once`() throws {
        let more = ["--node", "b:2,a:1", "--policy", "overdraw", "--on-shortage", "0/3"]
        let configuration = try StoreOptions.parse(Self.needed + more).resolve()
        #expect(configuration.nodes.map { "\($0)" } == ["a:1", "b:2"])
        #expect(configuration.settings.policy == .overdraw)
        #expect(configuration.settings.marks.lowMin == 0)
        #expect(configuration.settings.marks.highMin == 3)
    }

    @Test(arguments: [
        (["--policy", "sometimes"], "--policy"), (["--on-shortage", "8/2"], "--on-shortage"),
        (["--on-shortage", "2"], "--on-shortage"), (["--on-shortage", "2/2"], "--on-shortage"),
        (["--on-shortage", "-1/2"], "--on-shortage"),
        (["--on-shortage", "0/100001"], "--on-shortage"),
        (["--http-address", "8090"], "--http-address"), (["--rpc-address", "x"], "--rpc-address"),
        (["--rpc-address", "127.0.0.1:8090"], "must not be the same"),
        (["--log-level", "loud"], "--log-level"), (["--log-format", "xml"], "--log-format"),
        (["--node", "a"], "--node"), (["--location", "a b"], "--location"),
        (["--data", ""], "--data"),
    ])
    func `what is wrong is named`(flags: [String], name: String) {
        do {
            let command = try StoreRun.parse(Self.needed + flags)
            Issue.record("accepted: \(command)")
        } catch {
            #expect(StoreRun.fullMessage(for: error).contains(name))
        }
    }

    @Test(arguments: [["--location", "a"], ["--data", "x"], []])
    func `where and whose the database is must be said`(flags: [String]) {
        #expect(throws: (any Error).self) { try StoreReprovision.parse(flags) }
        #expect(throws: (any Error).self) { try StoreSalvage.parse(flags) }
        #expect(throws: (any Error).self) { try StoreRun.parse(flags) }
    }
}
