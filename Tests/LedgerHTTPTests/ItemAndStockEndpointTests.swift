import Ledger
import Testing

@Suite struct `the item and stock endpoints` {
    @Test func `an item is shown with its attributes escaped`() async throws {
        let node = FakeNode()
        node.put(
            "a/b",
            title: "Caf\u{e9} \"1\\2\"\n\u{1}",
            attributes: [Attribute(name: "colour", value: "red\ttea")]
        )
        try await withServer(node) { server in
            let response = try await server.get("/v1/items/a%2Fb")
            #expect(response.status == 200)
            #expect(
                response.body == """
                    {"sku":"a/b","title":"Café \\"1\\\\2\\"\\n\\u0001","attributes":\
                    {"colour":"red\\ttea"},"price":{"amount":1999,"currency":"EUR"},\
                    "state":"ACTIVE","version":2}

                    """
            )
            #expect(response.headers["etag"] != nil)
        }
    }

    @Test func `an unknown item is a problem that still says how fresh it is`() async throws {
        try await withServer(FakeNode()) { server in
            let response = try await server.get("/v1/items/none")
            #expect(response.status == 404)
            #expect(response.headers["content-type"] == "application/problem+json")
            #expect(response.body.contains("\"type\":\"urn:estoque:problem:item-not-found\""))
            #expect(response.headers["estoque-position"] == "42")
            #expect(response.headers["etag"] == nil)
            #expect(response.headers["cache-control"] == "private, no-store")
        }
    }

    @Test func `stock shows the exact buckets`() async throws {
        let node = FakeNode()
        node.put(
            "a",
            levels: [level("s1", onHand: 150, reserved: 30, safety: 200, backorder: 5)]
        )
        try await withServer(node) { server in
            let response = try await server.get("/v1/stock/s1/a")
            #expect(
                response.body == """
                    {"sku":"a","location":"s1","onHand":150,"reserved":30,"allotted":0,\
                    "unavailable":0,"incoming":0,"safetyStock":200,"backorderLimit":5,\
                    "available":120,"availableOnline":-80,"version":4}

                    """
            )
        }
    }

    @Test(arguments: [("s1", 200), ("s9", 404)])
    func `where an item never was there is nothing or no such place`(
        location: String,
        status: Int
    )
        async throws
    {
        let node = FakeNode()
        node.put("a")
        node.with { $0.locations = [LocationID(unchecked: "s1")] }
        try await withServer(node) { server in
            let response = try await server.get("/v1/stock/\(location)/a")
            #expect(response.status == status)
            let expected =
                status == 200 ? "\"onHand\":0" : "urn:estoque:problem:location-not-found"
            #expect(response.body.contains(expected))
            #expect(response.headers["estoque-position"] == "42")
        }
    }
}
