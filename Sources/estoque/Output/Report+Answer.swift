import Ledger
import LedgerAPI

extension Report {
    /// What an answer says, which is no refusal.
    init(_ answer: Answer, to request: Request) {
        tables = Table.outcome(answer.outcome, of: request.command)
        json =
            [
                "requestID": .string(request.id.text),
                "position": .number(answer.position.rawValue),
                "logTime": .string(answer.logTime.text),
                "replayed": .bool(answer.replayed),
                "validated": .bool(answer.validated),
            ] + answer.outcome.json
        if answer.validated {
            notes = [
                "Nothing was done: this would have been the answer at position "
                    + "\(answer.position.rawValue)."
            ]
        } else if answer.replayed {
            notes = [
                "This request had been applied before, at position \(answer.position.rawValue); "
                    + "this is the answer it got then."
            ]
        }
        if case .done = answer.outcome, notes.isEmpty {
            notes = ["Done at position \(answer.position.rawValue)."]
        }
        if case .counted(_, let outdated) = answer.outcome, !outdated.isEmpty {
            notes.append(
                "\(outdated.count) lines were counted against a level that has changed since "
                    + "(COUNT_OUTDATED): count them again."
            )
        }
    }
}

extension Outcome {
    /// One member, named after what it is.
    var json: JSONValue {
        switch self {
        case .version(let version): ["version": .number(version)]
        case .levels(let levels): ["levels": .array(levels.map(\.json))]
        case .reservation(let reservation): ["reservation": reservation.json]
        case .counted(let applied, let outdated):
            [
                "applied": .array(applied.map(\.json)),
                "outdated": .array(outdated.map(\.json)),
            ]
        case .sale(let sale): ["sale": sale.json]
        case .transfer(let transfer): ["transfer": transfer.json]
        case .offer(let offer): ["offer": offer.json]
        case .store(let agent): ["store": agent.json]
        case .facts(let receipt): ["facts": receipt.json]
        case .allotments(let epoch, let views):
            ["epoch": .number(UInt64(epoch)), "allotments": .array(views.map(\.json))]
        case .done: ["done": .bool(true)]
        case .batch(let outcomes): ["outcomes": .array(outcomes.map(\.json))]
        case .refused(let refusal):
            ["refused": .string(Problem(refusal).reason.rawValue)]
        }
    }
}

extension Table {
    /// What a command has done.
    static func outcome(_ outcome: Outcome, of command: Command) -> [Table] {
        switch outcome {
        case .version(let version): [.version(version, of: command)]
        case .levels(let levels): [.levels(levels)]
        case .reservation(let reservation):
            [.reservation(reservation), .lines(reservation.lines)]
        case .counted(let applied, let outdated):
            [.counted(applied, outdated)]
        case .sale(let sale): [.sale(sale)]
        case .transfer(let transfer): [.transfers([transfer]), .lines(transfer.lines)]
        case .offer(let offer): [.offers([offer])]
        case .store(let agent): [.store(agent)]
        case .facts(let receipt): [.receipt(receipt)]
        case .allotments(_, let views): [.allotments(views)]
        case .done: []
        case .batch(let outcomes):
            if case .batch(let batch) = command {
                zip(outcomes, batch.commands).flatMap { Table.outcome($0, of: $1) }
            } else {
                []
            }
        // The client throws refusals.
        case .refused: []
        }
    }

    private static func version(_ version: UInt64, of command: Command) -> Table {
        let name: String
        switch command {
        case .upsertItem(let item): name = item.sku.text
        case .upsertLocation(let location): name = location.id.text
        default: name = ""
        }
        var table = Table(("NAME", .left), ("VERSION", .right))
        table.add(Cell(name), Cell("\(version)"))
        return table
    }

    private static func counted(_ applied: [LevelView], _ outdated: [LevelView]) -> Table {
        var table = Table(
            ("SKU", .left),
            ("LOCATION", .left),
            ("ON HAND", .right),
            ("VERSION", .right),
            ("COUNT", .left)
        )
        for (views, cell) in [
            (applied, Cell("applied", .good)), (outdated, Cell("OUTDATED", .bad)),
        ] {
            for view in views {
                table.add(
                    Cell(view.sku.text),
                    Cell(view.location.text),
                    Cell("\(view.level.onHand)"),
                    Cell("\(view.level.version)"),
                    cell
                )
            }
        }
        return table
    }
}
