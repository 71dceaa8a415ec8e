import Foundation
import TestSupport
import Testing

/// The program as a back office uses it, on real nodes.
extension ClusterTests {
    @Suite struct `The command line` {
        /// Runs the program with JSON as its output; gives the object that it printed.
        private func estoque(
            _ cluster: Cluster,
            _ words: String,
            expecting ending: ChildProcess.Ending = .exited(0)
        ) async throws -> [String: Any] {
            let addresses = cluster.nodes.map { "\($0.rpc)" }.joined(separator: ",")
            let process = try ChildProcess(
                Estoque.path(),
                words.split(separator: " ").map(String.init)
                    + ["--node", addresses, "--timeout", "60s", "--output", "json"],
                output: cluster.directory.path("program-\(UUID().uuidString)")
            )
            let ended = try await process.end(within: .seconds(90))
            let output = process.output
            #expect(ended == ending, "\(words): \(output)")
            let line = output.split(separator: "\n").first { $0.hasPrefix("{") } ?? "{}"
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any])
        }

        @Test func `sells, takes back, moves, counts, and tells what happened`() async throws {
            try await Cluster.run { cluster in
                func run(_ words: String) async throws -> [String: Any] {
                    try await estoque(cluster, words)
                }
                _ = try await run("item upsert tea --title Tea")
                _ = try await run("location upsert shop --name Shop")
                _ = try await run("location upsert depot --name Depot")
                _ = try await run("stock receive tea@shop=20")
                _ = try await run("stock sell tea@shop=5 --sale receipt-1")
                _ = try await run("sale return receipt-1 tea@shop=2 --damaged --reason torn")
                _ = try await run("transfer create tea=4 --from shop --to depot --id t-1")
                _ = try await run("transfer ship t-1")
                let arrived = try await run("transfer receive t-1 tea=2:1:1")
                #expect((arrived["transfer"] as? [String: Any])?["state"] as? String == "CLOSED")
                _ = try await run("stock count tea@shop=12:13")
                let asked = try await run(
                    "stock write-off tea@shop=2 --reason torn --validate-only"
                )
                #expect(asked["validated"] as? Bool == true)
                _ = try await run("offer set tea shop --price 1.50 --currency GBP")
                let level = try await run("stock get tea shop --consistency linearizable")
                let shown = try #require(level["level"] as? [String: Any])
                // 20 − 5 + 2 − 4 − 1; of the two that came back damaged none was written off.
                #expect(shown["onHand"] as? Int == 12)
                #expect(shown["unavailable"] as? Int == 2)
                let refused = try await estoque(
                    cluster,
                    "sale return receipt-1 tea@shop=4",
                    expecting: .exited(1)
                )
                #expect(refused.isEmpty)

                let position = try #require(level["position"] as? Int)
                let history = try await run("history --item tea --min-position \(position)")
                let kinds = (history["entries"] as? [[String: Any]])?.map { $0["kind"] as? String }
                #expect(kinds?.contains("RETURN") == true)
                #expect(kinds?.last == "UPSERT_ITEM")
                let found = try await run("search te --min-position \(position)")
                #expect((found["items"] as? [[String: Any]])?.count == 1)

                let verified = try await run("cluster verify")
                #expect(verified["isWell"] as? Bool == true)
            }
        }

        @Test func `exports what was imported, and counts by the export`() async throws {
            try await Cluster.run { cluster in
                func file(_ name: String, _ text: String) throws -> String {
                    let path = cluster.directory.path(name)
                    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                    return path
                }
                let items = try file("items.csv", "sku,title\na,Apple\nb,\"Pear, green\"\n")
                let places = try file("places.csv", "id,name\ns,Shop\n")
                let stock = try file("stock.csv", "sku,location,receive\na,s,5\nb,s,7\n")
                for (kind, path) in [("items", items), ("locations", places), ("stock", stock)] {
                    let told = try await estoque(cluster, "import \(kind) \(path)")
                    let lines = try #require(told["lines"] as? [String: Any])
                    #expect(lines["refused"] as? Int == 0)
                }
                let again = try await estoque(cluster, "import stock \(stock)")
                #expect((again["lines"] as? [String: Any])?["alreadyThere"] as? Int == 2)

                let exported = cluster.directory.path("export.csv")
                _ = try await estoque(cluster, "export stock \(exported)")
                let text = try String(contentsOfFile: exported, encoding: .utf8)
                #expect(text.hasPrefix("sku,location,counted,book,book_version,"))
                #expect(text.contains("\na,s,,5,1,"))
                // What was counted of the apples is filled in, and the pears were sold meanwhile.
                let counted = try file(
                    "counted.csv",
                    text.replacingOccurrences(of: "\na,s,,5,", with: "\na,s,4,5,")
                        .replacingOccurrences(of: "\nb,s,,7,", with: "\nb,s,7,7,")
                )
                _ = try await estoque(cluster, "stock sell b@s=1")
                let told = try await estoque(
                    cluster,
                    "import stock \(counted)",
                    expecting: .exited(1)
                )
                let lines = try #require(told["lines"] as? [String: Any])
                #expect(lines["imported"] as? Int == 1)
                #expect(
                    (lines["refusedByReason"] as? [String: Any])?["COUNT_OUTDATED"] as? Int == 1
                )
                let journal = cluster.directory.path("journal.csv")
                _ = try await estoque(cluster, "export journal \(journal)")
                let rows = try String(contentsOfFile: journal, encoding: .utf8)
                #expect(rows.contains(",COUNT,a,s,-1,"))
            }
        }
    }
}
