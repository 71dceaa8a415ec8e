import Ledger
import LedgerClient

/// The check of the books at the end: what the shops wrote down is what the ledger holds.
struct DemoCheck: Sendable {
    let cluster: LocalCluster
    let books: DemoBooks

    /// One line of the result.
    struct Finding: Sendable {
        var title: String
        var text: String
        var complaints: [String] = []

        var isGood: Bool { complaints.isEmpty }
    }

    private static let requestsPerCall = 250
    /// A good deal less than 24 h, since the check takes its time.
    private static let memory = Milliseconds(72_000_000)
    private static let expiryLimit = Duration.seconds(20)

    /// Everything that can be compared; the last writes come before the digests.
    func run() async -> [Finding] {
        let client = EstoqueClient(nodes: cluster.rpcAddresses, actor: LoadNames.actor)
        let answers = await checkAnswers()
        let shelves = await checkShelves(client)
        await client.close()
        return [answers, shelves.stock, shelves.oversell, await checkDigests()]
    }

    // MARK: Answers

    /// Every request again, of one node after another: the same answer, marked as a replay.
    private func checkAnswers() async -> Finding {
        let entries = rememberedEntries()
        var complaints = books.unanswered
        for (index, chunk) in entries.chunks(of: Self.requestsPerCall).enumerated() {
            let client = EstoqueClient(
                nodes: [cluster.nodes[index % cluster.nodes.count].rpc],
                actor: LoadNames.actor
            )
            await ask(Array(chunk), client, &complaints)
            await client.close()
        }
        let all = books.count
        let asked =
            entries.count == all
            ? "all were asked again" : "\(DemoText.number(entries.count)) of them were asked again"
        return Finding(
            title: "answers",
            text: "\(DemoText.number(all)) acknowledged; \(asked), of each node in turn, "
                + "and got the same answer as a replay",
            complaints: complaints
        )
    }

    /// Those that the ledger must still remember: it does for 24 h of its own time.
    private func rememberedEntries() -> [DemoBooks.Entry] {
        let entries = books.entries
        let newest = entries.map(\.answer.logTime).max() ?? LogTime(microseconds: 0)
        return entries.filter { $0.answer.logTime.advanced(by: Self.memory) > newest }
    }

    private func ask(
        _ entries: [DemoBooks.Entry],
        _ client: EstoqueClient,
        _ complaints: inout [String]
    ) async {
        let results: [Result<Answer, EstoqueError>]
        do {
            results = try await client.batch(entries.map(\.request), timeout: .seconds(30))
        } catch {
            complaints.append("requests can't be asked again: \(error)")
            return
        }
        for (entry, result) in zip(entries, results) {
            let again: Answer
            switch result {
            case .success(let answer): again = answer
            case .failure(let error):
                guard let refused = error.refused else {
                    complaints.append("\(entry.request.id) got no answer again: \(error)")
                    continue
                }
                again = refused
            }
            var expected = entry.answer
            expected.replayed = true
            if again != expected {
                complaints.append("\(entry.request.id) got another answer: \(again)")
            }
        }
    }

    // MARK: Shelves

    private func checkShelves(_ client: EstoqueClient) async -> (stock: Finding, oversell: Finding)
    {
        var stock = Finding(title: "stock", text: "")
        var oversell = Finding(title: "oversell", text: "nowhere is more promised than there is")
        let expected = books.shelves
        let deadline = ContinuousClock.now + Self.expiryLimit
        var levels: [Shelf: StockLevel] = [:]
        do {
            levels = try await readLevels(client)
            // The holds of those who walked away expire by themselves.
            while !agree(levels, expected), ContinuousClock.now < deadline {
                await Uncancelled.sleep(for: .milliseconds(100))
                levels = try await readLevels(client)
            }
        } catch {
            stock.complaints.append("the levels can't be read: \(error)")
        }
        var units: Quantity = 0
        for (shelf, wanted) in expected.sorted(by: { $0.key < $1.key }) {
            let level = levels[shelf] ?? StockLevel()
            units += level.onHand
            if level.onHand != wanted.onHand || level.reserved != wanted.reserved {
                stock.complaints.append(
                    "\(shelf.sku) at \(shelf.location): on hand \(level.onHand), reserved "
                        + "\(level.reserved); by the answers \(wanted.onHand) and \(wanted.reserved)"
                )
            }
            if level.reserved + level.allotted > level.onHand || level.reserved < 0 {
                oversell.complaints.append(
                    "\(shelf.sku) at \(shelf.location): \(level.reserved) reserved and "
                        + "\(level.allotted) for the store's agent, of \(level.onHand)"
                )
            }
        }
        stock.text =
            "\(expected.count) shelves with \(DemoText.number(Int(units))) units are as the "
            + "answers say: received, sold, handed over, reserved"
        return (stock, oversell)
    }

    private func agree(
        _ levels: [Shelf: StockLevel],
        _ expected: [Shelf: DemoBooks.Expected]
    ) -> Bool {
        expected.allSatisfy { shelf, wanted in
            let level = levels[shelf] ?? StockLevel()
            return level.onHand == wanted.onHand && level.reserved == wanted.reserved
        }
    }

    private func readLevels(_ client: EstoqueClient) async throws -> [Shelf: StockLevel] {
        var levels: [Shelf: StockLevel] = [:]
        for product in DemoCatalogue.products {
            let item = try await client.item(product.sku, .linearizable, timeout: .seconds(20))
            for view in item.value.levels {
                levels[Shelf(sku: view.sku, location: view.location)] = view.level
            }
        }
        return levels
    }

    // MARK: Nodes

    private func checkDigests() async -> Finding {
        var finding = Finding(title: "nodes", text: "")
        guard let leader = await cluster.probe.leader() else {
            finding.complaints.append("none of the nodes leads")
            return finding
        }
        do {
            let comparison = try await DigestComparison.take(
                cluster.probe,
                startingWith: leader.node,
                within: .seconds(30)
            )
            finding.complaints = comparison.complaints
            let digest = comparison.digests[leader.node] ?? ""
            let count = cluster.nodes.count
            finding.text =
                "\(count == 1 ? "one digest" : "\(count) equal digests") at position "
                + "\(DemoText.number(Int(clamping: comparison.position))): \(digest)"
        } catch {
            finding.complaints.append("no digest: \(error)")
        }
        return finding
    }
}

extension Shelf: Comparable {
    static func < (left: Shelf, right: Shelf) -> Bool {
        (left.location, left.sku) < (right.location, right.sku)
    }
}
