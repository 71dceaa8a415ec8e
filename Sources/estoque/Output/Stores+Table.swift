import Ledger
import LedgerAPI
import LedgerClient

/// Stores, their rights, facts and conflicts as tables.
extension Table {
    static func stores(_ reports: [StoreReport]) -> Table {
        var table = Table(
            ("LOCATION", .left),
            ("STATE", .left),
            ("EPOCH", .right),
            ("FACTS", .right),
            ("ALLOTTED", .right),
            ("CONFLICTS", .right),
            ("PUT ASIDE", .right),
            ("LAST SEEN", .left)
        )
        for report in reports {
            let agent = report.agent
            table.add(
                Cell(agent.location.text),
                Cell(agent.state.word, agent.state == .active ? .plain : .bad),
                Cell("\(agent.epoch)"),
                Cell("\(agent.factCount)"),
                Cell("\(agent.allottedUnits)"),
                Cell("\(report.openConflicts)", report.openConflicts > 0 ? .bad : .plain),
                Cell("\(report.quarantined)", report.quarantined > 0 ? .warning : .plain),
                Cell(agent.lastSeen.text)
            )
        }
        return table
    }

    /// Everything that is known of one, with what waits for a person.
    static func store(_ report: StoreReport) -> Table {
        var table = store(report.agent)
        let open = report.openConflicts
        let aside = report.quarantined
        table.add("open conflicts", Cell("\(open)", open > 0 ? .bad : .plain))
        table.add("put aside now", Cell("\(aside)", aside > 0 ? .warning : .plain))
        return table
    }

    /// The agent of one.
    static func store(_ agent: StoreAgent) -> Table {
        var table = Table(("STORE", .left), (agent.location.text, .left))
        let isKnown = agent.knownThrough.microseconds > 0
        let rows: [(String, Cell)] = [
            ("state", Cell(agent.state.word, agent.state == .active ? .good : .bad)),
            ("epoch", Cell("\(agent.epoch)")),
            ("instance", Cell(agent.instance.text)),
            ("online share", Cell("\(agent.settings.onlineShare) %")),
            ("holds", Cell(agent.settings.releasesHolds ? "released when oversold" : "kept")),
            ("last fact", Cell("\(agent.lastSequence)")),
            ("last seen", Cell(agent.lastSeen.text)),
            ("known through", Cell(isKnown ? agent.knownThrough.text : "")),
            ("allotted units", Cell("\(agent.allottedUnits)")),
            ("facts", Cell("\(agent.factCount)")),
            ("facts with conflicts", Cell("\(agent.conflictCount)")),
            ("facts put aside", Cell("\(agent.quarantineCount)")),
        ]
        for (name, cell) in rows { table.add(Cell(name), cell) }
        return table
    }

    static func allotments(_ views: [AllotmentView]) -> Table {
        var table = Table(
            ("SKU", .left),
            ("EPOCH", .right),
            ("GRANTED", .right),
            ("USED", .right),
            ("OPEN", .right),
            ("RECALLED", .right),
            ("FROZEN", .right)
        )
        for view in views {
            let allotment = view.allotment
            table.add(
                Cell(view.sku.text),
                Cell("\(allotment.epoch)"),
                Cell("\(allotment.granted)"),
                Cell("\(allotment.used)"),
                Cell("\(allotment.open)"),
                Cell("\(allotment.recalled)"),
                Cell("\(allotment.frozen)", allotment.frozen > 0 ? .warning : .plain)
            )
        }
        return table
    }

    static func conflicts(_ conflicts: [OpenConflict]) -> Table {
        var table = Table(
            ("CONFLICT", .left),
            ("KIND", .left),
            ("LOCATION", .left),
            ("SKU", .left),
            ("UNITS", .right),
            ("SINCE", .left),
            ("MORE", .left)
        )
        for open in conflicts {
            let conflict = open.conflict
            table.add(
                Cell(open.id.description),
                Cell(conflict.kind.word, .bad),
                Cell(conflict.location.text),
                Cell(conflict.sku?.text ?? ""),
                Cell("\(conflict.quantity)"),
                Cell(conflict.openedTime.text),
                Cell(conflict.more)
            )
        }
        return table
    }

    static func quarantined(_ facts: [QuarantinedFact]) -> Table {
        var table = Table(
            ("LOCATION", .left),
            ("EPOCH", .right),
            ("SEQUENCE", .right),
            ("KIND", .right),
            ("VERSION", .right),
            ("BYTES", .right),
            ("CLAIMED", .left),
            ("SINCE", .left)
        )
        for aside in facts {
            let written = aside.fact.content.written
            table.add(
                Cell(aside.mark.location.text),
                Cell("\(aside.mark.epoch)"),
                Cell("\(aside.mark.sequence)"),
                Cell("\(written.kind)"),
                Cell("\(written.version)"),
                Cell("\(written.bytes.count)"),
                Cell(aside.fact.claimedTime.text),
                Cell(aside.since.text)
            )
        }
        return table
    }

    static func receipt(_ receipt: FactsReceipt) -> Table {
        var table = Table(
            ("LOCATION", .left),
            ("EPOCH", .right),
            ("LAST FACT", .right),
            ("FATE", .left)
        )
        let fates = receipt.fates.map { $0.words.joined(separator: " ") }
        for fate in fates.isEmpty ? ["dropped"] : fates {
            table.add(
                Cell(receipt.location.text),
                Cell("\(receipt.epoch)"),
                Cell("\(receipt.lastSequence)"),
                Cell(fate.isEmpty ? "applied" : fate)
            )
        }
        return table
    }
}

extension Conflict {
    /// What its kind has besides.
    fileprivate var more: String {
        if let mismatch { return mismatch.word }
        if kind == .edit {
            let price = wanted.map { Price(amount: $0.amount, currency: $0.currency).text }
            return "wants \(price ?? "no price of its own")"
        }
        guard !promises.isEmpty else { return "" }
        return "at risk: " + promises.map(\.text).joined(separator: " ")
    }
}
