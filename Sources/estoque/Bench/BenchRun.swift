import LedgerClient

/// A whole run: a cluster, its stock, the load, the books.
struct BenchRun: Sendable {
    let plan: BenchPlan
    /// A cluster that runs; nil to start one.
    let addresses: [NodeAddress]?
    let localNodes: Int
    let directory: String?

    func run() async throws -> BenchReport {
        guard let addresses else { return try await runLocally() }
        let probe = ClusterProbe(addresses)
        do {
            let report = try await Interruption.ending { try await measure(probe, local: nil) }
            await probe.close()
            return report
        } catch {
            await probe.close()
            throw (error as? EstoqueError).map(CommandFailure.init) ?? error
        }
    }

    private func runLocally() async throws -> BenchReport {
        try await Interruption.ending {
            say("starting \(localNodes) nodes")
            let cluster = try await LocalCluster.start(nodes: localNodes, directory: directory)
            do {
                let report = try await measure(cluster.probe, local: cluster)
                await cluster.stop(keepingFiles: !report.booksBalance)
                if !report.booksBalance {
                    Terminal.err("the nodes' logs and data are in \(cluster.directory.path)")
                }
                return report
            } catch is CancellationError {
                await cluster.stop()
                throw CancellationError()
            } catch {
                let dead = cluster.nodes.indices.filter { cluster.pid($0) == nil }
                await cluster.stop(keepingFiles: true)
                throw cluster.failure("\(error)", showing: dead)
            }
        }
    }

    private func measure(_ probe: ClusterProbe, local: LocalCluster?) async throws -> BenchReport {
        let client = EstoqueClient(nodes: probe.addresses, actor: LoadNames.actor)
        do {
            let report = try await measure(client, probe, local)
            await client.close()
            return report
        } catch {
            await client.close()
            throw error
        }
    }

    private func measure(
        _ client: EstoqueClient,
        _ probe: ClusterProbe,
        _ local: LocalCluster?
    ) async throws -> BenchReport {
        let stock = BenchStock(plan, run: BenchStock.newRun())
        say("receiving stock: \(stock.places) levels")
        try await BenchSetup(stock: stock, client: client).run()
        say("\(plan.mode.rawValue), \(plan.clients) clients, \(DurationArgument(plan.duration))")
        let measured = try await BenchMeasurement.take(
            plan,
            stock: stock,
            probe: probe,
            local: local
        )
        say("checking the books")
        let books = await BenchBooks(stock: stock, client: client, probe: probe)
            .check(measured.tally)
        for complaint in books.complaints { Terminal.err("books: \(complaint)") }
        if let refusal = measured.tally.firstRefusal { Terminal.err("refused: \(refusal)") }
        if let retry = measured.tally.firstRetry { Terminal.err("asked again: \(retry)") }
        return BenchReport(
            plan,
            measured,
            unknown: books.unknown,
            booksBalance: books.complaints.isEmpty
        )
    }

    /// A line about the work, for people who watch.
    private func say(_ text: String) {
        if Terminal.errIsTerminal { Terminal.err("bench: \(text)") }
    }
}
