import Ledger
import LedgerClient
import SystemPackage

/// The check at the end of a replay: what the ledger itself says.
struct ReplayBooks: Sendable {
    let client: EstoqueClient
    let probe: ClusterProbe

    private static let questionsAtOnce = 64

    /// Compares what is left with what must be left, and writes it down.
    func check(
        _ skus: [SKU],
        _ tally: ReplayTally,
        totals: String?
    ) async throws -> (levels: Int, complaints: [String]) {
        var complaints: [String] = []
        if tally.failures > 0 {
            complaints.append(
                "\(tally.failures) commands failed, the first: \(tally.firstFailure ?? "?")"
            )
        }
        let levels = try await levels(of: skus)
        if let reserved = levels.first(where: { $0.level.reserved != 0 }) {
            complaints.append("\(reserved.sku) at \(reserved.location) is still reserved")
        }
        if let leader = await probe.leader() {
            complaints += try await DigestComparison.take(
                probe,
                startingWith: leader.node,
                within: .seconds(60)
            ).complaints
        } else {
            complaints.append("none of the nodes leads")
        }
        if let totals { try write(levels, to: totals) }
        return (levels.count, complaints)
    }

    /// Linearizable: everything acknowledged before is in it.
    private func levels(of skus: [SKU]) async throws -> [LevelView] {
        var levels: [LevelView] = []
        for skus in skus.chunks(of: Self.questionsAtOnce) {
            levels += try await withThrowingTaskGroup(of: [LevelView].self) { group in
                for sku in skus {
                    group.addTask {
                        try await client.item(sku, .linearizable, timeout: .seconds(30)).value
                            .levels
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        return levels.sorted { ($0.sku, $0.location) < ($1.sku, $1.location) }
    }

    private func write(_ levels: [LevelView], to path: String) throws {
        var text = "sku,location,on_hand,reserved\n"
        for view in levels {
            text +=
                "\(RejectSink.quoted(view.sku.text)),\(RejectSink.quoted(view.location.text)),"
                + "\(view.level.onHand),\(view.level.reserved)\n"
        }
        do {
            let file = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            try file.closeAfter { _ = try file.writeAll(text.utf8) }
        } catch {
            throw CommandFailure("\(path) can't be written: \(error)")
        }
    }
}
