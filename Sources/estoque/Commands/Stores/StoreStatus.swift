import ArgumentParser
import Foundation
import LedgerClient
import RaftTransport

/// Shows how it stands with an agent, as it says itself: no cluster is asked.
struct StoreStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how it stands with the store's agent that runs here.",
        discussion: "Example: estoque store status --http 127.0.0.1:8090"
    )

    @Option(
        name: .long,
        help: ArgumentHelp("Where the agent serves HTTP.", valueName: "host:port")
    )
    var http = "127.0.0.1:8090"

    @Option(name: .long, help: "table for people, json for programs.")
    var output: OutputFormat = .table

    func validate() throws { _ = try NodeConfiguration.address(http, "--http") }

    func run() async throws {
        let address = try NodeConfiguration.address(http, "--http")
        let answer: HTTPExchange.Answer
        do {
            let place = NodeAddress(host: address.host, port: address.port)
            answer = try await HTTPExchange(address: place).get("/v1/status")
        } catch {
            throw (error as? HTTPExchange.Failure) == .tooLong
                ? CommandFailure("failed: \(address) says too much")
                : CommandFailure(
                    "unavailable: no agent answers at \(address)",
                    isUnavailable: true
                )
        }
        guard answer.status == 200 else {
            throw CommandFailure(
                "unavailable: the agent at \(address) answered \(answer.status)",
                isUnavailable: true
            )
        }
        switch output {
        case .json:
            let line = answer.body.prefix { $0 != UInt8(ascii: "\n") }
            Terminal.out(String(decoding: line, as: UTF8.self))
        case .table: try show(answer.body)
        }
    }

    private func show(_ body: [UInt8]) throws {
        let status: AgentReport
        do {
            status = try JSONDecoder().decode(AgentReport.self, from: Data(body))
        } catch {
            throw CommandFailure("failed: \(http) doesn't answer as a store's agent does")
        }
        var table = Table(("STORE", .left), (status.location, .left))
        for (name, value) in status.lines { table.add(.init(name), value) }
        Report(json: .null, tables: [table]).print(as: .table)
    }
}
