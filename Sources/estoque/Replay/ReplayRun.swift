import Ledger
import LedgerClient
import NIOPosix
import Synchronization

/// Plays an Online Retail file as business, through one Session.
///
/// Some hundred invoices of the file are under way at once: first their orders, each an atomic
/// reservation of all its lines that is confirmed and fulfilled, then what came back and what was
/// corrected in them. So a return never overtakes the sale that it undoes.
struct ReplayRun: Sendable {
    let session: Session
    let path: String
    let invoicesAtOnce: Int

    /// How long one command may take, failovers included.
    private static let patience = Duration.seconds(60)
    private static let holdTTL = Milliseconds(3_600_000)

    /// Catalogue and stock; says what will be asked for at the end.
    func prepare() async throws -> [SKU] {
        let path = path
        let (catalogue, cover) = try await NIOThreadPool.singleton.runIfActive {
            let file = try FileSource(path)
            defer { file.close() }
            let catalogue = try OnlineRetailCatalogue.read(file)
            let again = try FileSource(path)
            defer { again.close() }
            var invoices = RetailInvoices(again)
            var cover = RetailCover()
            while let invoice = try invoices.next() { cover.add(invoice) }
            return (catalogue, cover)
        }
        try await submit(catalogue.commands)
        try await submit(cover.receipts.map(Command.receive))
        return catalogue.commands.compactMap { command in
            if case .upsertItem(let item) = command { item.sku } else { nil }
        }
    }

    private func submit(_ commands: [Command]) async throws {
        for commands in commands.chunks(of: 1_000) {
            try await withThrowingTaskGroup { group in
                for command in commands {
                    group.addTask {
                        _ = try await session.submit(command, timeout: Self.patience)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Plays the file; says what was read of it and what was done.
    func play(
        onProgress: (ReplayTally) -> Void
    ) async throws -> (tally: ReplayTally, linesRead: Int, refused: [String: Int]) {
        let file = try FileSource(path)
        defer { file.close() }
        let invoices = Mutex(RetailInvoices(file))
        var names = RetailNames()
        var sold = RetailSales()
        var tally = ReplayTally()
        while true {
            let count = invoicesAtOnce
            let some = try await NIOThreadPool.singleton.runIfActive {
                try invoices.withLock { invoices in
                    var some: [RetailInvoice] = []
                    while some.count < count, let next = try invoices.next() { some.append(next) }
                    return some
                }
            }
            guard !some.isEmpty else { break }
            let plans = some.map { ReplayPlan($0, &names, &sold) }
            for plan in plans { tally.lines += plan.lineCount }
            tally += await all(plans) { plan, tally in
                for order in plan.orders { await sell(order, &tally) }
            }
            tally += await all(plans) { plan, tally in
                for command in plan.returns where await done(command, &tally) {
                    tally.returns += 1
                }
                for command in plan.adjustments where await done(command, &tally) {
                    tally.adjustments += 1
                }
            }
            onProgress(tally)
        }
        return invoices.withLock { (tally, $0.linesRead, $0.refused) }
    }

    private func all(
        _ plans: [ReplayPlan],
        _ body: @escaping @Sendable (ReplayPlan, inout ReplayTally) async -> Void
    ) async -> ReplayTally {
        await withTaskGroup { group in
            for plan in plans {
                group.addTask {
                    var tally = ReplayTally()
                    await body(plan, &tally)
                    return tally
                }
            }
            return await group.reduce(into: ReplayTally()) { $0 += $1 }
        }
    }

    private func sell(_ order: ReplayPlan.Order, _ tally: inout ReplayTally) async {
        let reserve = Reserve(
            reservation: order.id,
            owner: Owner(kind: .order, reference: order.number),
            lines: order.lines,
            ttl: Self.holdTTL
        )
        guard await done(.reserve(reserve), &tally),
            await done(.confirm(Confirm(reservation: order.id, order: order.number)), &tally),
            await done(.fulfill(Fulfill(reservation: order.id)), &tally)
        else { return }
        tally.orders += 1
        tally.orderLines += order.lines.count
    }

    private func done(_ command: Command, _ tally: inout ReplayTally) async -> Bool {
        do throws(EstoqueError) {
            _ = try await session.submit(command, timeout: Self.patience)
            tally.commands += 1
            return true
        } catch {
            tally.fail(error)
            return false
        }
    }
}
