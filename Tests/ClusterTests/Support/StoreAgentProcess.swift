import Foundation
import Ledger
import LedgerClient
import Synchronization
import TestSupport
import Testing

/// A store's agent as a process of its own, and ways to talk to it as a till does.
final class StoreAgentProcess: Sendable {
    /// What it says of itself.
    struct Status: Decodable, Sendable {
        let state: String
        let epoch: UInt32
        let outboxDepth: Int
        let sequence: UInt64
        let unitsAllotted: Int64
    }

    /// An item as it shows it.
    struct Stock: Decodable, Sendable {
        let onHand: Int64
        let allotted: Int64
    }

    static let location = LocationID(unchecked: "store-7")
    let data: String
    private let cluster: Cluster
    private let ports: ReservedPorts
    private let process = Mutex<ChildProcess?>(nil)

    /// One that doesn't run yet.
    init(of cluster: Cluster) throws {
        self.cluster = cluster
        data = cluster.directory.path("store-7")
        ports = try ReservedPorts(count: 2)
    }

    var rpc: NodeAddress { NodeAddress(host: "127.0.0.1", port: ports.ports[0]) }
    var httpPort: Int { ports.ports[1] }
    var nodes: String { cluster.nodes.map { "\($0.rpc)" }.joined(separator: ",") }

    /// Starts it, with its data as they are, and waits until it answers.
    func start() async throws {
        let started = try ChildProcess(
            Estoque.path(),
            [
                "store", "run", "--location", Self.location.text, "--data", data,
                "--node", nodes, "--rpc-address", "\(rpc)",
                "--http-address", "127.0.0.1:\(httpPort)",
            ],
            output: cluster.directory.path("store-7.log")
        )
        process.withLock { $0 = started }
        try await eventually("the agent answers", within: .seconds(30)) {
            try #require(started.ending() == nil, "the agent has ended: \(started.output)")
            return await status() != nil
        }
    }

    /// SIGKILL; returns when it is gone.
    func kill() { process.withLock { $0.take() }?.kill() }

    /// SIGTERM; gives how it ended.
    func stop() async throws -> ChildProcess.Ending {
        let running = try #require(process.withLock { $0.take() })
        running.send(SIGTERM)
        return try await running.end()
    }

    func status() async -> Status? { await decoded("/v1/status") }
    func stock(_ sku: SKU) async -> Stock? { await decoded("/v1/items/\(sku)") }

    private func decoded<Value: Decodable>(_ path: String) async -> Value? {
        guard let answer = await HTTPAnswer.get(path, port: httpPort), answer.status == 200
        else { return nil }
        return try? JSONDecoder().decode(Value.self, from: answer.body)
    }

    /// Waits until it says so of itself.
    @discardableResult
    func wait(
        _ what: String,
        _ isSo: (Status) -> Bool
    ) async throws -> Status {
        try await eventually(what, within: .seconds(60)) {
            guard let status = await status(), isSo(status) else { return nil }
            return status
        }
    }

    /// Sells at a till that speaks HTTP.
    func sell(_ quantity: Int64, of sku: SKU, key: String) async throws -> HTTPAnswer {
        let answer = await HTTPAnswer.post(
            "/v1/sales",
            "{\"lines\":[{\"sku\":\"\(sku)\",\"quantity\":\(quantity)}]}",
            headers: ["Idempotency-Key: \(key)"],
            port: httpPort
        )
        return try #require(answer, "the agent answers")
    }
}
