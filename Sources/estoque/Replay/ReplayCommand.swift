import ArgumentParser
import Ledger
import LedgerClient
import SystemPackage

/// Real orders as a load, and as a check of the books.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play the orders of the Online Retail data set on a cluster of its own.",
        discussion: """
            Starts three nodes on this machine, receives what the file's orders need, and plays \
            the file (doi.org/10.24432/C5BW33) through a Session: each invoice is one atomic \
            reservation of all its lines that is confirmed and fulfilled; cancellations come back, \
            other negative lines are adjustments. Then all nodes must hold the same, with nothing \
            left reserved. --totals writes what the ledger holds of each item at each location, to \
            be compared with another program's sums, as Benchmarks/online-retail does.

            Example: estoque replay online-retail.csv.xz --totals totals.csv --output json
            """
    )

    @Argument(
        help: "The CSV file, plain or packed by gzip or xz.",
        completion: .file(extensions: ["csv", "xz", "gz"])
    )
    var file: String

    @Option(name: .long, help: "How many nodes to start.")
    var local = 3

    @Option(name: .long, help: "Invoices that are under way at once.")
    var invoicesAtOnce = 1_000

    @Option(
        name: .long,
        help: "Write sku, location, on_hand and reserved of each level to this file."
    )
    var totals: String?

    @Option(name: .long, help: "table for people, json for programs.")
    var output: OutputFormat = .table

    func validate() throws {
        try BenchPlan.check(local, "--local", BenchPlan.Bounds.nodes)
        try BenchPlan.check(invoicesAtOnce, "--invoices-at-once", 1...5_000)
        guard file != "-" else {
            throw ValidationError("the file is read more than once, so it can't be standard input")
        }
    }

    func run() async throws {
        let (file, local, count, totals) = (file, local, invoicesAtOnce, totals)
        let report = try await Interruption.ending {
            let cluster = try await LocalCluster.start(nodes: local)
            do {
                let report = try await Self.replay(
                    file,
                    on: cluster,
                    invoicesAtOnce: count,
                    totals: totals
                )
                await cluster.stop()
                return report
            } catch {
                await cluster.stop()
                throw (error as? EstoqueError).map(CommandFailure.init)
                    ?? (error as? ByteSourceError).map { CommandFailure($0.description) }
                    ?? (error as? ImportFileError).map { CommandFailure($0.description) } ?? error
            }
        }
        for complaint in report.complaints { Terminal.err("books: \(complaint)") }
        Report(json: report.json, tables: report.tables, notes: report.notes).print(as: output)
        guard report.complaints.isEmpty else {
            throw CommandFailure("the books do not balance")
        }
    }

    private static func replay(
        _ file: String,
        on cluster: LocalCluster,
        invoicesAtOnce: Int,
        totals: String?
    ) async throws -> ReplayReport {
        let client = EstoqueClient(nodes: cluster.rpcAddresses, actor: LoadNames.actor)
        do {
            let run = ReplayRun(
                session: client.session,
                path: file,
                invoicesAtOnce: invoicesAtOnce
            )
            let start = ContinuousClock.now
            let skus = try await run.prepare()
            let played = ContinuousClock.now
            let timeBefore = cluster.processorTime()
            let (tally, linesRead, refused) = try await run.play { tally in
                guard Terminal.errIsTerminal else { return }
                Terminal.rewriteLine("\(tally.orders) orders, \(tally.lines) lines")
            }
            let elapsed = ContinuousClock.now - played
            if Terminal.errIsTerminal { Terminal.rewriteLine("") }
            let serverTime = cluster.processorTime() - timeBefore
            let books = ReplayBooks(client: client, probe: cluster.probe)
            let (levels, complaints) = try await books.check(skus, tally, totals: totals)
            await client.close()
            return ReplayReport(
                tally: tally,
                linesRead: linesRead,
                refused: refused,
                setup: played - start,
                elapsed: elapsed,
                serverTime: serverTime,
                levels: levels,
                complaints: complaints
            )
        } catch {
            await client.close()
            throw error
        }
    }
}
