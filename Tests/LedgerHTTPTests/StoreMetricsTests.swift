import Ledger
import LedgerStore
import NIOCore
import Replica
import Testing

@testable import LedgerHTTP

@Suite struct `metrics of stores` {
    private static var summary: StoreSummary {
        var summary = StoreSummary()
        summary.stores = 40
        summary.frozen = 1
        summary.silent = 3
        summary.outdated = 4
        summary.ageMax = Milliseconds(90_500)
        summary.facts = 1_234
        summary.conflicted = 12
        summary.setAside = 5
        summary.openConflicts = [
            .init(kind: .oversold, count: 2), .init(kind: .negativeOnHand, count: 1),
            .init(kind: .factConflict, count: 6), .init(kind: .editConflict, count: 0),
            .init(kind: .fork, count: 1),
        ]
        summary.quarantined = 4
        summary.allottedUnits = 500
        summary.allottedSilent = 70
        return summary
    }

    @Test func `they tell all stores together, and no label names one`() async throws {
        let node = FakeNode()
        node.with { $0.books.storeSummary = .success(Self.summary) }
        try await withServer(node) { server in
            let lines = Set(try await server.get("/metrics").body.split(separator: "\n"))
            for line in [
                "estoque_store_agents 40", "estoque_store_frozen 1", "estoque_store_silent 3",
                "estoque_store_outdated 4", "estoque_store_known_age_seconds_max 90.5",
                "estoque_store_facts_total 1234", "estoque_store_facts_conflicted_total 12",
                "estoque_store_facts_set_aside_total 5",
                "estoque_store_conflicts{kind=\"oversold\"} 2",
                "estoque_store_conflicts{kind=\"negative_on_hand\"} 1",
                "estoque_store_conflicts{kind=\"fact\"} 6",
                "estoque_store_conflicts{kind=\"edit\"} 0",
                "estoque_store_conflicts{kind=\"fork\"} 1", "estoque_store_quarantined 4",
                "estoque_store_allotted_units 500", "estoque_store_allotted_silent_units 70",
            ] as [Substring] {
                #expect(lines.contains(line), "\(line)")
            }
        }
    }

    @Test func `what can't be read is left out, and the rest is told`() async throws {
        let node = FakeNode()
        node.with { $0.books.storeSummary = .failure(.store("broken")) }
        try await withServer(node) { server in
            let response = try await server.get("/metrics")
            #expect(response.status == 200)
            #expect(!response.body.contains("estoque_store_"))
            #expect(response.body.contains("estoque_http_requests_total"))
        }
    }

    @Test func `the database is asked once an interval, and nobody waits for it for long`() async {
        let node = FakeNode()
        node.with { $0.books.storeSummary = .success(Self.summary) }
        let watch = StoreWatch(node: node, interval: .hours(1), patience: .hours(1))
        #expect(await watch.summary()?.stores == 40)
        node.with { $0.books.storeSummary = .failure(.store("broken")) }
        #expect(await watch.summary()?.stores == 40)

        let held = FakeNode()
        held.with { $0.books.isHeld = true }
        let impatient = StoreWatch(node: held, interval: .hours(1), patience: .milliseconds(1))
        #expect(await impatient.summary() == nil)
        // The question is still under way, and isn't asked again.
        #expect(await impatient.summary() == nil)
        #expect(held.with { $0.held.count } == 1)
        held.releaseHeld()
    }
}
