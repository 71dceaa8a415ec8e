import Foundation
import Ledger
import Testing

@testable import Replica

/// Carts that ask a real node for holds over HTTP.
@Suite(.serialized) struct CartTests {
    private struct Problem: Decodable {
        struct Line: Decodable, Equatable {
            var sku: String
            var location: String?
            var requested: Int
            var available: Int
        }
        var reason: String
        var lines: [Line]
    }

    private static func body(_ quantity: Int, at location: String?) -> String {
        let place = location.map { ",\"location\":\"\($0)\"" } ?? ""
        return """
            {"requestId":"\(UUID().uuidString.lowercased())","cart":"a-secret-of-many-letters",
            "lines":[{"sku":"tea","quantity":\(quantity)\(place)}]}
            """
    }

    /// What a location that doesn't sell online has is neither shown to carts nor held for them.
    @Test func `carts get nothing of a location that doesn't sell online`() async throws {
        try await NodeCluster.run(1) { cluster in
            let id = cluster.ids[0]
            _ = try await cluster.leader()
            var backRoom = UpsertLocation(id: LocationID(unchecked: "back"), name: "Back room")
            backRoom.sellsOnline = false
            let commands = [
                Command.item("tea"), .place("shop"), .upsertLocation(backRoom),
                .receive(3, "tea", at: "shop"), .receive(9, "tea", at: "back"),
            ]
            for command in commands {
                _ = try #require(try await cluster.submit(command, at: id).answer)
            }
            try await serving(try await cluster.node(id)) { address in
                let tooMuch: [(String?, Int, Int)] = [("back", 1, 0), (nil, 4, 3)]
                for (place, quantity, available) in tooMuch {
                    let at = place.map { "&location=\($0)" } ?? ""
                    let shown = try await ask(address, "GET /v1/availability?sku=tea\(at)")
                    #expect(shown.body.contains("\"available\":\(available),"))
                    let refused = try await ask(
                        address,
                        "POST /v1/holds",
                        json: Self.body(quantity, at: place)
                    )
                    #expect(refused.status == 409)
                    let problem = try JSONDecoder()
                        .decode(Problem.self, from: Data(refused.body.utf8))
                    #expect(problem.reason == "INSUFFICIENT_STOCK")
                    let line = Problem.Line(
                        sku: "tea",
                        location: place,
                        requested: quantity,
                        available: available
                    )
                    #expect(problem.lines == [line])
                }
                for place in ["shop", nil] {
                    let held = try await ask(
                        address,
                        "POST /v1/holds",
                        json: Self.body(1, at: place)
                    )
                    #expect(held.status == 201)
                }
            }
        }
    }
}
