import Ledger
import LedgerStore
import Replica
import Testing

@testable import LedgerHTTP

@Suite struct `locations` {
    private func offer(_ sku: String, _ location: String, _ amount: Int64) -> Offer {
        Offer(
            sku: SKU(unchecked: sku),
            location: LocationID(unchecked: location),
            price: Money(amount: amount, currency: "EUR"),
            attributes: [],
            version: 3
        )
    }

    @Test func `an item's locations say where it can be picked up`() async throws {
        let node = FakeNode()
        node.put(
            "a",
            levels: [
                level("s1", onHand: 9, safety: 2), level("s2", onHand: 500),
                level("s3", onHand: 2, safety: 2), level("s4", onHand: 8, online: false),
                level("s5", onHand: 0, backorder: 3),
            ],
            offers: [offer("a", "s2", 1_500)]
        )
        try await withServer(node) { server in
            let response = try await server.get("/v1/items/a/locations")
            #expect(response.status == 200)
            func entry(
                _ id: String,
                _ rest: String,
                amount: Int = 1_999,
                version: Int = 7
            ) -> String {
                "{\"location\":\"\(id)\",\"name\":\"Store \(id)\",\"kind\":\"STORE\",\(rest),"
                    + "\"price\":{\"amount\":\(amount),\"currency\":\"EUR\"},\"version\":\(version)}"
            }
            let entries = [
                entry("s1", "\"status\":\"IN_STOCK\",\"available\":7,\"availableCapped\":false"),
                entry(
                    "s2",
                    "\"status\":\"IN_STOCK\",\"available\":100,\"availableCapped\":true",
                    amount: 1_500,
                    version: 10
                ),
                entry(
                    "s3",
                    "\"status\":\"OUT_OF_STOCK\",\"available\":0,\"availableCapped\":false"
                ),
                entry("s5", "\"status\":\"BACKORDER\",\"available\":0,\"availableCapped\":false"),
            ]
            #expect(
                response.body == "{\"sku\":\"a\",\"locations\":[\(entries.joined(separator: ","))],"
                    + "\"nextPageToken\":null}\n"
            )
            #expect(response.headers["cache-control"]?.hasPrefix("public") == true)
            #expect(try await server.get("/v1/items/b/locations").status == 404)
        }
    }

    @Test func `an item's locations come in pages of one item only`() async throws {
        let node = FakeNode()
        let levels = (0..<7).map { level("s\($0)", onHand: 1) }
        node.put("a", levels: levels)
        node.put("b", levels: levels)
        try await withServer(node) { server in
            var found: [String] = []
            var token = ""
            repeat {
                let page = try await server.get("/v1/items/a/locations?page_size=3\(token)")
                let told = try decode(ItemLocations.self, page.body)
                #expect(told.locations.count <= 3)
                found += told.locations.map(\.location)
                token = told.nextPageToken.map { "&page_token=\($0)" } ?? ""
                if !token.isEmpty {
                    let other = try await server.get("/v1/items/b/locations?page_size=3\(token)")
                    #expect(other.status == 400)
                    #expect(other.body.contains("\"parameter\":\"page_token\""))
                }
            } while !token.isEmpty
            #expect(found == (0..<7).map { "s\($0)" })
        }
    }

    @Test func `what is archived can be picked up nowhere`() async throws {
        let node = FakeNode()
        node.put("a", state: .archived, levels: [level("s1", onHand: 9)])
        try await withServer(node) { server in
            let response = try await server.get("/v1/items/a/locations")
            #expect(response.body == "{\"sku\":\"a\",\"locations\":[],\"nextPageToken\":null}\n")
        }
    }

    @Test func `a location's own price is told where it is asked for`() async throws {
        let node = FakeNode()
        node.put("a", levels: [level("s1", onHand: 9)], offers: [offer("a", "s2", 1_500)])
        try await withServer(node) { server in
            for (query, amount) in [("", 1_999), ("&location=s1", 1_999), ("&location=s2", 1_500)] {
                let response = try await server.get("/v1/availability?sku=a\(query)")
                #expect(response.body.contains("\"price\":{\"amount\":\(amount),"), "\(query)")
            }
        }
    }

    @Test func `a location that does not exist is said so, and looked for once`() async throws {
        let node = FakeNode()
        node.put("a", levels: [level("s1", onHand: 9)])
        node.with {
            $0.locations = ["s2"]
            $0.knownLocations = ["s3"]
        }
        try await withServer(node) { server in
            let target = "/v1/availability?sku=a&location="
            for (location, status) in [("s1", 200), ("s2", 200), ("s3", 200), ("s4", 404)] {
                let response = try await server.get(target + location)
                #expect(response.status == status, "\(location)")
                if status == 404 { #expect(response.body.contains("location-not-found")) }
            }
            // Those that the view or the node's memory knows cost no question.
            #expect(node.asked.count == 2)
        }
    }

    @Test func `one location, and all of them in pages`() async throws {
        let node = FakeNode()
        node.with {
            $0.locations = ["s1"]
            $0.books.locations[nil] = BookList(
                rows: .locations([place("s1"), place("s2", online: false)]),
                nextPageToken: "more"
            )
            $0.books.locations["more"] = BookList(rows: .locations([]), nextPageToken: nil)
        }
        let first =
            "{\"location\":\"s1\",\"name\":\"Store s1\",\"kind\":\"STORE\",\"priority\":0,"
            + "\"sellsOnline\":true,\"state\":\"ACTIVE\",\"version\":1}"
        try await withServer(node) { server in
            #expect(try await server.get("/v1/locations/s1").body == first + "\n")
            let missing = try await server.get("/v1/locations/s9")
            #expect(missing.status == 404)
            #expect(missing.body.contains("location-not-found"))
            let page = try await server.get("/v1/locations?page_size=2")
            #expect(page.body.hasPrefix("{\"locations\":[\(first),{\"location\":\"s2\""))
            #expect(page.body.hasSuffix("],\"nextPageToken\":\"more\"}\n"))
            let last = try await server.get("/v1/locations?page_size=2&page_token=more")
            #expect(last.body == "{\"locations\":[],\"nextPageToken\":null}\n")
        }
    }
}

private struct ItemLocations: Decodable {
    struct Entry: Decodable { var location: String }
    var locations: [Entry]
    var nextPageToken: String?
}
