import Ledger
import LedgerClient

/// The check at the end: what was acknowledged is what the ledger holds, on every node.
struct BenchBooks: Sendable {
    let stock: BenchStock
    let client: EstoqueClient
    let probe: ClusterProbe

    /// What came of it.
    struct Result: Sendable {
        /// Asked again and again, and no answer.
        var unknown = 0
        /// Why the books don't balance; empty when they do.
        var complaints: [String] = []
    }

    private static let questionsAtOnce = 32

    /// Compares what the tally says with what the ledger says.
    func check(_ tally: LoadTally) async -> Result {
        var result = Result()
        var acknowledged = tally.acknowledged
        for ask in tally.unknown {
            do {
                _ = try await client.send(stock.request(ask), timeout: .seconds(15))
                acknowledged += 1
            } catch {
                guard error.refused == nil else { continue }
                result.unknown += 1
                if result.unknown == 1 { result.complaints.append("no answer: \(error)") }
            }
        }
        if result.unknown > 0 {
            result.complaints.append("\(result.unknown) reservations have no answer")
        }
        await checkLevels(acknowledged, &result)
        await checkDigests(&result)
        return result
    }

    private func checkLevels(_ acknowledged: Int, _ result: inout Result) async {
        var reserved: Quantity = 0
        var places = 0
        do {
            for skus in stock.skus.chunks(of: Self.questionsAtOnce) {
                for view in try await levels(of: Array(skus)) {
                    let level = view.level
                    reserved += level.reserved
                    places += 1
                    if level.reserved > level.onHand || level.onHand != BenchSetup.unitsPerPlace {
                        result.complaints.append(
                            "\(view.sku) at \(view.location): \(level.reserved) reserved of "
                                + "\(level.onHand) on hand"
                        )
                    }
                }
            }
        } catch {
            result.complaints.append("the levels can't be read: \(error)")
            return
        }
        if places != stock.places {
            result.complaints.append("\(places) levels instead of \(stock.places)")
        }
        if reserved != Quantity(acknowledged) {
            result.complaints.append(
                "\(acknowledged) reservations were acknowledged, \(reserved) units are reserved"
            )
        }
    }

    /// Linearizable: everything acknowledged before is in it.
    private func levels(of skus: [SKU]) async throws -> [LevelView] {
        try await withThrowingTaskGroup(of: [LevelView].self) { group in
            for sku in skus {
                group.addTask {
                    try await client.item(sku, .linearizable, timeout: .seconds(30)).value.levels
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func checkDigests(_ result: inout Result) async {
        guard let leader = await probe.leader() else {
            result.complaints.append("none of the nodes leads")
            return
        }
        do {
            let comparison = try await DigestComparison.take(
                probe,
                startingWith: leader.node,
                within: .seconds(60)
            )
            result.complaints += comparison.complaints
        } catch {
            result.complaints.append("no digest: \(error)")
        }
    }
}
