import LedgerClient
import Testing

/// Stores that work at all nodes at once, by calls and by sessions, and readers that ask every node at
/// every level of consistency, while something happens.
enum Load {
    private static let stores = 8
    private static let readers = 4

    /// Runs `body` under load; gives everything that was asked before and meanwhile.
    static func run(
        on cluster: Cluster,
        _ body: (Journal) async throws -> Void
    ) async throws -> Journal {
        let journal = Journal()
        try await Assortment.create(in: cluster, journal)
        // Some ask until they know; the others give up soon, and do not know what became of it.
        let patient = cluster.nodes.indices.map {
            cluster.roamingClient(from: $0, actor: "store-\($0)")
        }
        let impatient = cluster.nodes.indices.map {
            cluster.roamingClient(from: $0, actor: "kiosk-\($0)", patience: .milliseconds(150))
        }
        let clients = patient + impatient
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<stores {
                let client = clients[number % clients.count]
                let commands: any CommandSender =
                    number.isMultiple(of: 2) ? client : client.session
                group.addTask {
                    var store = Store(number: number, commands: commands, cluster: cluster)
                    await store.work(into: journal)
                }
            }
            for number in stores..<(stores + readers) {
                group.addTask {
                    var reader = Reader(number: number, cluster: cluster)
                    while !journal.isClosed { await reader.readSomething(into: journal) }
                }
            }
            defer { journal.close() }
            try await body(journal)
        }
        for client in clients { await client.close() }
        return journal
    }
}
