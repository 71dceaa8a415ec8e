import Ledger
import NIOCore
import Replica
import Testing

@testable import LedgerHTTP

@Suite struct `the endpoints of documents` {
    @Test(arguments: [
        (
            "/v1/reservations/r%2F1",
            """
            {"reservation":"r/1","owner":{"kind":"CUSTOMER","reference":"anna"},"state":"HELD",\
            "lines":[{"sku":"tea","location":"s1","requested":5,"fulfilled":2,"released":0,\
            "returned":0}],"expireTime":"1970-01-01T00:00:01.000000Z",\
            "maxExpireTime":"1970-01-01T00:00:02.000001Z","order":null,"version":3}

            """
        ),
        (
            "/v1/transfers/t1",
            """
            {"transfer":"t1","from":"w1","to":"s1","state":"IN_TRANSIT","lines":[{"sku":"tea",\
            "requested":9,"shipped":7,"received":4,"rejected":0,"lost":1,"inTransit":2}],\
            "document":"note-7","version":4}

            """
        ),
        (
            "/v1/sales/till-1",
            """
            {"sale":"till-1","lines":[{"sku":"tea","location":"s1","sold":3,"returned":1}],\
            "version":2}

            """
        ),
        (
            "/v1/offers/s1/tea",
            """
            {"sku":"tea","location":"s1","price":{"amount":399,"currency":"EUR"},\
            "attributes":{"shelf":"B\\"2"},"version":1}

            """
        ),
    ])
    func `show all of one that is there`(target: String, body: String) async throws {
        try await withServer(FakeNode.documented()) { server in
            let response = try await server.get(target)
            #expect(response.status == 200)
            #expect(response.body == body)
            #expect(response.headers["estoque-position"] == "42")
            let tag = try #require(response.headers["etag"])
            let again = try await server.get(target, headers: ["If-None-Match: \(tag)"])
            #expect(again.status == 304)
            // A shop window may be cached by anyone; a customer's documents by nobody.
            let isPublic = response.headers["cache-control"]?.hasPrefix("public") == true
            #expect(isPublic == target.contains("offers"))
        }
    }

    @Test(arguments: [
        ("/v1/reservations/r2", "reservation-not-found"),
        ("/v1/transfers/t2", "transfer-not-found"),
        ("/v1/sales/till-2", "sale-not-found"),
        ("/v1/offers/s2/tea", "offer-not-found"),
    ])
    func `say what is not there, and how fresh that is`(
        target: String,
        problem: String
    )
        async throws
    {
        try await withServer(FakeNode.documented()) { server in
            let response = try await server.get(target)
            #expect(response.status == 404)
            #expect(response.body.contains("\"type\":\"urn:estoque:problem:\(problem)\""))
            #expect(response.headers["estoque-position"] == "42")
        }
    }

    @Test func `tell of a bound that doesn't hold`() async throws {
        let node = FakeNode.documented()
        node.with { $0.behaviour = .fails(.tooStale(age: .milliseconds(900))) }
        try await withServer(node) { server in
            let response = try await server.get(
                "/v1/sales/till-1?consistency=bounded&max_staleness=5"
            )
            #expect(response.status == 503)
            #expect(response.body.contains("\"stalenessMs\":900"))
        }
    }
}
