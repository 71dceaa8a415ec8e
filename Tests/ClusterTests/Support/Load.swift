import LedgerClient
import Testing

/// Stores that work at all nodes at once, by calls and by sessions, while something happens.
enum Load {
    private static let stores = 8

    /// Runs `body` under load; gives everything that was asked before and meanwhile.
    static func run(
        on cluster: Cluster,
        _ body: (Journal) async throws -> Void
    ) async throws -> [Record] {
        let opening = try await Assortment.create(in: cluster)
        try #require(opening.allSatisfy { $0.answer != nil }, "the assortment could not be created")
        let journal = Journal()
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
                    var store = Store(number: number, commands: commands)
                    await store.work(into: journal)
                }
            }
            defer { journal.close() }
            try await body(journal)
        }
        for client in clients { await client.close() }
        return opening + journal.records
    }
}

extension Journal {
    /// Waits until so many more requests have been answered.
    func waitForAnswers(_ count: Int) async throws {
        let goal = answeredCount + count
        try await waitUntil(within: .seconds(60), "\(count) more answers") {
            answeredCount >= goal
        }
    }

    /// Waits for the answer to a request asked after `moment`, and prints how long it took.
    func noteFirstAnswer(after moment: ContinuousClock.Instant, _ what: String) async throws {
        let first = try await eventually(within: .seconds(60), "an answer after \(what)") {
            firstAnswer(askedAfter: moment)
        }
        print("\(what): the first acknowledged write after \(first.answeredAt - moment)")
    }
}
