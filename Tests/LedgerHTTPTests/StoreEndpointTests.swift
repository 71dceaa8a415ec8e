import Ledger
import LedgerStore
import Replica
import Testing

@testable import LedgerHTTP

@Suite struct `the endpoints of stores` {
    @Test func `a store says how old is what is known of it, by the ledger's time`() async throws {
        try await withServer(FakeNode.stocked()) { server in
            let store = """
                {"location":"s1","state":"ACTIVE","epoch":2,"instance":"database-1","lastFact":9,\
                "lastSeen":"2025-11-25T18:00:30.000000Z","silentMs":60000,\
                "knownThrough":"2025-11-25T18:00:00.000000Z","ageMs":90000,"allotted":12,"facts":9,\
                "openConflicts":1,"quarantined":2,"onlineShare":20,"releasesHolds":true,"version":30}
                """
            let one = try await server.get("/v1/stores/s1")
            #expect(one.body == store + "\n")
            #expect(one.headers["cache-control"] == "private, no-store")
            let all = try await server.get("/v1/stores")
            #expect(
                all.body.hasPrefix(
                    "{\"stores\":[\(store),{\"location\":\"s2\",\"state\":\"FROZEN\""
                )
            )
            #expect(all.body.contains("\"knownThrough\":null,\"ageMs\":null"))
            #expect(all.body.hasSuffix("],\"nextPageToken\":null}\n"))
        }
    }

    @Test func `a store without an agent is told apart from one that isn't there`() async throws {
        let node = FakeNode.stocked()
        try await withServer(node) { server in
            let unregistered = try await server.get("/v1/stores/s3")
            #expect(unregistered.status == 404)
            #expect(unregistered.body.contains("urn:estoque:problem:store-not-registered"))
            #expect(try await server.get("/v1/stores").status == 200)
            #expect(try await server.get("/v1/stores?page_token=other&page_size=0").status == 400)
        }
    }

    @Test func `conflicts are told with all that is known, of all stores or one`() async throws {
        try await withServer(FakeNode.stocked()) { server in
            let conflict = """
                {"conflict":"7-100000002-9-c8","kind":"UNMATCHED","location":"s1","sku":"tea",\
                "position":7,"time":"2025-11-25T18:00:00.000000Z","fact":{"location":"s1",\
                "epoch":2,"sequence":9},"quantity":-3,"promises":["r1","r2"],\
                "mismatch":"SALE_EXISTS","wanted":{"amount":5,"currency":"EUR"}}
                """
            let one = try await server.get("/v1/conflicts?location=s1")
            #expect(one.body == "{\"conflicts\":[\(conflict)],\"nextPageToken\":null}\n")
            let all = try await server.get("/v1/conflicts")
            #expect(
                all.body == """
                    {"conflicts":[\(conflict),{"conflict":"9-200000000-0-0","kind":"FORK",\
                    "location":"s2","sku":null,"position":8,"time":"2025-11-25T18:00:01.000000Z",\
                    "fact":null,"quantity":0,"promises":[],"mismatch":null,"wanted":null}],\
                    "nextPageToken":null}

                    """
            )
        }
    }

    @Test func `the list of locations says when an agent was heard of`() async throws {
        let node = FakeNode.stocked()
        node.with {
            $0.books.locations[nil]?.logTime = LogTime(microseconds: 1_764_093_661_500_000)
        }
        try await withServer(node) { server in
            let list = try await server.get("/v1/locations")
            let agent =
                "\"agent\":{\"lastSeen\":\"2025-11-25T18:00:00.000000Z\",\"silentMs\":61500}"
            #expect(list.body.contains(agent))
            let one = try await server.get("/v1/locations/s1")
            #expect(one.status == 200)
            #expect(!one.body.contains("agent"))
        }
    }

    @Test func `the journal says which fact a row tells of, and which one a cure is for`()
        async throws
    {
        try await withServer(FakeNode.stocked()) { server in
            let body = try await server.get("/v1/movements").body
            let mark = "{\"location\":\"s1\",\"epoch\":2,\"sequence\":9"
            #expect(body.contains("\"request\":null,\"actor\":\"till\""))
            #expect(
                body.contains("\"fact\":\(mark),\"claimedTime\":\"2025-11-25T18:00:00.000000Z\"")
            )
            #expect(body.contains("\"notes\":[\"QUARANTINED\",\"UNKNOWN_ITEM\""))
            #expect(body.contains("\"curedBy\":\(mark)}"))
        }
    }
}
