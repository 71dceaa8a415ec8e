import Ledger
import LedgerClient

/// The check of the agents at the end: what they told their tills is what the ledger took in, once.
struct StoreCheck: Sendable {
    let cluster: LocalCluster
    let stores: [DemoStore]

    private static let limit = Duration.seconds(60)
    /// How long a sale is asked for again before there is no answer.
    private static let patience = Duration.seconds(10)

    /// Waits until everything is told, and compares.
    func run() async -> [DemoCheck.Finding] {
        let client = EstoqueClient(nodes: cluster.rpcAddresses, actor: LoadNames.actor)
        let facts = await checkFacts(client)
        let sales = await checkSales(client)
        await client.close()
        return [sales, facts]
    }

    // MARK: Sales

    /// Every sale again, at its till: the same receipt; and the ledger has it as the receipt says.
    private func checkSales(_ client: EstoqueClient) async -> DemoCheck.Finding {
        var complaints: [String] = []
        var (count, asked) = (0, 0)
        for store in stores {
            complaints += store.book.unanswered
            let sales = store.book.sales
            count += store.book.count
            asked += sales.count
            for sold in sales {
                if let complaint = await askAgain(sold, store) { complaints.append(complaint) }
                if let complaint = await find(sold, store, client) { complaints.append(complaint) }
            }
        }
        let which = asked == count ? "each" : "each of \(DemoText.number(asked))"
        return DemoCheck.Finding(
            title: "tills",
            text: "\(DemoText.number(count)) sales through agents; \(which) has the same receipt "
                + "when it is asked again, and is in the ledger as the receipt says",
            complaints: complaints
        )
    }

    private func askAgain(_ sold: StoreBook.Sold, _ store: DemoStore) async -> String? {
        let exchange = HTTPExchange(address: store.http)
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do {
                let again = try await exchange.post("/v1/sales", json: sold.request, key: sold.key)
                guard again.status == 200, again.body == sold.body else {
                    return "sale \(sold.receipt.sale) got another answer: \(again.status)"
                }
                return nil
            } catch {
                // A connection may break; that is no answer, and a till would ask once more.
                guard ContinuousClock.now < deadline else {
                    return "sale \(sold.receipt.sale) got no answer again: \(error)"
                }
                await Uncancelled.sleep(for: .milliseconds(50))
            }
        }
    }

    private func find(
        _ sold: StoreBook.Sold,
        _ store: DemoStore,
        _ client: EstoqueClient
    ) async -> String? {
        let name = sold.receipt.sale
        do throws(EstoqueError) {
            let found = try await client.sale(
                SaleID(unchecked: name),
                .linearizable,
                timeout: .seconds(20)
            ).value
            let wanted = sold.receipt.lines.map { line in
                SaleLine(
                    sku: SKU(unchecked: line.sku),
                    location: store.location,
                    sold: line.quantity
                )
            }
            return found.lines == wanted
                ? nil : "sale \(name) is in the ledger otherwise: \(found.lines)"
        } catch {
            return "sale \(name) can't be found: \(error)"
        }
    }

    // MARK: Facts

    private func checkFacts(_ client: EstoqueClient) async -> DemoCheck.Finding {
        var finding = DemoCheck.Finding(title: "facts", text: "")
        var taken: UInt64 = 0
        for store in stores {
            do throws(EstoqueError) {
                taken += try await waitUntilTold(store, client, &finding.complaints)
            } catch {
                finding.complaints.append("\(store.location) can't be looked at: \(error)")
            }
        }
        finding.text =
            "\(DemoText.number(Int(clamping: taken))) facts told by agents, as many taken in; "
            + "no outbox holds any, none opened a conflict or was put aside"
        return finding
    }

    /// Waits until the ledger has every fact; gives how many those are.
    private func waitUntilTold(
        _ store: DemoStore,
        _ client: EstoqueClient,
        _ complaints: inout [String]
    ) async throws(EstoqueError) -> UInt64 {
        let deadline = ContinuousClock.now + Self.limit
        while true {
            let status = await store.status()
            let page = PageRequest(minPosition: try await newest(client), timeout: .seconds(20))
            let report = try await client.stores(at: store.location, page).value.rows.first
            if let status, let report, status.outboxDepth == 0,
                report.agent.factCount == status.sequence
            {
                complaints += Self.complaints(status, report, store)
                return report.agent.factCount
            }
            guard ContinuousClock.now < deadline else {
                complaints.append(
                    "\(store.location) wrote \(status?.sequence ?? 0) facts and has "
                        + "\(status?.outboxDepth ?? 0) to tell; the ledger took in "
                        + "\(report?.agent.factCount ?? 0)"
                )
                return report?.agent.factCount ?? 0
            }
            await Uncancelled.sleep(for: .milliseconds(50))
        }
    }

    /// Where the ledger is now, at least.
    private func newest(_ client: EstoqueClient) async throws(EstoqueError) -> Position {
        guard let sku = DemoCatalogue.products.first?.sku else { return Position(0) }
        return try await client.item(sku, .linearizable, timeout: .seconds(20)).position
    }

    private static func complaints(
        _ status: AgentReport,
        _ report: StoreReport,
        _ store: DemoStore
    ) -> [String] {
        var complaints: [String] = []
        let agent = report.agent
        func expect(_ isSo: Bool, _ complaint: String) {
            if !isSo { complaints.append("\(store.location): \(complaint)") }
        }
        expect(
            Int(clamping: status.sinceStart.sales) == store.book.count,
            "the agent made \(status.sinceStart.sales) sales, its tills know of \(store.book.count)"
        )
        expect(agent.state == .active, "the ledger has frozen it")
        expect(
            agent.conflictCount == 0 && report.openConflicts == 0,
            "\(agent.conflictCount) facts opened conflicts, \(report.openConflicts) are open"
        )
        expect(
            agent.quarantineCount == 0 && report.quarantined == 0,
            "\(agent.quarantineCount) facts were put aside"
        )
        expect(
            status.sinceStart.overdrawnUnits == 0,
            "\(status.sinceStart.overdrawnUnits) units were sold without rights"
        )
        return complaints
    }
}
