import Foundation
import Ledger
import LedgerClient

/// A store with an agent of its own: a process beside its tills, that reaches the nodes by a line which
/// can be cut.
final class DemoStore: Sendable {
    let location: LocationID
    /// Where its tills ask.
    let http: NodeAddress
    let relay: Relay
    let book = StoreBook()
    /// What the agent prints.
    let log: String
    private let agent: ChildProcess

    private static let stopLimit = Duration.seconds(5)
    private static let startLimit = Duration.seconds(30)
    /// So soon does an agent notice that nobody answers; a person watches.
    private static let patience = "2s"

    private init(
        at location: LocationID,
        _ http: NodeAddress,
        _ relay: Relay,
        _ log: String,
        _ agent: ChildProcess
    ) {
        self.location = location
        self.http = http
        self.relay = relay
        self.log = log
        self.agent = agent
    }

    /// Starts the agent of a store that the cluster knows.
    static func start(at location: LocationID, of cluster: LocalCluster) async throws -> DemoStore {
        let relay = try Relay(to: cluster.rpcAddresses)
        try await relay.open()
        let addresses = try FreePorts.take(2).map { NodeAddress(host: "127.0.0.1", port: $0) }
        let log = "\(cluster.directory.path)/\(location).log"
        let agent = try cluster.launch(
            [
                "store", "run", "--exit-with-parent",
                "--location", location.text,
                "--data", "\(cluster.directory.path)/\(location)",
                "--node", relay.addresses.map { "\($0)" }.joined(separator: ","),
                "--rpc-address", "\(addresses[0])",
                "--http-address", "\(addresses[1])",
                "--patience", patience,
            ],
            output: log
        )
        return DemoStore(at: location, addresses[1], relay, log, agent)
    }

    var isRunning: Bool { agent.isRunning }

    /// What the agent says of itself; nil when it doesn't answer.
    func status() async -> AgentReport? {
        guard let answer = try? await HTTPExchange(address: http).get("/v1/status"),
            answer.status == 200
        else { return nil }
        return try? JSONDecoder().decode(AgentReport.self, from: Data(answer.body))
    }

    /// Waits until the agent may sell without asking.
    func waitForRights() async throws {
        let deadline = ContinuousClock.now + Self.startLimit
        while ContinuousClock.now < deadline, isRunning {
            if let status = await status(), status.state == "CONNECTED", status.unitsAllotted > 0 {
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        let last = said.split(separator: "\n").suffix(5).map { "\n    \($0)" }.joined()
        throw CommandFailure("the agent of \(location) has no rights; it said:\(last)")
    }

    /// Ends the agent and its line.
    func stop() async {
        await agent.stop(within: Self.stopLimit)
        await relay.cut()
    }
}

/// All stores with an agent.
struct DemoStores: Sendable {
    let stores: [DemoStore]

    /// Starts the agents of some stores; ends those that run when one doesn't start.
    static func start(
        at locations: [LocationID],
        of cluster: LocalCluster,
        keepingOnline share: UInt8
    ) async throws -> DemoStores {
        var stores: [DemoStore] = []
        let client = EstoqueClient(nodes: cluster.rpcAddresses, actor: LoadNames.actor)
        do {
            for location in locations {
                let store = try await DemoStore.start(at: location, of: cluster)
                stores.append(store)
                try await store.waitForRights()
                try await keep(share, at: location, client)
            }
        } catch {
            await client.close()
            await DemoStores(stores: stores).stop()
            throw error
        }
        await client.close()
        return DemoStores(stores: stores)
    }

    /// So many percent of the shelf stay out of the agent's rights, for those who order.
    private static func keep(
        _ share: UInt8,
        at location: LocationID,
        _ client: EstoqueClient
    ) async throws {
        guard let agent = try await client.stores(at: location).value.rows.first?.agent else {
            throw CommandFailure("no agent is registered at \(location)")
        }
        var settings = agent.settings
        settings.onlineShare = share
        _ = try await client.registerStore(
            RegisterStore(location: location, instance: agent.instance, settings: settings)
        )
    }

    func stop() async {
        await withTaskGroup { group in
            for store in stores { group.addTask { await store.stop() } }
        }
    }
}
